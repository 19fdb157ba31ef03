package io.lifeguard.engine.schedule;

import java.util.HashMap;
import java.util.Map;

import io.lifeguard.FailureMoment;
import io.lifeguard.PoolAlarm;
import io.lifeguard.ScheduleException;
import io.lifeguard.ScheduleHealth;
import io.lifeguard.engine.failure.FailureDesk;
import io.lifeguard.engine.failure.ReportLimiter;

/**
 * Raises the alarms over schedules, of one kind and pool no more than reports of one kind
 * of failure. Confined to one thread.
 */
final class ScheduleAlarms {

	private final Map<String, ReportLimiter> limiters = new HashMap<>();

	private final FailureDesk desk;

	ScheduleAlarms(FailureDesk desk) {
		this.desk = desk;
	}

	/**
	 * Tell that the given schedule is not well from now on.
	 */
	void raise(FollowedSchedule schedule) {
		ScheduleJudge.Verdict verdict = schedule.judge().last();
		PoolAlarm.Kind kind = kind(verdict.status());
		Thread thread = verdict.thread();
		ScheduleException exception = new ScheduleException(
				"Schedule " + schedule.name() + " is " + verdict.status() + ": " + verdict.reason(),
				(thread != null) ? thread.getStackTrace() : new StackTraceElement[0], verdict.cause());
		ReportLimiter limiter = this.limiters.computeIfAbsent(schedule.pool() + " " + kind,
				(key) -> new ReportLimiter(this.desk.reports().maxPerMinute()));
		if (limiter.admits(exception, System.nanoTime())) {
			this.desk.reports()
				.offer(new PoolAlarm(schedule.pool(), kind, schedule.name(), (thread != null) ? thread.getName() : "",
						schedule.health().since(), null, exception, limiter.takeUnreported()), FailureMoment.NONE);
		}
	}

	private static PoolAlarm.Kind kind(ScheduleHealth.Status status) {
		return switch (status) {
			case FAILING -> PoolAlarm.Kind.FAILING;
			case OVERDUE -> PoolAlarm.Kind.OVERDUE;
			case SILENT -> PoolAlarm.Kind.SILENT;
			case DEAD -> PoolAlarm.Kind.DEAD;
			case UP -> throw new IllegalArgumentException("UP is no reason for an alarm");
		};
	}

}
