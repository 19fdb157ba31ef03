package io.lifeguard.metrics;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.function.ToDoubleFunction;

import io.lifeguard.PoolSnapshot;
import io.lifeguard.engine.pool.Pool;
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
 * Micrometer's own meters of executors, {@code executor.*}, in one registry, for the
 * pools for which nobody else has bound them.
 */
final class ExecutorMeters {

	private static final String PREFIX = "executor.";

	private static final String NAME = "name";

	private final MeterRegistry meters;

	/** The names of executors that have such meters: no search for each pool. */
	private final Set<String> bound = ConcurrentHashMap.newKeySet();

	/**
	 * Look at the meters of the given registry, those that come later included.
	 */
	ExecutorMeters(MeterRegistry meters) {
		this.meters = meters;
		meters.config().onMeterAdded(this::added);
		meters.config().onMeterRemoved(this::removed);
		for (Meter meter : meters.getMeters()) {
			added(meter);
		}
	}

	private void added(Meter meter) {
		String executor = executorOf(meter);
		if (executor != null) {
			this.bound.add(executor);
		}
	}

	private void removed(Meter meter) {
		String executor = executorOf(meter);
		if (executor != null) {
			this.bound.remove(executor);
		}
	}

	private static @Nullable String executorOf(Meter meter) {
		return meter.getId().getName().startsWith(PREFIX) ? meter.getId().getTag(NAME) : null;
	}

	/**
	 * Bind the meters of the given pool unless there are some of its name.
	 * @return whether they were bound here
	 */
	boolean bind(Pool pool) {
		if (this.bound.contains(pool.name())) {
			return false;
		}
		ExecutorService executor = pool.isPlain() ? executor(pool.executor()) : null;
		if (executor != null) {
			new ExecutorServiceMetrics(executor, pool.name(), List.of()).bindTo(this.meters);
		}
		else {
			bindCounts(pool, this.meters);
			bindSizes(pool, this.meters);
		}
		return true;
	}

	/**
	 * Remove the meters of the given pool.
	 */
	void unbind(Pool pool) {
		this.meters.getMeters()
			.stream()
			.filter((meter) -> pool.name().equals(executorOf(meter)))
			.forEach(this.meters::remove);
	}

	/**
	 * Bind what is known of an executor that shows nothing of itself, such as one with a
	 * virtual thread for each task.
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

	/**
	 * Bind what else an executor shows that is not to be asked by whoever looks at
	 * meters.
	 */
	private static void bindSizes(Pool pool, MeterRegistry meters) {
		PoolSnapshot snapshot = pool.snapshot();
		if (snapshot.queue() != null) {
			gauge("queued", "tasks", "The approximate number of tasks that are queued for execution",
					queue(PoolSnapshot.Queue::size), pool, meters);
			gauge("queue.remaining", "tasks",
					"The number of additional elements that this queue can ideally accept without blocking",
					queue(ExecutorMeters::remaining), pool, meters);
		}
		if (snapshot.size() != null) {
			gauge("pool.size", "threads", "The current number of threads in the pool", size(PoolSnapshot.Size::current),
					pool, meters);
			gauge("pool.core", "threads", "The core number of threads for the pool", size(PoolSnapshot.Size::core),
					pool, meters);
			gauge("pool.max", "threads", "The maximum allowed number of threads in the pool",
					size((size) -> (size.max() != null) ? size.max() : Integer.MAX_VALUE), pool, meters);
		}
	}

	private static void gauge(String name, String unit, String description, ToDoubleFunction<PoolSnapshot> value,
			Pool pool, MeterRegistry meters) {
		Gauge.builder(PREFIX + name, pool, (source) -> value.applyAsDouble(source.snapshot()))
			.description(description)
			.baseUnit(unit)
			.tag(NAME, pool.name())
			.register(meters);
	}

	private static ToDoubleFunction<PoolSnapshot> queue(ToDoubleFunction<PoolSnapshot.Queue> value) {
		return (snapshot) -> (snapshot.queue() != null) ? value.applyAsDouble(snapshot.queue()) : Double.NaN;
	}

	private static ToDoubleFunction<PoolSnapshot> size(ToDoubleFunction<PoolSnapshot.Size> value) {
		return (snapshot) -> (snapshot.size() != null) ? value.applyAsDouble(snapshot.size()) : Double.NaN;
	}

	private static double remaining(PoolSnapshot.Queue queue) {
		return (queue.capacity() != null) ? queue.capacity() - queue.size() : Integer.MAX_VALUE;
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
