package io.lifeguard.engine.executor;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

import io.lifeguard.PoolSnapshot;
import io.lifeguard.engine.task.Submission;
import io.lifeguard.support.OnceLogger;
import io.lifeguard.support.Sideline;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Asks an executor in which code of the application may answer, and that therefore may
 * throw or hang: on a {@link Sideline} of its own, so that nobody waits for long, and no
 * other executor is kept from answering. Until there is another answer the last one
 * counts. An executor with nothing of the application in it is asked at once.
 */
final class PatientView implements ExecutorView {

	private static final Log logger = LogFactory.getLog(PatientView.class);

	private final Map<String, Optional<Object>> answers = new ConcurrentHashMap<>();

	private final Sideline sideline = new Sideline();

	private final OnceLogger faults = new OnceLogger();

	private final Supplier<Object> executor;

	private final Supplier<ExecutorView> view;

	private volatile boolean plain;

	/**
	 * Create a view.
	 * @param executor returns the executor that is asked
	 * @param view returns what asks it
	 */
	PatientView(Supplier<Object> executor, Supplier<ExecutorView> view) {
		this.executor = executor;
		this.view = view;
	}

	@Override
	public boolean isVirtual() {
		return this.view.get().isVirtual();
	}

	@Override
	public PoolSnapshot.@Nullable Size size() {
		return ask("size", ExecutorView::size).orElse(null);
	}

	@Override
	public int threadLimit() {
		return ask("thread limit", ExecutorView::threadLimit).orElse(Integer.MAX_VALUE);
	}

	@Override
	public @Nullable Integer active() {
		return ask("active threads", ExecutorView::active).orElse(null);
	}

	@Override
	public PoolSnapshot.@Nullable Queue queue() {
		return ask("queue", ExecutorView::queue).orElse(null);
	}

	@Override
	public long queued() {
		return ask("waiting tasks", ExecutorView::queued).orElse(-1L);
	}

	@Override
	public List<Submission> waiting(int max) {
		return ask("entries of the queue", (view) -> view.waiting(max)).orElse(List.of());
	}

	/**
	 * {@inheritDoc} Not before this returns where the queue may be the application's.
	 */
	@Override
	public void removeQueued(Predicate<Submission> test) {
		if (isPlain()) {
			this.view.get().removeQueued(test);
		}
		else {
			this.sideline.attempt(() -> this.view.get().removeQueued(test));
		}
	}

	/**
	 * {@inheritDoc} Where it does not say, it may.
	 */
	@Override
	public boolean mayHold(Object queued) {
		if (isPlain()) {
			return this.view.get().mayHold(queued);
		}
		AtomicBoolean held = new AtomicBoolean(true);
		this.sideline.attempt(() -> held.set(this.view.get().mayHold(queued)));
		return held.get();
	}

	@Override
	public boolean isShutdown() {
		return ask("isShutdown", ExecutorView::isShutdown).orElse(false);
	}

	@Override
	public boolean isTerminating() {
		return ask("isTerminating", ExecutorView::isTerminating).orElse(false);
	}

	@Override
	public boolean isTerminated() {
		return ask("isTerminated", ExecutorView::isTerminated).orElse(false);
	}

	@Override
	public boolean hasLetGo() {
		return ask("isShutdown, and its queue", ExecutorView::hasLetGo).orElse(false);
	}

	@SuppressWarnings("unchecked")
	private <T> Optional<T> ask(String question, Function<ExecutorView, ? extends @Nullable T> answer) {
		if (isPlain()) {
			return Optional.<T>ofNullable(answer.apply(this.view.get()));
		}
		if (!this.sideline.attempt(() -> this.answers.put(question, answer(question, answer)))) {
			tell(question, "hangs", null);
		}
		return (Optional<T>) this.answers.getOrDefault(question, Optional.empty());
	}

	private Optional<Object> answer(String question, Function<ExecutorView, ? extends @Nullable Object> answer) {
		try {
			return Optional.ofNullable(answer.apply(this.view.get()));
		}
		catch (Throwable ex) {
			tell(question, "throws", ex);
			return this.answers.getOrDefault(question, Optional.empty());
		}
	}

	private void tell(String question, String what, @Nullable Throwable thrown) {
		this.faults.logOnce(what,
				() -> logger.warn(
						"Executor of type " + this.executor.get().getClass().getName() + " " + what
								+ " when it is asked for its " + question
								+ ": what it last said is shown, and others are not held up. This is logged once",
						thrown));
	}

	private boolean isPlain() {
		if (!this.plain) {
			this.plain = PlainExecutors.contain(this.executor.get()); // maybe not yet
		}
		return this.plain;
	}

}
