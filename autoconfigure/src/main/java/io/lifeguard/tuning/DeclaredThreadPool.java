package io.lifeguard.tuning;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionHandler;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import io.lifeguard.DeclaredPool;
import io.lifeguard.engine.executor.TaskQueue;

import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

/**
 * A pool of platform threads that properties have declared. Its queue is one whose
 * capacity can change.
 */
@SuppressWarnings("serial")
public class DeclaredThreadPool extends ThreadPoolTaskExecutor implements DeclaredPool {

	private boolean threadsFirst;

	private Duration keepAlive = Duration.ofSeconds(60);

	/**
	 * Set whether to start all threads before the queue takes a task.
	 */
	void setThreadsFirst(boolean threadsFirst) {
		this.threadsFirst = threadsFirst;
	}

	/**
	 * Set after which time an idle thread ends, more exactly than in seconds.
	 */
	void setKeepAlive(Duration keepAlive) {
		this.keepAlive = keepAlive;
	}

	@Override
	protected BlockingQueue<Runnable> createQueue(int queueCapacity) {
		return (queueCapacity > 0) ? new TaskQueue(queueCapacity) : super.createQueue(queueCapacity);
	}

	@Override
	protected ExecutorService initializeExecutor(ThreadFactory threadFactory, RejectedExecutionHandler handler) {
		ExecutorService executor = super.initializeExecutor(threadFactory, handler);
		if (executor instanceof ThreadPoolExecutor pool) {
			pool.setKeepAliveTime(this.keepAlive.toNanos(), TimeUnit.NANOSECONDS);
		}
		if (this.threadsFirst && executor instanceof ThreadPoolExecutor pool
				&& pool.getQueue() instanceof TaskQueue queue) {
			queue.growFirst(pool);
		}
		return executor;
	}

}
