package io.lifeguard;

import java.time.Duration;
import java.util.List;

/**
 * Told of each reported failure. Beans of this type are called in their
 * {@link org.springframework.core.annotation.Order order}.
 * <p>
 * <b>Thread.</b> Always the one thread that Lifeguard keeps for this reporter, never a
 * worker: a slow reporter delays no task, and no other reporter. One that takes longer
 * than ten seconds is named in the log. 128 reports of each pool wait for it at most.
 * <p>
 * <b>Context.</b> Called in the context of the failure as far as something has captured
 * it: Sentry's scopes are those of the task when it failed, over those of its submitter.
 * <p>
 * <b>Faults.</b> What a reporter throws is logged once for each kind of exception.
 * <p>
 * <b>Throwables.</b> One that can't be read, since its own methods throw, hang, or never
 * come to an end, is replaced by an exception that tells what could be read of it.
 */
@FunctionalInterface
public interface TaskFailureReporter {

	/**
	 * Report the given failure.
	 * @param failure an uncaught or unobserved failure, never an observed one
	 */
	void report(TaskFailure failure);

	/**
	 * Return how long after the failure this reporter is told of it at the earliest. At
	 * once unless overridden; and all that waits is told when the application closes.
	 */
	default Duration delay() {
		return Duration.ZERO;
	}

	/**
	 * Report something about a pool that is no failure: a stuck task, a deadlock, or a
	 * pool that is full, each once. Does nothing unless overridden.
	 */
	default void reportAlarm(PoolAlarm alarm) {
	}

	/**
	 * Report the tasks that were accepted and had not run when the application closed.
	 * Called once, before any bean that the reporter needs is destroyed, and not at all
	 * if there are none. Does nothing unless overridden.
	 * @param lost the lost tasks of each pool that has lost some
	 */
	default void reportLost(List<LostTasks> lost) {
	}

}
