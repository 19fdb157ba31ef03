package io.lifeguard.engine.executor;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.RejectedExecutionHandler;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import io.lifeguard.LossReason;
import io.lifeguard.RejectionPolicy;
import io.lifeguard.engine.task.HandOver;
import io.lifeguard.engine.task.PoolWait;
import io.lifeguard.engine.task.Submission;
import io.lifeguard.engine.task.Task;
import org.jspecify.annotations.Nullable;

/**
 * Handles rejected tasks by each {@link RejectionPolicy}.
 */
public final class RejectionHandlers {

	private RejectionHandlers() {
	}

	/**
	 * Return a handler that acts by the given policy.
	 * @param blockTimeout how long to wait at most, if waiting is the policy;
	 * {@code null} for as long as it takes
	 */
	public static RejectedExecutionHandler of(RejectionPolicy policy, @Nullable Duration blockTimeout) {
		return switch (policy) {
			case ABORT -> new ThreadPoolExecutor.AbortPolicy();
			case CALLER_RUNS -> new ThreadPoolExecutor.CallerRunsPolicy();
			case DISCARD, DISCARD_OLDEST, BLOCK -> new Handler(policy, blockTimeout);
		};
	}

	/**
	 * Let a task go that was rejected just now: what the executor has wrapped is the one
	 * that the current thread submits.
	 */
	private static void discardRejected(Runnable task) {
		Submission submitted = HandOver.currentTask();
		if (Task.of(task) == null && submitted != null) {
			submitted.lose(LossReason.DISCARDED);
		}
		else {
			discard(task);
		}
	}

	/**
	 * Let the given task go: a guarded one is counted as lost, and a future is cancelled.
	 */
	public static void discard(Runnable task) {
		Task guarded = Task.of(task);
		if (guarded != null) {
			guarded.lose(LossReason.DISCARDED);
		}
		else if (task instanceof Future<?> future) {
			future.cancel(false);
		}
	}

	static void discardOldest(Runnable task, ThreadPoolExecutor pool) {
		if (pool.isShutdown()) {
			discardRejected(task);
			return;
		}
		Runnable oldest = pool.getQueue().poll();
		if (oldest != null) {
			discard(oldest);
		}
		pool.execute(task);
	}

	private static void block(Runnable task, ThreadPoolExecutor pool, @Nullable Duration timeout) {
		Submission submitted = Task.of(task);
		try (HandOver handOver = (submitted != null) ? HandOver.begin(submitted) : null) {
			if (pool.isShutdown() || !put(task, pool.getQueue(), timeout)) {
				throw new RejectedExecutionException("Task " + task + " rejected from " + pool);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new RejectedExecutionException("Interrupted while task " + task + " waited for a place in " + pool,
					ex);
		}
		if (!ensureRun(task, pool)) {
			throw new RejectedExecutionException("Task " + task + " rejected from " + pool);
		}
	}

	private static boolean put(Runnable task, BlockingQueue<Runnable> queue, @Nullable Duration timeout)
			throws InterruptedException {
		if (timeout != null) {
			return queue.offer(task, timeout.toNanos(), TimeUnit.NANOSECONDS);
		}
		awaitPlace(task, () -> queue.put(task));
		return true;
	}

	/**
	 * Wait for a place for the given task for as long as it takes, and let whoever looks
	 * for threads that wait for each other know.
	 * @param place waits, and takes the place
	 */
	public static void awaitPlace(Runnable task, Place place) throws InterruptedException {
		Task guarded = Task.of(task);
		try (PoolWait wait = (guarded != null) ? PoolWait.begin(guarded.ledger()) : null) {
			place.take();
		}
	}

	/**
	 * Make sure that a task gets to run which has been put into the pool's queue by hand.
	 * @return whether it will, or has been taken back since the pool shuts down
	 */
	private static boolean ensureRun(Runnable task, ThreadPoolExecutor pool) {
		if (pool.isShutdown() && pool.remove(task)) {
			return false;
		}
		// The pool's own check for a worker went before the task was in the queue
		if (pool.getPoolSize() == 0 && !pool.prestartCoreThread()) {
			pool.execute(() -> {
			});
		}
		return true;
	}

	/**
	 * A place for a task, which may not be free yet.
	 */
	@FunctionalInterface
	public interface Place {

		/**
		 * Wait until the place is free, and take it.
		 */
		void take() throws InterruptedException;

	}

	/**
	 * Handles a task that the queue has refused so that the pool grows, while another
	 * task got its last thread: the queue has it after all, if there is a place.
	 *
	 * @param handler handles the others, and counts what it lets go
	 */
	record SecondOffer(TaskQueue queue, RejectedExecutionHandler handler) implements RejectedExecutionHandler {

		@Override
		public void rejectedExecution(Runnable task, ThreadPoolExecutor pool) {
			if (pool.isShutdown() || !this.queue.offerAtOnce(task) || !ensureRun(task, pool)) {
				this.handler.rejectedExecution(task, pool);
			}
		}

	}

	/**
	 * Handles rejected tasks by the policies that the JDK has not, or whose handlers
	 * would not tell what they let go.
	 */
	record Handler(RejectionPolicy policy, @Nullable Duration blockTimeout) implements RejectedExecutionHandler {

		@Override
		public void rejectedExecution(Runnable task, ThreadPoolExecutor pool) {
			switch (this.policy) {
				case DISCARD -> discardRejected(task);
				case DISCARD_OLDEST -> discardOldest(task, pool);
				case BLOCK -> block(task, pool, this.blockTimeout);
				default -> throw new IllegalStateException("The JDK handles " + this.policy);
			}
		}

	}

}
