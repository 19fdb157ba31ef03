package io.lifeguard.engine.failure;

/**
 * How far an executor is on the way to its end, as it tells itself. Each call asks anew.
 */
public interface ExecutorStatus {

	/**
	 * Whether the executor takes no more tasks.
	 */
	boolean isShutdown();

	/**
	 * Whether the executor will run no task any more.
	 */
	boolean isTerminated();

	/**
	 * Whether the executor has let go of what was waiting, the given task included: if
	 * its future is cancelled in the executor's hands, the task is lost.
	 */
	default boolean hasLetGo(Object task) {
		return isShutdown();
	}

}
