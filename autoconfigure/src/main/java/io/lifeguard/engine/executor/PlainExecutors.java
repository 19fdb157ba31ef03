package io.lifeguard.engine.executor;

import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;

import io.lifeguard.DeclaredPool;
import org.jspecify.annotations.Nullable;

import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.scheduling.concurrent.ExecutorConfigurationSupport;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

/**
 * The executors that can be asked for their state without any code of the application
 * being called, or waited for.
 */
public final class PlainExecutors {

	/** Those that call nothing, as a comparator, while they are locked. */
	private static final Set<Class<?>> QUEUES = Set.of(TaskQueue.class, LinkedBlockingQueue.class,
			ArrayBlockingQueue.class, SynchronousQueue.class, LinkedBlockingDeque.class, LinkedTransferQueue.class,
			new ScheduledThreadPoolExecutor(0).getQueue().getClass());

	/** Other wrappers of the JDK's may have anything behind them. */
	private static final Set<String> SINGLE_THREADS = Set.of(
			"java.util.concurrent.Executors$FinalizableDelegatedExecutorService",
			"java.util.concurrent.Executors$AutoShutdownDelegatedExecutorService");

	private PlainExecutors() {
	}

	/**
	 * Whether the given executor is one of them; {@code false} also as long as that can't
	 * be told.
	 */
	public static boolean contain(Object executor) {
		if (!(executor instanceof ExecutorService || executor instanceof ExecutorConfigurationSupport
				|| executor instanceof SimpleAsyncTaskExecutor)) {
			return true; // of which nothing is asked
		}
		if (!isPlatform(executor.getClass())) {
			return false;
		}
		if (executor instanceof ForkJoinPool || executor instanceof SimpleAsyncTaskExecutor || isThreadPerTask(executor)
				|| isSingleThread(executor)) {
			return true;
		}
		ThreadPoolExecutor pool = pool(executor);
		return pool != null && isPlatform(pool.getClass()) && QUEUES.contains(ThreadPools.queue(pool).getClass());
	}

	/**
	 * Whether the given executor passes tasks on to a queue through code of the
	 * application: its own class, that of the queue, or a handler of rejected tasks.
	 */
	public static boolean passOn(Object executor) {
		ThreadPoolExecutor pool = pool(executor);
		return pool != null && (!contain(executor) || ThreadPools.handler(pool) instanceof RejectionCounter);
	}

	/**
	 * Whether the executor is one of the JDK's that start a thread for each task.
	 */
	static boolean isThreadPerTask(Object executor) {
		return executor.getClass().getName().equals("java.util.concurrent.ThreadPerTaskExecutor");
	}

	/**
	 * Whether the executor is what {@code newSingleThreadExecutor} returns.
	 */
	static boolean isSingleThread(Object executor) {
		return SINGLE_THREADS.contains(executor.getClass().getName());
	}

	private static @Nullable ThreadPoolExecutor pool(Object executor) {
		try {
			return (executor instanceof ThreadPoolTaskScheduler bean) ? bean.getScheduledThreadPoolExecutor()
					: (executor instanceof ThreadPoolTaskExecutor bean) ? bean.getThreadPoolExecutor()
							: (executor instanceof ThreadPoolExecutor pool) ? pool : null;
		}
		catch (IllegalStateException ex) {
			return null; // not initialized yet
		}
	}

	private static boolean isPlatform(Class<?> type) {
		return type.getName().startsWith("java.") || type.getName().startsWith("org.springframework.")
				|| DeclaredPool.class.isAssignableFrom(type);
	}

}
