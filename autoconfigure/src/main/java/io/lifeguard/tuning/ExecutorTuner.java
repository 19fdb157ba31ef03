package io.lifeguard.tuning;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import io.lifeguard.RejectionPolicy;
import io.lifeguard.engine.executor.RejectionHandlers;

import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;
import org.springframework.util.ClassUtils;

/**
 * Applies a spec to an executor that is not yet in use, and refuses what the executor
 * cannot honour.
 */
final class ExecutorTuner {

	private static final Set<String> THREAD_POOL = sorted("core-size", "max-size", "keep-alive",
			"allow-core-thread-timeout", "rejection", "block-timeout", "concurrency-limit");

	private static final Set<String> SPRING_THREAD_POOL = union(THREAD_POOL,
			sorted("queue-capacity", "thread-name-prefix", "await-termination"));

	private static final Set<String> DECLARED_THREAD_POOL = union(SPRING_THREAD_POOL, sorted("threads", "scaling"));

	private static final Set<String> SPRING_SCHEDULER = sorted("core-size", "thread-name-prefix", "await-termination");

	private static final Set<String> SPRING_THREADS = sorted("threads", "concurrency-limit", "thread-name-prefix",
			"rejection", "await-termination");

	private static final Set<String> DECLARED_THREADS = union(SPRING_THREADS, sorted("block-timeout"));

	private ExecutorTuner() {
	}

	/**
	 * Apply what the executor can honour of the spec.
	 * @throws io.lifeguard.InvalidLifeguardPropertyException if the executor cannot
	 * honour a value
	 */
	static void tune(Object executor, PoolSpec spec) {
		if (executor instanceof SimpleAsyncTaskExecutor) {
			refuseUnsupportedRejection(executor, spec);
		}
		if (spec.blockTimeout() != null && spec.rejection() == null) {
			throw spec.invalid("block-timeout", spec.blockTimeout(), "nobody waits without 'rejection: block'",
					"Remove it, or set 'rejection: block'.");
		}
		if (executor instanceof ThreadPoolTaskExecutor bean) {
			tune(bean, spec);
		}
		else if (executor instanceof ThreadPoolTaskScheduler bean) {
			tune(bean, spec);
		}
		else if (executor instanceof SimpleAsyncTaskExecutor bean) {
			tune(bean, spec);
		}
		else if (executor instanceof ThreadPoolExecutor pool) {
			tune(pool, spec);
		}
	}

	/**
	 * Refuse all keys for an executor that the given factory makes.
	 */
	static void refuse(String beanName, Object factory, PoolSpec spec) {
		for (Map.Entry<String, Object> given : spec.given().entrySet()) {
			throw spec.invalid(given.getKey(), given.getValue(),
					"bean '" + beanName + "' is made by a " + ClassUtils.getUserClass(factory).getName(),
					"Such an executor is tuned where it is made: remove the key.");
		}
	}

	/**
	 * Return the keys of the spec that the executor cannot honour.
	 */
	static List<String> unsupported(Object executor, PoolSpec spec) {
		Set<String> supported = supported(executor);
		return spec.given().keySet().stream().filter((key) -> !supported.contains(key)).toList();
	}

	/**
	 * Return the keys that the executor can honour, in alphabetical order.
	 */
	static Set<String> supported(Object executor) {
		if (executor instanceof DeclaredThreadPool) {
			return DECLARED_THREAD_POOL;
		}
		if (executor instanceof DeclaredThreads) {
			return DECLARED_THREADS;
		}
		if (executor instanceof ThreadPoolTaskExecutor) {
			return SPRING_THREAD_POOL;
		}
		if (executor instanceof ThreadPoolTaskScheduler) {
			return SPRING_SCHEDULER;
		}
		if (executor instanceof SimpleAsyncTaskExecutor) {
			return SPRING_THREADS;
		}
		if (executor instanceof ScheduledThreadPoolExecutor) {
			return Set.of("core-size");
		}
		return (executor instanceof ThreadPoolExecutor) ? THREAD_POOL : Set.of();
	}

	/**
	 * Refuse a key that the executor bean of the given name cannot honour.
	 * @throws io.lifeguard.InvalidLifeguardPropertyException if there is one
	 */
	static void refuseUnsupported(String beanName, Object executor, PoolSpec spec) {
		Set<String> supported = supported(executor);
		Class<?> type = ClassUtils.getUserClass(executor);
		for (String key : unsupported(executor, spec)) {
			String alternatives = supported.isEmpty() ? "Such an executor is tuned where it is made: remove the key."
					: "Use keys that work there (" + String.join(", ", supported)
							+ "), or declare the pool by its name alone, without a bean.";
			throw spec.invalid(key, spec.given().get(key),
					"bean '" + beanName + "' is a " + type.getName() + ", which cannot honour it", alternatives);
		}
	}

	private static void refuseUnsupportedRejection(Object executor, PoolSpec spec) {
		RejectionPolicy rejection = spec.rejection();
		boolean plain = !(executor instanceof DeclaredThreads);
		if (rejection == RejectionPolicy.DISCARD_OLDEST
				|| (plain && (rejection == RejectionPolicy.CALLER_RUNS || rejection == RejectionPolicy.DISCARD))) {
			throw spec.invalid("rejection", PropertyNames.of(rejection),
					"an executor with a thread for each task has no queue to act on",
					"Set it to " + (plain ? "abort or block." : "abort, caller-runs, discard or block."));
		}
	}

	private static void tune(ThreadPoolTaskExecutor bean, PoolSpec spec) {
		Sizes.of(bean.getCorePoolSize(), bean.getMaxPoolSize())
			.change(spec)
			.apply(bean::setCorePoolSize, bean::setMaxPoolSize);
		if (spec.queueCapacity() != null) {
			bean.setQueueCapacity(spec.queueCapacity());
		}
		Duration keepAlive = spec.keepAlive();
		if (keepAlive != null) {
			if (bean instanceof DeclaredThreadPool declared) {
				declared.setKeepAlive(keepAlive);
			}
			else if (keepAlive.toNanosPart() != 0 || keepAlive.toSeconds() > Integer.MAX_VALUE) {
				throw spec.invalid("keep-alive", keepAlive, "a ThreadPoolTaskExecutor counts it in whole seconds",
						"Set it to a number of seconds, such as 60s.");
			}
			else {
				bean.setKeepAliveSeconds((int) keepAlive.toSeconds());
			}
		}
		if (spec.allowCoreThreadTimeout() != null) {
			bean.setAllowCoreThreadTimeOut(spec.allowCoreThreadTimeout());
		}
		if (spec.threadNamePrefix() != null) {
			bean.setThreadNamePrefix(spec.threadNamePrefix());
		}
		if (spec.rejection() != null) {
			bean.setRejectedExecutionHandler(RejectionHandlers.of(spec.rejection(), spec.blockTimeout()));
		}
		if (spec.awaitTermination() != null) {
			bean.setWaitForTasksToCompleteOnShutdown(!spec.awaitTermination().isZero());
			bean.setAwaitTerminationMillis(spec.awaitTermination().toMillis());
		}
		if (bean instanceof DeclaredThreadPool declared) {
			declared.setThreadsFirst(spec.scaling() == PoolSpec.Scaling.THREADS_FIRST);
		}
	}

	private static void tune(ThreadPoolTaskScheduler bean, PoolSpec spec) {
		if (spec.coreSize() != null) {
			bean.setPoolSize(Math.max(1, spec.coreSize()));
		}
		if (spec.threadNamePrefix() != null) {
			bean.setThreadNamePrefix(spec.threadNamePrefix());
		}
		if (spec.awaitTermination() != null) {
			bean.setWaitForTasksToCompleteOnShutdown(!spec.awaitTermination().isZero());
			bean.setAwaitTerminationMillis(spec.awaitTermination().toMillis());
		}
	}

	private static void tune(SimpleAsyncTaskExecutor bean, PoolSpec spec) {
		if (bean instanceof DeclaredThreads) {
			bean.setVirtualThreads(true);
		}
		else if (spec.threads() != null) {
			bean.setVirtualThreads(spec.threads() == PoolSpec.Threads.VIRTUAL);
		}
		if (spec.threadNamePrefix() != null) {
			bean.setThreadNamePrefix(spec.threadNamePrefix());
		}
		if (spec.concurrencyLimit() != null) {
			bean.setConcurrencyLimit(spec.concurrencyLimit());
		}
		if (spec.awaitTermination() != null) {
			bean.setTaskTerminationTimeout(spec.awaitTermination().toMillis());
		}
		if (spec.rejection() != null) {
			if (bean instanceof DeclaredThreads declared) {
				declared.setRejection(spec.rejection(), spec.blockTimeout());
			}
			else {
				bean.setRejectTasksWhenLimitReached(spec.rejection() == RejectionPolicy.ABORT);
			}
		}
	}

	private static void tune(ThreadPoolExecutor pool, PoolSpec spec) {
		Sizes.of(pool.getCorePoolSize(), pool.getMaximumPoolSize())
			.change(spec)
			.apply(pool::setCorePoolSize, pool::setMaximumPoolSize);
		tuneIdleThreads(pool, spec);
		if (spec.rejection() != null) {
			pool.setRejectedExecutionHandler(RejectionHandlers.of(spec.rejection(), spec.blockTimeout()));
		}
	}

	private static void tuneIdleThreads(ThreadPoolExecutor pool, PoolSpec spec) {
		Duration keepAlive = spec.keepAlive();
		Boolean allowed = spec.allowCoreThreadTimeout();
		boolean coreEnds = (allowed != null) ? allowed : pool.allowsCoreThreadTimeOut();
		long nanos = (keepAlive != null) ? keepAlive.toNanos() : pool.getKeepAliveTime(TimeUnit.NANOSECONDS);
		if (coreEnds && nanos == 0) {
			throw spec.invalid((keepAlive != null) ? "keep-alive" : "allow-core-thread-timeout",
					(keepAlive != null) ? keepAlive : allowed,
					"core threads end too, and with a keep-alive of 0 none would stay",
					"Set keep-alive to more than 0, such as 60s, or allow-core-thread-timeout to false.");
		}
		// While core threads end, the pool would not take a keep-alive of 0
		pool.allowCoreThreadTimeOut(false);
		pool.setKeepAliveTime(nanos, TimeUnit.NANOSECONDS);
		pool.allowCoreThreadTimeOut(coreEnds);
	}

	private static Set<String> sorted(String... keys) {
		return new TreeSet<>(List.of(keys));
	}

	private static Set<String> union(Set<String> keys, Set<String> more) {
		Set<String> union = new TreeSet<>(keys);
		union.addAll(more);
		return union;
	}

}
