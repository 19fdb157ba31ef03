package io.lifeguard.engine.future;

import java.lang.reflect.Method;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.Future;
import java.util.concurrent.RunnableFuture;
import java.util.function.Consumer;

import io.lifeguard.Lifeguard.Ignorable;
import io.lifeguard.Lifeguard;
import io.lifeguard.support.Throwables;
import org.jspecify.annotations.Nullable;

import org.springframework.util.ReflectionUtils;

/**
 * The future of a task in a fork-join pool. It does what the JDK's own does, and tells
 * when it is ended from outside: the pool passes over such a task in silence.
 *
 * @param <V> the type of its result
 */
@SuppressWarnings("serial") // never is
public final class GuardedForkJoinTask<V extends @Nullable Object> extends ForkJoinTask<V>
		implements RunnableFuture<V>, Lifeguard.Ignorable {

	/** From Java 22 on pools run tasks like that, unless they come from a worker. */
	private static final @Nullable Method ADAPT_INTERRUPTIBLE = (Runtime.version().feature() >= 22)
			? ReflectionUtils.findMethod(ForkJoinTask.class, "adaptInterruptible", Callable.class) : null;

	private final CallableTask<?> task;

	private final ForkJoinTask<V> delegate;

	private volatile @Nullable Future<?> timer;

	@SuppressWarnings("NullAway.Init") // null is a result too
	private V result;

	/**
	 * Create a future.
	 * @param task to be told of its being ended from outside
	 * @param body runs the task
	 */
	public GuardedForkJoinTask(CallableTask<?> task, Callable<V> body) {
		this.task = task;
		this.delegate = delegate(body);
	}

	@SuppressWarnings("unchecked")
	private static <V extends @Nullable Object> ForkJoinTask<V> delegate(Callable<V> body) {
		if (ADAPT_INTERRUPTIBLE == null || inForkJoinPool()) {
			return adapt(body);
		}
		return (ForkJoinTask<V>) Objects.requireNonNull(ReflectionUtils.invokeMethod(ADAPT_INTERRUPTIBLE, null, body));
	}

	@Override
	public void ignore() {
		this.task.ignore();
	}

	@Override
	protected boolean exec() {
		this.delegate.quietlyInvoke();
		stopTimer();
		if (this.delegate.isCancelled()) {
			cancel(false);
			return false;
		}
		Throwable thrown = this.delegate.getException();
		if (thrown != null) {
			throw Throwables.<RuntimeException>sneaky(thrown);
		}
		this.result = this.delegate.getRawResult();
		return true;
	}

	/**
	 * Cancel the given timer once the task has ended.
	 */
	public void stopAtEnd(Future<?> timer) {
		this.timer = timer;
	}

	/**
	 * Do the given thing or, if there is none, cancel the task, unless it has ended. What
	 * becomes of a task that is ended by that is nobody's business.
	 */
	public void timeOut(@Nullable Consumer<? super ForkJoinTask<V>> action) {
		if (isDone()) {
			return;
		}
		if (action == null) {
			cancel(true);
			return;
		}
		action.accept(this);
		if (isDone()) {
			this.delegate.cancel(true);
		}
	}

	@Override
	public boolean cancel(boolean mayInterruptIfRunning) {
		boolean cancelled = super.cancel(mayInterruptIfRunning);
		if (cancelled) {
			withdraw();
			this.delegate.cancel(mayInterruptIfRunning);
		}
		return cancelled;
	}

	// Whose task returns as soon as it is joined has to be noted as withdrawn before

	@Override
	public void complete(V value) {
		withdraw();
		super.complete(value);
	}

	@Override
	public void completeExceptionally(Throwable thrown) {
		withdraw();
		super.completeExceptionally(thrown);
	}

	/**
	 * Note that nobody waits for the task any more, whether it has begun or not. No
	 * effect on one that has ended.
	 */
	private void withdraw() {
		this.task.cancelQueued();
		stopTimer();
	}

	private void stopTimer() {
		Future<?> timer = this.timer;
		if (timer != null) {
			timer.cancel(false);
		}
	}

	@Override
	public void run() {
		invoke();
	}

	@Override
	public V getRawResult() {
		return this.result;
	}

	@Override
	protected void setRawResult(V value) {
		this.result = value;
	}

	@Override
	public String toString() {
		return this.delegate.toString();
	}

}
