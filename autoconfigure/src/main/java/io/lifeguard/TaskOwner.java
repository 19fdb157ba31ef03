package io.lifeguard;

import java.util.function.Supplier;

/**
 * Answers for the tasks that are submitted on its behalf, for all that those submit, and
 * for the stages of their futures.
 */
public interface TaskOwner {

	/**
	 * Take note of a task, on the thread that submits it and before a pool has it. Must
	 * neither block nor throw.
	 */
	void submitted(OwnedTask task);

	/**
	 * Call the given function on the current thread and on behalf of this owner.
	 */
	<T> T call(Supplier<T> function);

}
