package io.lifeguard.metrics;

import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ThreadPoolExecutor;

import io.lifeguard.Pool;
import io.lifeguard.PoolSnapshot;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.ExecutorServiceMetrics;
import org.jspecify.annotations.Nullable;

import org.springframework.scheduling.concurrent.ConcurrentTaskExecutor;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

/**
 * Micrometer's own meters of executors, {@code executor.*}, for the pools for which
 * nobody else has bound them.
 */
final class ExecutorMeters {

	private static final String PREFIX = "executor.";

	private static final String NAME = "name";

	private ExecutorMeters() {
	}

	/**
	 * Bind the meters of the given pool unless there are some of its name.
	 * @return those that were bound here
	 */
	static List<Meter> bind(Pool pool, MeterRegistry meters) {
		if (!of(pool, meters).isEmpty()) {
			return List.of();
		}
		ExecutorService executor = executor(pool.executor());
		if (executor != null) {
			new ExecutorServiceMetrics(executor, pool.name(), List.of()).bindTo(meters);
		}
		else {
			bindCounts(pool, meters);
		}
		return of(pool, meters);
	}

	private static List<Meter> of(Pool pool, MeterRegistry meters) {
		return meters.getMeters()
			.stream()
			.filter((meter) -> meter.getId().getName().startsWith(PREFIX)
					&& pool.name().equals(meter.getId().getTag(NAME)))
			.toList();
	}

	/**
	 * Bind what can be told of an executor that shows nothing of itself, such as one with
	 * a virtual thread for each task.
	 */
	private static void bindCounts(Pool pool, MeterRegistry meters) {
		Gauge.builder(PREFIX + "active", pool, (source) -> source.snapshot().tasks().running())
			.description("The approximate number of threads that are actively executing tasks")
			.baseUnit("threads")
			.tag(NAME, pool.name())
			.register(meters);
		FunctionCounter.builder(PREFIX + "completed", pool, ExecutorMeters::completed)
			.description("The approximate total number of tasks that have completed execution")
			.baseUnit("tasks")
			.tag(NAME, pool.name())
			.register(meters);
	}

	private static double completed(Pool pool) {
		PoolSnapshot.Tasks tasks = pool.snapshot().tasks();
		return tasks.succeeded() + tasks.failed() + tasks.cancelled();
	}

	/**
	 * Return the executor of a kind that Micrometer knows, or {@code null} if it is none.
	 */
	private static @Nullable ExecutorService executor(Object executor) {
		if (executor instanceof ConcurrentTaskExecutor adapter) {
			return executor(adapter.getConcurrentExecutor());
		}
		try {
			if (executor instanceof ThreadPoolTaskExecutor bean) {
				return bean.getThreadPoolExecutor();
			}
			if (executor instanceof ThreadPoolTaskScheduler bean) {
				return bean.getScheduledThreadPoolExecutor();
			}
		}
		catch (IllegalStateException ex) {
			return null; // not initialized yet
		}
		return (executor instanceof ThreadPoolExecutor || executor instanceof ForkJoinPool) ? (ExecutorService) executor
				: null;
	}

}
