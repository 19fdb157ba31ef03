package io.lifeguard;

import java.time.Duration;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * A schedule's state and numbers at one moment. What has not happened yet, or can't be
 * told, is {@code null}.
 *
 * @param name the schedule's name: its task's, with {@code #2} for the second of that
 * name
 * @param pool the name of its scheduler's pool
 * @param task the task's name
 * @param trigger what says when it is due
 * @param health how well it is
 * @param running the runs that have started and not ended
 * @param runs the runs that have ended
 * @param failures those of them that failed
 * @param consecutiveFailures the failures since the last success
 * @param lag the time from when the last run was due to its start
 * @param nextDue when the next run is due
 */
public record ScheduleSnapshot(String name, String pool, String task, Trigger trigger, ScheduleHealth health,
		int running, long runs, long failures, long consecutiveFailures, @Nullable Instant lastStart,
		@Nullable Instant lastEnd, @Nullable Outcome lastOutcome, @Nullable Instant lastSuccess,
		@Nullable Duration lastDuration, @Nullable Duration lag, @Nullable Instant nextDue) {

	/**
	 * What says when a schedule is due.
	 *
	 * @param type its kind
	 * @param expression the expression of a cron
	 * @param zone the zone of a cron
	 * @param period the period of a rate, or the delay
	 */
	public record Trigger(Type type, @Nullable String expression, @Nullable String zone, @Nullable Duration period) {

		/**
		 * The kinds of trigger.
		 */
		public enum Type {

			/**
			 * A cron expression.
			 */
			CRON("cron"),

			/**
			 * A period between two starts.
			 */
			FIXED_RATE("fixed-rate"),

			/**
			 * A delay between an end and the next start.
			 */
			FIXED_DELAY("fixed-delay"),

			/**
			 * A trigger of the application's own.
			 */
			CUSTOM("custom");

			private final String text;

			Type(String text) {
				this.text = text;
			}

			@Override
			public String toString() {
				return this.text;
			}

		}

	}

}
