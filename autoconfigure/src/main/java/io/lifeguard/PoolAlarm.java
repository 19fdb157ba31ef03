package io.lifeguard;

import java.time.Instant;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

/**
 * Something about a pool that is no failure, and that somebody should look at.
 *
 * @param pool the pool's name
 * @param kind what it is
 * @param task the task's name, such as {@code MailService.send}; of a deadlock that of
 * one of the tasks
 * @param thread the name of the thread that runs the task
 * @param since since when that task has been running
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
		DEADLOCK;

		@Override
		public String toString() {
			return name().toLowerCase(Locale.ROOT);
		}

	}

}
