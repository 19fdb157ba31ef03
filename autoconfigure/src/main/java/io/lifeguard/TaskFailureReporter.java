package io.lifeguard;

import java.util.List;

/**
 * Told of each reported failure. Beans of this type are called in their
 * {@link org.springframework.core.annotation.Order order}.
 * <p>
 * <b>Thread.</b> Always the one thread that Lifeguard keeps for reports, never a worker:
 * a slow reporter delays other reports, and no task.
 * <p>
 * <b>Context.</b> Called in the context of the task's submitter as far as something has
 * captured it, such as Sentry's scopes.
 * <p>
 * <b>OnceLogger.</b> What a reporter throws is logged once for each kind of exception;
 * the reporters after it are called all the same.
 */
@FunctionalInterface
public interface TaskFailureReporter {

	/**
	 * Report the given failure.
	 * @param failure an uncaught or unobserved failure, never an observed one
	 */
	void report(TaskFailure failure);

	/**
	 * Report something about a pool that is no failure: a stuck task, once, or a
	 * deadlock, once. Does nothing unless overridden.
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
