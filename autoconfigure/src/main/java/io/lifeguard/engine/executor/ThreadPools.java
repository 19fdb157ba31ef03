package io.lifeguard.engine.executor;

import java.util.concurrent.ThreadPoolExecutor;

import org.jspecify.annotations.Nullable;

import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

/**
 * Finds the JDK's thread pool that does an executor's work.
 */
public final class ThreadPools {

	private ThreadPools() {
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
