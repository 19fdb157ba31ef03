package io.lifeguard.engine.schedule;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledFuture;

import io.lifeguard.ScheduleHealth.Status;
import io.lifeguard.engine.failure.TaskNames;
import io.lifeguard.engine.task.Task;
import io.lifeguard.support.Durations;
import org.jspecify.annotations.Nullable;

/**
 * Judges a schedule: asks its future, its trigger and its scheduler, and guesses nothing.
 * What might be a moment between two steps of the scheduler has to be seen twice, with no
 * run in between. Confined to one thread.
 */
final class ScheduleJudge {

	private static final Verdict UP = new Verdict(Status.UP, null, null, null, false);

	/** What two readings of the timer may differ by. */
	private static final long JITTER = 1_000_000;

	private final FollowedSchedule schedule;

	private final Suspicion late = new Suspicion();

	private final Suspicion dropped = new Suspicion();

	/** Since when the scheduler has owed runs: a paused one owes none. */
	private long owesSince;

	/** When the first run was due that was skipped after so many had started. */
	private @Nullable Long skippedAt;

	private long skippedStarts;

	private Verdict last = UP;

	/** How many runs had started when it died. */
	private long lastStarts;

	ScheduleJudge(FollowedSchedule schedule) {
		this.schedule = schedule;
		this.owesSince = schedule.created();
	}

	/**
	 * Whether the schedule has ended as it should: it was cancelled, its trigger has said
	 * so, or its scheduler belongs to somebody who closes it.
	 */
	boolean isOver() {
		ScheduledFuture<?> future = this.schedule.future();
		FollowedTrigger trigger = this.schedule.timing().trigger();
		Scheduler scheduler = this.schedule.scheduler();
		if (this.schedule.isOver() || scheduler.isClosing() || (trigger != null && trigger.hasEnded())) {
			return true;
		}
		if (future == null || isAsked() || !future.isDone()) {
			return false;
		}
		return future.isCancelled() ? !this.schedule.isAbandoned()
				: this.schedule.timing().endsUnseen() && thrown(future) == null;
	}

	/**
	 * Return how well the schedule is.
	 */
	Verdict verdict(long now) {
		ScheduledFuture<?> future = this.schedule.future();
		long starts = this.schedule.starts();
		boolean dead = this.last.status() == Status.DEAD && starts == this.lastStarts;
		if (future != null && !dead) {
			this.lastStarts = starts;
			this.last = judge(future, now);
		}
		return this.last;
	}

	/**
	 * Return what was found last.
	 */
	Verdict last() {
		return this.last;
	}

	private Verdict judge(ScheduledFuture<?> future, long now) {
		if (isAsked()) {
			return judgeAsked(now);
		}
		boolean paused = this.schedule.scheduler().isPaused();
		if (paused) {
			this.owesSince = now;
		}
		Verdict verdict = dead(future, now);
		if (verdict == null && !paused) {
			verdict = overdue(future, now);
		}
		if (verdict == null) {
			verdict = failing();
		}
		if (verdict == null && !paused) {
			verdict = silent(now);
		}
		return (verdict != null) ? verdict : UP;
	}

	/**
	 * Whether a thread of the scheduler's is asking the trigger: it may hold a lock that
	 * the future needs for any answer.
	 */
	private boolean isAsked() {
		FollowedTrigger trigger = this.schedule.timing().trigger();
		return trigger != null && trigger.isAsked();
	}

	private Verdict judgeAsked(long now) {
		FollowedTrigger trigger = this.schedule.timing().trigger();
		if (trigger != null && isLonger(now - trigger.askedAt())) {
			return new Verdict(Status.OVERDUE,
					"its trigger has not said for " + Durations.text(now - trigger.askedAt()) + " when it is next due",
					null, null, false);
		}
		return this.last;
	}

	private @Nullable Verdict dead(ScheduledFuture<?> future, long now) {
		Scheduler scheduler = this.schedule.scheduler();
		boolean done = future.isDone();
		if (done && !future.isCancelled()) {
			FollowedTrigger trigger = this.schedule.timing().trigger();
			Throwable thrown = (trigger != null) ? trigger.thrown() : null;
			if (thrown != null) {
				return dead("its trigger threw " + thrown.getClass().getName() + " when asked for the next time",
						thrown, false);
			}
			Throwable outcome = thrown(future);
			return dead("it ended with " + ((outcome != null) ? outcome.getClass().getName() : "no exception")
					+ ", and its scheduler runs it no more", null, true);
		}
		boolean abandoned = this.schedule.isAbandoned();
		if (abandoned && (done || scheduler.isTerminated())) {
			return abandoned(scheduler);
		}
		boolean due = this.schedule.timing().due(future, now) - now < 0;
		boolean gone = (abandoned || (due && !scheduler.isPaused())) && this.schedule.current() == null
				&& !scheduler.holds(future);
		if (!this.dropped.isConfirmed(gone, this.schedule.starts())) {
			return null;
		}
		return abandoned ? abandoned(scheduler) : dead(
				"its run is due, and neither waits nor runs: what decorates it has thrown, or was given it and has not run it",
				null, true);
	}

	private static Verdict abandoned(Scheduler scheduler) {
		return dead("its scheduler " + scheduler.pool() + " was shut down while the application runs", null, false);
	}

	private static Verdict dead(String reason, @Nullable Throwable cause, boolean ofRun) {
		return new Verdict(Status.DEAD, reason, null, cause, ofRun);
	}

	/**
	 * Return what a future that is done has ended with, or {@code null} if with nothing.
	 */
	private static @Nullable Throwable thrown(ScheduledFuture<?> future) {
		try {
			future.get();
			return null;
		}
		catch (ExecutionException ex) {
			return (ex.getCause() != null) ? ex.getCause() : ex;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return ex;
		}
	}

	private @Nullable Verdict overdue(ScheduledFuture<?> future, long now) {
		ScheduleTiming timing = this.schedule.timing();
		Task current = timing.handsOver() ? null : this.schedule.current();
		long due = timing.due(future, now);
		// A run that has ended stays due until its scheduler has gone on to the next one
		boolean goneOn = timing.handsOver() || (current == null && this.schedule.hasGoneOn(now));
		Long next = goneOn ? Long.valueOf(due) : timing.dueWhileRunning(due, this.schedule.startedAt(), now);
		Long skipped = skipped(due);
		if (skipped != null) {
			next = skipped;
		}
		boolean late = next != null
				&& isLonger(now - Math.max(next, Math.max(this.owesSince, this.schedule.created())));
		boolean confirmed = this.late.isConfirmed(late, this.schedule.starts());
		if (next == null || !late || !(confirmed || this.last.status() == Status.OVERDUE)) {
			return null;
		}
		String reason = "it has been due for " + Durations.text(now - next) + " and has not started";
		Scheduler.Obstacle obstacle = (current != null) ? ownRun(current)
				: goneOn ? this.schedule.scheduler().obstacle(timing) : null;
		return new Verdict(Status.OVERDUE,
				reason + ((obstacle != null) ? ": " + obstacle.description()
						: (skipped != null) ? ": its scheduler has handed it over and gone on"
								: !goneOn ? ": what comes after its last run, as an error handler, has not ended" : ""),
				(obstacle != null) ? obstacle.thread() : null, null, false);
	}

	/**
	 * Return when the first run was due that has not started although the scheduler has
	 * gone on to the next one.
	 */
	private @Nullable Long skipped(long due) {
		Long before = this.schedule.timing().dueBefore(due);
		boolean skipped = before != null && before - this.schedule.created() > 0
				&& this.schedule.startedAt() - before < -JITTER;
		long starts = this.schedule.starts();
		if (!skipped) {
			this.skippedAt = null;
		}
		else if (this.skippedAt == null || this.skippedStarts != starts) {
			this.skippedAt = before;
			this.skippedStarts = starts;
		}
		return this.skippedAt;
	}

	private static Scheduler.@Nullable Obstacle ownRun(Task run) {
		Thread thread = run.thread();
		return (thread != null) ? new Scheduler.Obstacle("its last run has not ended, it has been in "
				+ TaskNames.ofRunning(run.body(), thread.getStackTrace()) + " for " + Durations.text(run.runningFor()),
				thread) : null;
	}

	private @Nullable Verdict failing() {
		int failures = this.schedule.consecutiveFailures();
		if (failures < this.schedule.settings().failingAfter()) {
			return null;
		}
		String runs = (failures == 1) ? "its last run has failed" : "its last " + failures + " runs have failed";
		String exception = this.schedule.exception();
		return new Verdict(Status.FAILING,
				runs + ((exception != null) ? ((failures == 1) ? "" : ", the last one") + " with " + exception : ""),
				null, null, false);
	}

	private @Nullable Verdict silent(long now) {
		Duration limit = this.schedule.settings().maxSilence();
		long silence = now - Math.max(this.owesSince, this.schedule.succeededAt());
		return (limit != null && silence > limit.toNanos())
				? new Verdict(Status.SILENT, "no run has succeeded for " + Durations.text(silence), null, null, false)
				: null;
	}

	private boolean isLonger(long nanos) {
		long limit = this.schedule.settings().overdueAfter().toNanos();
		return limit > 0 && nanos > limit;
	}

	/**
	 * Return when the next run is due, in nanoseconds, or {@code null} if there is none
	 * that is known.
	 */
	@Nullable Long nextDue(long now) {
		ScheduledFuture<?> future = this.schedule.future();
		if (future == null || isAsked() || future.isDone()) {
			return null;
		}
		ScheduleTiming timing = this.schedule.timing();
		long due = timing.due(future, now);
		return (this.schedule.current() != null && !timing.handsOver())
				? timing.dueWhileRunning(due, this.schedule.startedAt(), now) : Long.valueOf(due);
	}

	/**
	 * What is so only if it is seen twice, and no run has started in between.
	 */
	private static final class Suspicion {

		private long starts = -1;

		boolean isConfirmed(boolean suspected, long starts) {
			boolean before = this.starts == starts;
			this.starts = suspected ? starts : -1;
			return suspected && before;
		}

	}

	/**
	 * What the judge has found.
	 *
	 * @param thread the thread that is to blame, if one is
	 * @param cause what was thrown that nobody else reports
	 * @param ofRun whether it has died of what its last run threw, if that threw
	 */
	record Verdict(Status status, @Nullable String reason, @Nullable Thread thread, @Nullable Throwable cause,
			boolean ofRun) {

	}

}
