package io.lifeguard;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * How well a schedule is.
 *
 * @param status its status
 * @param reason why, in a sentence without its subject; {@code null} if it is {@code UP}
 * @param since since when the status has been the same
 */
public record ScheduleHealth(Status status, @Nullable String reason, Instant since) {

	/**
	 * The status of a schedule.
	 */
	public enum Status {

		/**
		 * It runs as it should.
		 */
		UP,

		/**
		 * Its last runs have failed.
		 */
		FAILING,

		/**
		 * A run is due and has not started in time.
		 */
		OVERDUE,

		/**
		 * No run has succeeded for longer than its settings allow.
		 */
		SILENT,

		/**
		 * It will not run again, and nobody has ended it.
		 */
		DEAD

	}

}
