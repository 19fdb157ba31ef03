package io.lifeguard;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * A task as its {@link TaskOwner owner} sees it: as it is at the moment of each call.
 * Safe for use by any thread; never blocks a task.
 */
public interface OwnedTask {

	/**
	 * Return the name of the task's pool.
	 */
	String poolName();

	/**
	 * Whether the task is running, or waits and is due within the given time.
	 */
	boolean isPending(Duration within);

	/**
	 * Whether the task has run to its end.
	 */
	boolean hasRun();

	/**
	 * Return the task's failure, or {@code null} if it has not failed. As long as it is
	 * not decided how that is handled, it counts as unobserved.
	 */
	@Nullable TaskFailure taskFailure();

	/**
	 * Whether it is decided how the task's failure is handled; {@code false} while its
	 * future can still be read.
	 */
	boolean isDecided();

	/**
	 * Whether the task's failure is to be reported: nobody has read it so far, and the
	 * settings want such failures reported.
	 */
	boolean isReportable();

}
