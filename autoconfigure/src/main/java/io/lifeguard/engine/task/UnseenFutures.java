package io.lifeguard.engine.task;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.lifeguard.Outcome;
import io.lifeguard.support.Fields;
import io.lifeguard.support.OnceLogger;
import io.lifeguard.support.PlatformMethod;
import io.lifeguard.support.Recognition;
import io.lifeguard.support.Throwables;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * The futures of tasks that run unseen, each held until it is done. They are asked from
 * time to time, by the methods of the JDK's class behind each: what an application
 * overrides may throw, hang, or take a question for a reading.
 */
public final class UnseenFutures {

	/**
	 * Futures found pending in one look at most.
	 */
	static final int MAX_LOOKS = 10_000;

	private static final int MAX_DEPTH = 3;

	private static final Log logger = LogFactory.getLog(UnseenFutures.class);

	private static final Kind FUTURE_TASK = new Kind(FutureTask.class);

	private static final Kind COMPLETABLE_FUTURE = new Kind(CompletableFuture.class);

	private final Queue<Held> held = new ConcurrentLinkedQueue<>();

	private final OnceLogger faults = new OnceLogger();

	/**
	 * Let the given one know how a future ends, now if it is done and else on a thread of
	 * the guard's.
	 * @return whether the future can be asked
	 */
	public boolean hold(@Nullable Future<?> future, Ending ending) {
		Future<?> asked = (future != null) ? askable(future, MAX_DEPTH) : null;
		if (asked == null) {
			if (future != null) {
				Class<?> type = future.getClass();
				this.faults.logOnce(type.getName(),
						() -> logger.warn("What becomes of tasks with a future of " + type
								+ " can't be seen: nothing in it is one of the JDK's. Let it extend FutureTask or "
								+ "CompletableFuture, or keep one in a field"));
			}
			return false;
		}
		hold(new Held(asked, ending));
		return true;
	}

	/**
	 * Let the given one know if a future is cancelled, as far as that can be asked: a
	 * class of the application's own need not tell anybody.
	 */
	public void holdUntilCancelled(Future<?> future, Runnable cancelled) {
		Future<?> asked = Recognition.isApplication(future.getClass()) ? askable(future, MAX_DEPTH) : null;
		if (asked != null) {
			hold(new Held(asked, (outcome, thrown) -> {
				if (outcome == Outcome.CANCELLED) {
					cancelled.run();
				}
			}));
		}
	}

	private void hold(Held held) {
		if (!held.settle()) {
			this.held.add(held);
		}
	}

	/**
	 * Look which futures are done: all of those, and as many others as one look may have.
	 */
	public void look() {
		List<Held> pending = new ArrayList<>();
		try {
			for (Held next = this.held.poll(); next != null; next = poll(pending)) {
				if (!next.settle()) {
					pending.add(next);
				}
			}
		}
		finally {
			this.held.addAll(pending);
		}
	}

	private @Nullable Held poll(List<Held> pending) {
		return (pending.size() < MAX_LOOKS) ? this.held.poll() : null;
	}

	/**
	 * Return the future of the JDK's that the given one is, or hands on to.
	 */
	private static @Nullable Future<?> askable(Future<?> future, int depth) {
		if (future instanceof ForkJoinTask) {
			return future;
		}
		Kind kind = Kind.of(future);
		if (kind != null) {
			return kind.isCallable(future) ? future : null;
		}
		for (Object value : (depth > 0) ? Fields.values(future) : List.of()) {
			Future<?> behind = (value instanceof Future<?> next && next != future) ? askable(next, depth - 1) : null;
			if (behind != null) {
				return behind;
			}
		}
		return null;
	}

	/**
	 * Gets to know how a task has ended.
	 */
	public interface Ending {

		/**
		 * Note the end of the task.
		 * @param thrown what it threw, if it did
		 */
		void ended(Outcome outcome, @Nullable Throwable thrown);

	}

	private record Held(Future<?> future, Ending ending) {

		/**
		 * Tell how the future has ended, if it has.
		 */
		boolean settle() {
			if (this.future instanceof ForkJoinTask<?> task) {
				if (!task.isDone()) {
					return false;
				}
				Throwable thrown = task.getException();
				tell(thrown instanceof CancellationException ? Outcome.CANCELLED
						: (thrown != null) ? Outcome.FAILURE : Outcome.SUCCESS, thrown);
				return true;
			}
			Kind kind = Objects.requireNonNull(Kind.of(this.future));
			try {
				if (!kind.isDone(this.future)) {
					return false;
				}
				kind.get(this.future);
				tell(Outcome.SUCCESS, null);
			}
			catch (TimeoutException ex) {
				return false;
			}
			catch (CancellationException ex) {
				tell(Outcome.CANCELLED, null);
			}
			catch (ExecutionException ex) {
				tell(Outcome.FAILURE, (ex.getCause() != null) ? ex.getCause() : ex);
			}
			catch (Throwable ex) {
				throw Throwables.<RuntimeException>sneaky(ex);
			}
			return true;
		}

		private void tell(Outcome outcome, @Nullable Throwable thrown) {
			this.ending.ended(outcome, (outcome == Outcome.FAILURE) ? thrown : null);
		}

	}

	/**
	 * One of the JDK's classes of futures.
	 */
	private static final class Kind {

		private final PlatformMethod get;

		private final PlatformMethod isDone;

		Kind(Class<?> type) {
			this.get = new PlatformMethod(type, "get", Object.class, long.class, TimeUnit.class);
			this.isDone = new PlatformMethod(type, "isDone", boolean.class);
		}

		static @Nullable Kind of(Future<?> future) {
			return (future instanceof FutureTask) ? FUTURE_TASK
					: (future instanceof CompletableFuture) ? COMPLETABLE_FUTURE : null;
		}

		boolean isCallable(Future<?> future) {
			return this.get.isCallable(future.getClass()) && this.isDone.isCallable(future.getClass());
		}

		boolean isDone(Future<?> future) throws Throwable {
			return Boolean.TRUE.equals(this.isDone.call(future));
		}

		@Nullable Object get(Future<?> future) throws Throwable {
			return this.get.call(future, 0L, TimeUnit.NANOSECONDS);
		}

	}

}
