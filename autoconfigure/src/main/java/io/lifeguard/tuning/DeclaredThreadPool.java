package io.lifeguard.tuning;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionHandler;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;

import io.lifeguard.TaskQueue;

import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

/**
 * A pool of platform threads that properties have declared. Its queue is one whose
 * capacity can change.
 */
@SuppressWarnings("serial")
public class DeclaredThreadPool extends ThreadPoolTaskExecutor {

	private boolean threadsFirst;

	/**
	 * Set whether to start all threads before the queue takes a task.
	 */
	void setThreadsFirst(boolean threadsFirst) {
		this.threadsFirst = threadsFirst;
	}

	@Override
	protected BlockingQueue<Runnable> createQueue(int queueCapacity) {
		return (queueCapacity > 0) ? new TaskQueue(queueCapacity) : super.createQueue(queueCapacity);
	}

	@Override
	protected ExecutorService initializeExecutor(ThreadFactory threadFactory, RejectedExecutionHandler handler) {
		ExecutorService executor = super.initializeExecutor(threadFactory, handler);
		if (this.threadsFirst && executor instanceof ThreadPoolExecutor pool
				&& pool.getQueue() instanceof TaskQueue queue) {
			queue.growFirst(pool);
		}
		return executor;
	}

}
