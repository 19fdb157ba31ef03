package io.lifeguard.engine.executor;

import java.util.concurrent.RejectedExecutionHandler;
import java.util.concurrent.ThreadPoolExecutor;

import io.lifeguard.engine.task.Ledger;
import io.lifeguard.engine.task.Task;
import io.lifeguard.engine.task.UnseenTask;
import io.lifeguard.support.PlatformMethod;
import io.lifeguard.support.Recognition;
import org.jspecify.annotations.Nullable;

/**
 * Stands before a handler that may let tasks go without a word, and counts those that it
 * has. It stays inside the pool: whoever asks a guarded pool for its handler is shown the
 * one that was set.
 */
public final class RejectionCounter implements RejectedExecutionHandler {

	private static final PlatformMethod SET = new PlatformMethod(ThreadPoolExecutor.class,
			"setRejectedExecutionHandler", void.class, RejectedExecutionHandler.class);

	/** What the application has set. */
	private final RejectedExecutionHandler handler;

	private final @Nullable Ledger ledger;

	private RejectionCounter(RejectedExecutionHandler handler, @Nullable Ledger ledger) {
		this.handler = handler;
		this.ledger = ledger;
	}

	/**
	 * Count what the given executor's handler lets go, if it has one that might. To be
	 * called again once it may have another.
	 */
	public static void install(Object executor, Ledger ledger) {
		ThreadPoolExecutor pool = ThreadPools.of(executor);
		if (pool == null) {
			return;
		}
		RejectedExecutionHandler handler = ThreadPools.handler(pool);
		RejectedExecutionHandler counting = counting(handler, ledger);
		if (counting != handler && SET.isCallable(pool.getClass())) {
			SET.call(pool, counting);
		}
	}

	/**
	 * Return a handler that does what the given one does, and counts what that lets go:
	 * the same, if it does so itself.
	 */
	static RejectedExecutionHandler counting(RejectedExecutionHandler handler) {
		return counting(handler, null);
	}

	private static RejectedExecutionHandler counting(RejectedExecutionHandler handler, @Nullable Ledger ledger) {
		boolean known = handler.getClass() == ThreadPoolExecutor.AbortPolicy.class
				|| handler.getClass() == ThreadPoolExecutor.CallerRunsPolicy.class
				|| handler instanceof RejectionHandlers.Handler || handler instanceof RejectionHandlers.SecondOffer
				|| handler instanceof RejectionCounter;
		return known ? handler : new RejectionCounter(handler, ledger);
	}

	/**
	 * Return the handler that the application has set, where the given one stands before
	 * it.
	 */
	public static RejectedExecutionHandler shown(RejectedExecutionHandler handler) {
		if (handler instanceof RejectionCounter counter) {
			return counter.handler;
		}
		return (handler instanceof RejectionHandlers.SecondOffer offer) ? shown(offer.handler()) : handler;
	}

	/**
	 * Whether code of the application gets to see what a pool with the given handler
	 * rejects.
	 */
	public static boolean handsOut(RejectedExecutionHandler handler) {
		return handler instanceof RejectionCounter counter && Recognition.isApplication(counter.handler.getClass());
	}

	@Override
	public void rejectedExecution(Runnable task, ThreadPoolExecutor executor) {
		if (this.handler.getClass() == ThreadPoolExecutor.DiscardOldestPolicy.class) {
			RejectionHandlers.discardOldest(task, executor);
			return;
		}
		Task guarded = Task.of(task);
		Runnable own = (guarded != null && handsOut(this)) ? guarded.own() : null;
		if (guarded != null && own != null && Recognition.isRecognised(own)) {
			handOut(guarded, own, executor);
			return;
		}
		boolean kept = letDecide(task, executor);
		if (!kept && guarded != null) {
			guarded.abandon();
		}
		else if (!kept && this.ledger != null && this.ledger.counts().unseen().present() > 0) {
			this.ledger.takeBackUnseen();
			new UnseenTask(this.ledger, task, 0).abandon();
		}
	}

	/**
	 * Let the handler have the application's own task, of a class that it may know.
	 */
	private void handOut(Task executed, Runnable task, ThreadPoolExecutor executor) {
		if (this.handler instanceof ThreadPoolExecutor.CallerRunsPolicy && !executor.isShutdown()) {
			executed.runAs(() -> this.handler.rejectedExecution(task, executor));
		}
		else if (letDecide(task, executor)) {
			executed.leaveUnseen();
		}
		else {
			executed.abandon();
		}
	}

	/**
	 * Let the handler decide on a task.
	 * @return whether the pool has the task after all, or has run it
	 */
	private boolean letDecide(Runnable task, ThreadPoolExecutor executor) {
		if (Task.of(task) != null) {
			this.handler.rejectedExecution(task, executor);
			// One that is on its way out tells so itself
			return ThreadPools.queue(executor).contains(task);
		}
		long before = executor.getTaskCount();
		this.handler.rejectedExecution(task, executor);
		return ThreadPools.queue(executor).contains(task) || executor.getTaskCount() != before
				|| (this.handler instanceof ThreadPoolExecutor.CallerRunsPolicy && !executor.isShutdown());
	}

}
