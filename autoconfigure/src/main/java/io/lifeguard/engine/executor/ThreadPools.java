package io.lifeguard.engine.executor;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.RejectedExecutionHandler;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;

import io.lifeguard.support.PlatformMethod;
import org.jspecify.annotations.Nullable;

import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

/**
 * Finds the JDK's thread pool that does an executor's work.
 */
public final class ThreadPools {

	private static final PlatformMethod QUEUE = new PlatformMethod(ThreadPoolExecutor.class, "getQueue",
			BlockingQueue.class);

	private static final PlatformMethod HANDLER = new PlatformMethod(ThreadPoolExecutor.class,
			"getRejectedExecutionHandler", RejectedExecutionHandler.class);

	private static final PlatformMethod THREADS = new PlatformMethod(ThreadPoolExecutor.class, "getThreadFactory",
			ThreadFactory.class);

	private ThreadPools() {
	}

	/**
	 * Return the queue that the pool has, whatever its class says of it.
	 */
	@SuppressWarnings({ "unchecked", "NullAway" }) // there always is one
	public static BlockingQueue<Runnable> queue(ThreadPoolExecutor pool) {
		return QUEUE.isCallable(pool.getClass()) ? (BlockingQueue<Runnable>) QUEUE.call(pool) : pool.getQueue();
	}

	/**
	 * Return the handler that the pool has, whatever its class says of it.
	 */
	@SuppressWarnings("NullAway") // there always is one
	public static RejectedExecutionHandler handler(ThreadPoolExecutor pool) {
		return HANDLER.isCallable(pool.getClass()) ? (RejectedExecutionHandler) HANDLER.call(pool)
				: pool.getRejectedExecutionHandler();
	}

	/**
	 * Return what makes the pool's threads, whatever its class says of it.
	 */
	@SuppressWarnings("NullAway") // there always is one
	public static ThreadFactory threads(ThreadPoolExecutor pool) {
		return THREADS.isCallable(pool.getClass()) ? (ThreadFactory) THREADS.call(pool) : pool.getThreadFactory();
	}

	/**
	 * Return the JDK's pool that is the given executor or does its work, or {@code null}
	 * if there is none, or none yet.
	 */
	public static @Nullable ThreadPoolExecutor of(@Nullable Object executor) {
		try {
			return (executor instanceof ThreadPoolTaskExecutor bean) ? bean.getThreadPoolExecutor()
					: (executor instanceof ThreadPoolTaskScheduler bean) ? bean.getScheduledThreadPoolExecutor()
							: (executor instanceof ThreadPoolExecutor pool) ? pool : null;
		}
		catch (IllegalStateException ex) {
			return null; // not initialized yet
		}
	}

}
