package io.lifeguard;

import java.util.concurrent.Callable;

/**
 * Makes a task run in the context of its submitter.
 */
public interface ContextPropagation {

	/**
	 * Return a task that runs the given one in the context that the current thread has
	 * now, and leaves the thread that runs it as it was.
	 */
	Runnable wrap(Runnable task);

	/**
	 * Return a task that calls the given one in the context that the current thread has
	 * now, and leaves the thread that runs it as it was.
	 */
	<V> Callable<V> wrap(Callable<V> task);

}
