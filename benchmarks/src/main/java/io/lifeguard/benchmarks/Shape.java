package io.lifeguard.benchmarks;

import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

import org.springframework.boot.task.SimpleAsyncTaskExecutorBuilder;
import org.springframework.boot.task.ThreadPoolTaskExecutorBuilder;
import org.springframework.core.task.TaskDecorator;
import org.springframework.core.task.support.ContextPropagatingTaskDecorator;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

/**
 * The kind of executor that is measured. Pools have one thread: tasks that submit each
 * other on it show what a task costs, and not how threads contend or wake each other.
 */
public enum Shape {

	/**
	 * A pool as Boot builds it.
	 */
	POOL {
		@Override
		Executor create() {
			return pool(null);
		}
	},

	/**
	 * A pool with a task decorator that does nothing but decorate.
	 */
	DECORATED {
		@Override
		Executor create() {
			return pool((task) -> () -> task.run());
		}
	},

	/**
	 * A pool that propagates the submitter's context.
	 */
	PROPAGATING {
		@Override
		Executor create() {
			return pool(new ContextPropagatingTaskDecorator());
		}
	},

	/**
	 * No pool at all: tasks run in the submitting thread.
	 */
	DIRECT {
		@Override
		Executor create() {
			return new DirectExecutorService();
		}
	},

	/**
	 * A virtual thread a task.
	 */
	VIRTUAL {
		@Override
		Executor create() {
			return new SimpleAsyncTaskExecutorBuilder().virtualThreads(true).threadNamePrefix("measured-").build();
		}
	};

	abstract Executor create();

	static ThreadPoolTaskExecutor pool(TaskDecorator decorator) {
		ThreadPoolTaskExecutor pool = new ThreadPoolTaskExecutorBuilder().corePoolSize(1)
			.maxPoolSize(1)
			.threadNamePrefix("measured-")
			.taskDecorator(decorator)
			.build();
		pool.initialize();
		return pool;
	}

	/**
	 * Runs each task in the caller.
	 */
	public static class DirectExecutorService extends AbstractExecutorService {

		private volatile boolean shutdown;

		@Override
		public void execute(Runnable task) {
			task.run();
		}

		@Override
		public void shutdown() {
			this.shutdown = true;
		}

		@Override
		public List<Runnable> shutdownNow() {
			this.shutdown = true;
			return List.of();
		}

		@Override
		public boolean isShutdown() {
			return this.shutdown;
		}

		@Override
		public boolean isTerminated() {
			return this.shutdown;
		}

		@Override
		public boolean awaitTermination(long timeout, TimeUnit unit) {
			return this.shutdown;
		}

	}

}
