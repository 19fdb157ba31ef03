package io.lifeguard.engine.schedule;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.lifeguard.Outcome;
import io.lifeguard.OwnedTask;
import io.lifeguard.TaskFailure;
import io.lifeguard.TaskOwner;
import io.lifeguard.engine.failure.Failure;
import io.lifeguard.engine.failure.Origin;
import io.lifeguard.engine.task.Ledger;
import io.lifeguard.engine.task.Printed;
import io.lifeguard.engine.task.Task;
import io.lifeguard.engine.task.UnseenFutures;
import org.jspecify.annotations.Nullable;

/**
 * A task that a scheduler runs again and again, each run counted as a task of its own.
 */
public final class PeriodicTask implements Runnable, UnseenFutures.Ending {

	private final Ledger ledger;

	private final Runnable body;

	private final FollowedSchedule schedule;

	private final Schedules schedules;

	/** Of the thread that schedules the task: its runs come from the scheduler. */
	private final @Nullable Object origin;

	private volatile @Nullable Future<?> future;

	private volatile boolean begun;

	PeriodicTask(Ledger ledger, Runnable body, FollowedSchedule schedule, Schedules schedules) {
		this.ledger = ledger;
		this.body = body;
		this.schedule = schedule;
		this.schedules = schedules;
		this.origin = ledger.captureOriginNow(body);
		TaskOwner owner = Origin.ownerIn(this.origin);
		if (owner != null) {
			owner.submitted(new FirstRun(this));
		}
	}

	/**
	 * Note the future that the scheduler has made for the task; {@code null} if the task
	 * is never due.
	 * @return the future to be handed out in its place
	 */
	public @Nullable ScheduledFuture<?> scheduled(@Nullable ScheduledFuture<?> future) {
		if (future == null) {
			this.schedules.remove(this.schedule);
			return null;
		}
		this.future = future;
		this.schedule.scheduled(future);
		return ScheduleFuture.of(future, this.schedule, this.schedules);
	}

	/**
	 * Note that the scheduler does not want the task.
	 * @param reason what it has thrown
	 */
	public void refused(Throwable reason) {
		this.schedules.remove(this.schedule);
		if (reason instanceof RejectedExecutionException) {
			new Run(this).rejected();
		}
	}

	/**
	 * Follow the schedule no more, since nothing of its runs can be seen but how they end
	 * for good.
	 */
	public void unseen() {
		this.schedules.remove(this.schedule);
	}

	@Override
	public void ended(Outcome outcome, @Nullable Throwable thrown) {
		if (thrown != null) {
			Failure failure = this.ledger.failed(this.body, thrown, io.lifeguard.engine.failure.Run.UNSEEN);
			failure.dies();
			failure.uncaught();
		}
	}

	@Override
	public void run() {
		Run run = new Run(this);
		run.begin();
		this.begun = true;
		long start = this.schedule.started(run);
		run.start = start;
		try {
			this.body.run();
		}
		catch (Throwable ex) {
			if (isCancelled()) {
				run.cancel();
			}
			Failure failure = run.threw(ex);
			this.schedule.ended(run, run.outcome(), failure, start);
			if (failure != null) {
				this.schedule.failed(failure);
			}
			throw ex;
		}
		run.returned();
		if (!run.handedOn) {
			this.schedule.ended(run, run.outcome(), run.failure(), start);
		}
	}

	private boolean isCancelled() {
		Future<?> future = this.future;
		try {
			return future != null && future.isCancelled();
		}
		catch (Throwable ex) { // the application's own does not say
			return false;
		}
	}

	/**
	 * Let a run of a schedule end as what is returned is told, since it has begun what
	 * goes on without it. Only for the thread that runs it.
	 * @return takes what has failed the run, or {@code null} if it has succeeded, on any
	 * thread and once; {@code null} if the task is no run of a schedule
	 */
	public static @Nullable Consumer<@Nullable Throwable> handOn(@Nullable Task task) {
		if (!(task instanceof Run run) || run.handedOn) {
			return null;
		}
		run.handedOn = true;
		return run::endElsewhere;
	}

	/**
	 * Return how many runs have begun.
	 */
	public long runs() {
		return this.schedule.starts();
	}

	/**
	 * Note that a run has failed before it has begun, in the scheduler's decorator.
	 */
	public void failedOutside(Throwable thrown) {
		Run run = new Run(this);
		run.begin();
		Failure failure = run.threw(thrown);
		if (failure != null) {
			this.schedule.failedOutside(failure);
		}
	}

	@Override
	public String toString() {
		return Printed.note(this) ? "" : this.body.toString();
	}

	/**
	 * Shows the owner that there is a run to come. Others may always come.
	 */
	private record FirstRun(PeriodicTask task) implements OwnedTask {

		@Override
		public String poolName() {
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
		public @Nullable TaskFailure taskFailure() {
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

		private final PeriodicTask task;

		private long start;

		private boolean handedOn;

		Run(PeriodicTask task) {
			super(task.ledger, task.body, 0, task.origin);
			this.task = task;
		}

		private void endElsewhere(@Nullable Throwable thrown) {
			Failure failure = (thrown == null) ? null
					: isRunningHere() ? fail(thrown) : this.task.ledger.failed(this.task.body, thrown);
			this.task.schedule.ended(this, (failure != null) ? Outcome.FAILURE : Outcome.SUCCESS, failure, this.start);
			if (failure != null) {
				failure.uncaught();
			}
		}

		/**
		 * Return how the run has ended.
		 */
		Outcome outcome() {
			return (failure() != null) ? Outcome.FAILURE : isCancelled() ? Outcome.CANCELLED : Outcome.SUCCESS;
		}

		@Override
		protected long waited(long sinceSubmission) {
			return -1;
		}

	}

}
