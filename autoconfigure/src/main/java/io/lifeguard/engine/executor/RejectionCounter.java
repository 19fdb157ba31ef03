package io.lifeguard.engine.executor;

import java.util.concurrent.RejectedExecutionHandler;
import java.util.concurrent.ThreadPoolExecutor;

import io.lifeguard.RejectionPolicy;
import io.lifeguard.engine.task.Task;

/**
 * Stands before a handler that may let tasks go without a word, and counts those that it
 * has.
 */
public final class RejectionCounter implements RejectedExecutionHandler {

	private final RejectedExecutionHandler handler;

	private RejectionCounter(RejectedExecutionHandler handler) {
		this.handler = handler;
	}

	/**
	 * Count what the given executor's handler lets go, if it has one that might.
	 */
	public static void install(Object executor) {
		ThreadPoolExecutor pool = ThreadPools.of(executor);
		if (pool == null) {
			return;
		}
		RejectedExecutionHandler handler = pool.getRejectedExecutionHandler();
		RejectedExecutionHandler counting = counting(handler);
		if (counting != handler) {
			pool.setRejectedExecutionHandler(counting);
		}
	}

	/**
	 * Return a handler that does what the given one does, and counts what that lets go:
	 * the same, if it does so itself.
	 */
	static RejectedExecutionHandler counting(RejectedExecutionHandler handler) {
		if (handler.getClass() == ThreadPoolExecutor.DiscardOldestPolicy.class) {
			return RejectionHandlers.of(RejectionPolicy.DISCARD_OLDEST, null);
		}
		boolean known = handler.getClass() == ThreadPoolExecutor.AbortPolicy.class
				|| handler.getClass() == ThreadPoolExecutor.CallerRunsPolicy.class
				|| handler instanceof RejectionHandlers.Handler || handler instanceof RejectionHandlers.SecondOffer
				|| handler instanceof RejectionCounter;
		return known ? handler : new RejectionCounter(handler);
	}

	@Override
	public void rejectedExecution(Runnable task, ThreadPoolExecutor pool) {
		this.handler.rejectedExecution(task, pool);
		Task guarded = Task.of(task);
		if (guarded != null && !pool.getQueue().contains(task)) {
			guarded.abandon();
		}
	}

}
