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

	/**
	 * Create a periodic task.
	 * @param diesOnFailure whether the scheduler runs it no more once it has thrown
	 */
	PeriodicTask(Pool pool, Runnable body, boolean diesOnFailure) {
		this.pool = pool;
		this.body = body;
		this.diesOnFailure = diesOnFailure;
		this.origin = Origin.capture(pool.registry(), body);
		pool.deadTasks().remove(body.getClass());
	}

	/**
	 * Let a scheduler run this task, until the future is cancelled that it returns.
	 */
	<F extends @Nullable Future<?>> F scheduleBy(Function<Runnable, F> scheduler) {
		F future = scheduler.apply(this);
		this.future = future;
		return future;
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
