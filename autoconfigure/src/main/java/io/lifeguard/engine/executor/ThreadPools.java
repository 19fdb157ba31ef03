package io.lifeguard.engine.executor;

import java.util.concurrent.ThreadPoolExecutor;

import org.jspecify.annotations.Nullable;

import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

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
		if (executor instanceof ThreadPoolTaskExecutor bean) {
			try {
				return bean.getThreadPoolExecutor();
			}
			catch (IllegalStateException ex) {
				return null; // not initialized yet
			}
		}
		return (executor instanceof ThreadPoolExecutor pool) ? pool : null;
	}

}
