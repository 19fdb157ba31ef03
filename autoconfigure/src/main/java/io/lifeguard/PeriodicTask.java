package io.lifeguard;

import java.util.concurrent.Future;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

/**
 * A task that a scheduler runs again and again, each run counted as a task of its own.
 */
final class PeriodicTask implements Runnable {

	private final Pool pool;

	private final Runnable body;

	private final boolean diesOnFailure;

	/** Of the thread that schedules the task: its runs come from the scheduler. */
	private final @Nullable Object origin;

	private volatile @Nullable Future<?> future;

	private PeriodicTask(Pool pool, Runnable body, boolean diesOnFailure) {
		this.pool = pool;
		this.body = body;
		this.diesOnFailure = diesOnFailure;
		this.origin = Origin.capture(pool.registry(), body);
		pool.deadTasks().remove(body.getClass());
	}

	/**
	 * Let a scheduler run a task again and again, until the future is cancelled that it
	 * returns. A task that is guarded already is scheduled as it is.
	 * @param guard the scheduler's guard
	 * @param diesOnFailure whether the scheduler runs the task no more once it has thrown
	 * @param scheduler takes what is to run
	 */
	static <F extends @Nullable Future<?>> F schedule(ExecutorGuard guard, Runnable body, boolean diesOnFailure,
			Function<Runnable, F> scheduler) {
		if (guard.adoption().adoptScheduled(body)) {
			return scheduler.apply(body);
		}
		PeriodicTask task = new PeriodicTask(guard.lifeguardPool(), body, diesOnFailure);
		try (Forwarding inside = guard.adoption().enter()) {
			F future = scheduler.apply(task);
			task.future = future;
			return future;
		}
	}

	@Override
	public void run() {
		Run run = new Run(this.pool, this.body, this.origin);
		run.begin();
		try {
			this.body.run();
		}
		catch (Throwable ex) {
			Future<?> future = this.future;
			if (future != null && future.isCancelled()) {
				run.cancel();
			}
			Failure failure = run.threw(ex);
			if (failure != null) {
				if (this.diesOnFailure) {
					this.pool.deadTasks().add(failure);
				}
				failure.uncaught();
			}
			throw ex;
		}
		run.returned();
	}

	@Override
	public String toString() {
		return this.body.toString();
	}

	private static final class Run extends Task {

		Run(Pool pool, Runnable body, @Nullable Object origin) {
			super(pool, body, 0, origin);
		}

		@Override
		long waited(long sinceSubmission) {
			return -1;
		}

	}

}
