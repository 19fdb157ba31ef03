package io.lifeguard;

import java.time.Instant;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

/**
 * Something about a pool or one of its schedules that is no failure, and that somebody
 * should look at.
 *
 * @param pool the pool's name
 * @param kind what it is
 * @param task the task's name, such as {@code MailService.send}; of a deadlock that of
 * one of the tasks; of a full pool that which most of its threads run, empty if none runs
 * any; the schedule's
 * @param thread the name of the thread that runs the task, or is in a schedule's way;
 * empty if there is none, or not only one
 * @param since since when that task has been running, or the pool or the schedule has
 * been so
 * @param submissionSite where the task was submitted, if that was looked up
 * @param throwable what to show: its message is one sentence, its stack trace is the
 * thread's. It was thrown by nobody
 * @param heldBack how many alarms of this kind were held back since the last one
 */
public record PoolAlarm(String pool, Kind kind, String task, String thread, Instant since,
		@Nullable SubmissionSite submissionSite, RuntimeException throwable, long heldBack) {

	/**
	 * What an alarm is about.
	 */
	public enum Kind {

		/**
		 * A task runs for longer than its pool's settings allow.
		 */
		STUCK,

		/**
		 * All threads of a pool wait for tasks of the same pool.
		 */
		DEADLOCK,

		/**
		 * A pool has neither a thread nor a place for more tasks: the throwable is a
		 * {@link PoolFullException}, which tells what its threads were doing.
		 */
		FULL,

		/**
		 * The last runs of a schedule have failed.
		 */
		FAILING,

		/**
		 * A run of a schedule is due and has not started in time.
		 */
		OVERDUE,

		/**
		 * No run of a schedule has succeeded for longer than its settings allow.
		 */
		SILENT,

		/**
		 * A schedule will not run again, and nobody has ended it.
		 */
		DEAD;

		/**
		 * Whether it is about a schedule, rather than about what a pool runs.
		 */
		public boolean isSchedule() {
			return compareTo(FAILING) >= 0;
		}

		/**
		 * Whether it does not pass by itself.
		 */
		public boolean isFinal() {
			return this == DEADLOCK || this == DEAD;
		}

		@Override
		public String toString() {
			return name().toLowerCase(Locale.ROOT);
		}

	}

}
