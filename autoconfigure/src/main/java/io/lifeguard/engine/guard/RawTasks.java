package io.lifeguard.engine.guard;

import java.util.Collection;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;

import io.lifeguard.support.Recognition;
import io.lifeguard.engine.executor.RejectionCounter;
import io.lifeguard.engine.executor.ThreadPools;
import io.lifeguard.engine.pool.Pool;
import io.lifeguard.engine.task.Task;
import io.lifeguard.engine.task.UnseenTask;
import io.lifeguard.engine.task.UnseenTasks;
import io.lifeguard.support.Throwables;
import org.jspecify.annotations.Nullable;

/**
 * Which tasks an executor is given as they are, and what can be known of those: where
 * code of the application gets to see tasks, it is to know its own.
 */
final class RawTasks {

	private final Pool pool;

	private final boolean forwards;

	/** Whether the queue hands any task to code that knows its own kinds only. */
	private final boolean all;

	private final boolean executed;

	private final boolean submitted;

	/**
	 * Decide for an executor of the given traits.
	 * @param forwards whether it is another executor's pool that runs the tasks
	 */
	RawTasks(ExecutorTraits traits, Pool pool, boolean forwards) {
		ExecutorTraits behind = forwards ? ExecutorTraits.of(pool.executor()) : traits;
		// What the application wants of the guard needs a task of the guard's
		boolean free = pool.contextPropagation() == null && !pool.ledger().timeLimits().areSet();
		this.pool = pool;
		this.forwards = forwards;
		this.all = ExecutorTraits.ordersTasks(pool.executor());
		this.executed = free && (traits.seesExecuted() || behind.seesExecuted());
		this.submitted = free && (traits.seesSubmitted() || behind.seesSubmitted());
	}

	/**
	 * Whether the executor is given a task to execute as it is.
	 */
	boolean isExecuted(Object task) {
		return this.all || (this.executed && Recognition.isRecognised(task));
	}

	/**
	 * Whether the executor is given a task that is to have a future as it is.
	 */
	boolean isSubmitted(Object task) {
		return this.submitted && Recognition.isRecognised(task);
	}

	/**
	 * Whether the executor is given one of the tasks that are to have futures as it is.
	 */
	boolean isAnySubmitted(Collection<?> tasks) {
		return this.submitted && tasks.stream().anyMatch(Recognition::isRecognised);
	}

	/**
	 * Whether there may be tasks in the pool of which only their thread tells that they
	 * have failed.
	 */
	boolean mayBeIn(@Nullable ThreadPoolExecutor threads) {
		return this.all || this.executed
				|| (threads != null && RejectionCounter.handsOut(ThreadPools.handler(threads)));
	}

	/**
	 * Execute a task in the given way.
	 */
	void execute(Runnable task, Runnable way) {
		if (this.forwards) {
			way.run();
			return;
		}
		this.pool.ledger().enterUnseen();
		try {
			way.run();
		}
		catch (RejectedExecutionException ex) {
			this.pool.ledger().takeBackUnseen();
			new UnseenTask(this.pool.ledger(), task, 0).rejected();
			throw ex;
		}
		catch (Throwable ex) {
			this.pool.ledger().failUnseen(task.getClass(), ex).observe(); // by the
																			// caller, who
			// ran it
			throw ex;
		}
	}

	/**
	 * Let an executor have a task that hands it on to where it is guarded.
	 */
	<F extends Future<?>> F forward(Callable<F> submission) {
		try {
			return submission.call();
		}
		catch (Exception ex) {
			throw Throwables.<RuntimeException>sneaky(ex);
		}
	}

	/**
	 * Look how many of the executed tasks are still in the given pool.
	 */
	void sample(@Nullable ThreadPoolExecutor threads) {
		UnseenTasks unseen = this.pool.ledger().counts().unseen();
		if (threads == null || this.forwards || unseen.present() == 0) {
			return;
		}
		long present = 0;
		for (Runnable queued : ThreadPools.queue(threads)) {
			if (Task.of(queued) == null && ++present > UnseenTasks.MAX_LOOKS) {
				return;
			}
		}
		unseen.sample(present + Math.max(0, threads.getActiveCount() - this.pool.ledger().running().size()));
	}

}
