package io.lifeguard.engine.future;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

import io.lifeguard.OwnedTask;
import io.lifeguard.TaskFailure;
import io.lifeguard.TaskOwner;
import io.lifeguard.engine.failure.Failure;
import io.lifeguard.engine.failure.Origin;
import io.lifeguard.engine.task.Ledger;
import io.lifeguard.engine.task.Task;
import org.jspecify.annotations.Nullable;

/**
 * A task that a scheduler runs again and again, each run counted as a task of its own.
 */
public final class PeriodicTask implements Runnable {

	private final Ledger ledger;

	private final Runnable body;

	private final boolean diesOnFailure;

	/** Of the thread that schedules the task: its runs come from the scheduler. */
	private final @Nullable Object origin;

	private volatile @Nullable Future<?> future;

	private volatile boolean begun;

	/**
	 * Create a task.
	 * @param diesOnFailure whether the scheduler runs the task no more once it has thrown
	 */
	public PeriodicTask(Ledger ledger, Runnable body, boolean diesOnFailure) {
		this.ledger = ledger;
		this.body = body;
		this.diesOnFailure = diesOnFailure;
		this.origin = ledger.captureOriginNow(body);
		ledger.failures().deadTasks().remove(body.getClass());
		TaskOwner owner = Origin.ownerIn(this.origin);
		if (owner != null) {
			owner.submitted(new FirstRun(this));
		}
	}

	/**
	 * Note the future that the scheduler has made for the task.
	 */
	public void scheduled(@Nullable Future<?> future) {
		this.future = future;
	}

	@Override
	public void run() {
		Run run = new Run(this.ledger, this.body, this.origin);
		run.begin();
		this.begun = true;
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
					this.ledger.failures().deadTasks().add(failure);
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

	/**
	 * Shows the owner that there is a run to come. Others may always come.
	 */
	private record FirstRun(PeriodicTask task) implements OwnedTask {

		@Override
		public String pool() {
			return this.task.ledger.pool();
		}

		@Override
		public boolean isPending(Duration within) {
			return !this.task.begun && this.task.future instanceof ScheduledFuture<?> future && !future.isDone()
					&& future.getDelay(TimeUnit.NANOSECONDS) <= within.toNanos();
		}

		@Override
		public boolean hasRun() {
			return false;
		}

		@Override
		public @Nullable TaskFailure failure() {
			return null;
		}

		@Override
		public boolean isDecided() {
			return true;
		}

		@Override
		public boolean isReportable() {
			return false;
		}

	}

	private static final class Run extends Task {

		Run(Ledger ledger, Runnable body, @Nullable Object origin) {
			super(ledger, body, 0, origin);
		}

		@Override
		protected long waited(long sinceSubmission) {
			return -1;
		}

	}

}
