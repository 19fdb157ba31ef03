package io.lifeguard.tuning;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;

import io.lifeguard.engine.executor.TaskQueue;
import io.lifeguard.engine.pool.Pool;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

/**
 * Changes running pools: all that is asked for or nothing, one change of a pool at a
 * time, and without loss of any task.
 */
public final class PoolResizer {

	private static final Log logger = LogFactory.getLog(PoolResizer.class);

	private PoolResizer() {
	}

	/**
	 * Change the given pool, and log what has changed.
	 * @param by who asked for it
	 * @throws InvalidPoolChangeException if the pool cannot be changed so
	 */
	public static void resize(Pool pool, PoolChange change, String by) {
		synchronized (pool) { // sizes are read, checked and set as one
			List<String> changes = new ArrayList<>();
			resize(pool.executor(), change, changes);
			if (!changes.isEmpty()) {
				logger.info("Changed pool " + pool.name() + ": " + String.join(", ", changes) + " (by " + by + ")");
			}
		}
	}

	private static void resize(Object executor, PoolChange change, List<String> changes) {
		if (executor instanceof ThreadPoolTaskExecutor bean) {
			resize(bean.getThreadPoolExecutor(), bean::setCorePoolSize, bean::setMaxPoolSize, change, changes);
		}
		else if (executor instanceof ThreadPoolTaskScheduler bean) {
			resize(bean.getScheduledThreadPoolExecutor(), bean::setPoolSize, null, change, changes);
		}
		else if (executor instanceof ScheduledThreadPoolExecutor pool) {
			resize(pool, pool::setCorePoolSize, null, change, changes);
		}
		else if (executor instanceof ThreadPoolExecutor pool) {
			resize(pool, pool::setCorePoolSize, pool::setMaximumPoolSize, change, changes);
		}
		else if (executor instanceof SimpleAsyncTaskExecutor threads) {
			resize(threads, change, changes);
		}
		else {
			allow(change, "a " + executor.getClass().getName());
		}
	}

	private static void resize(ThreadPoolExecutor pool, IntConsumer setCore, @Nullable IntConsumer setMax,
			PoolChange change, List<String> changes) {
		if (setMax != null) {
			allow(change, "a pool of platform threads", "coreSize", "maxSize", "queueCapacity", "keepAlive");
		}
		else {
			allow(change, "a scheduler", "coreSize", "keepAlive");
		}
		atLeast("coreSize", change.coreSize(), (setMax != null) ? 0 : 1);
		atLeast("maxSize", change.maxSize(), 1);
		Sizes before = Sizes.of(pool.getCorePoolSize(), pool.getMaximumPoolSize());
		Sizes sizes = before.change(change.coreSize(), change.maxSize());
		if (sizes.core() > sizes.max()) {
			throw (change.coreSize() != null)
					? new InvalidPoolChangeException("coreSize", change.coreSize(),
							"must not be larger than maxSize, which is " + sizes.max())
					: new InvalidPoolChangeException("maxSize", change.maxSize(),
							"must not be smaller than coreSize, which is " + sizes.core());
		}
		Duration keepAlive = change.keepAlive();
		if (keepAlive != null && (keepAlive.isNegative() || (keepAlive.isZero() && pool.allowsCoreThreadTimeOut()))) {
			throw new InvalidPoolChangeException("keepAlive", keepAlive, "must be more than 0s");
		}
		if (keepAlive != null && keepAlive.compareTo(PropertyChecks.LONGEST) > 0) {
			throw new InvalidPoolChangeException("keepAlive", keepAlive, "must not be more than a hundred years");
		}
		TaskQueue queue = queue(pool, change.queueCapacity());

		sizes.apply(setCore, (setMax != null) ? setMax : (max) -> {
		});
		note(changes, "coreSize", before.core(), sizes.core());
		note(changes, "maxSize", before.max(), sizes.max());
		if (keepAlive != null) {
			note(changes, "keepAlive", Duration.ofNanos(pool.getKeepAliveTime(TimeUnit.NANOSECONDS)), keepAlive);
			pool.setKeepAliveTime(keepAlive.toNanos(), TimeUnit.NANOSECONDS);
		}
		if (queue != null && change.queueCapacity() != null) {
			note(changes, "queueCapacity", queue.getCapacity(), change.queueCapacity());
			queue.setCapacity(change.queueCapacity());
		}
	}

	private static @Nullable TaskQueue queue(ThreadPoolExecutor pool, @Nullable Integer capacity) {
		atLeast("queueCapacity", capacity, 1);
		if (capacity != null && !(pool.getQueue() instanceof TaskQueue)) {
			throw new InvalidPoolChangeException("queueCapacity", capacity,
					"can be changed only of a pool that lifeguard.pools.* has declared with a queue");
		}
		return (pool.getQueue() instanceof TaskQueue queue) ? queue : null;
	}

	private static void resize(SimpleAsyncTaskExecutor threads, PoolChange change, List<String> changes) {
		allow(change, "an executor with a thread for each task", "concurrencyLimit");
		atLeast("concurrencyLimit", change.concurrencyLimit(), 1);
		if (change.concurrencyLimit() != null) {
			if (!threads.isThrottleActive()) {
				throw new InvalidPoolChangeException("concurrencyLimit", change.concurrencyLimit(),
						"can be changed only of an executor that was started with a limit");
			}
			note(changes, "concurrencyLimit", threads.getConcurrencyLimit(), change.concurrencyLimit());
			threads.setConcurrencyLimit(change.concurrencyLimit());
		}
	}

	private static void atLeast(String property, @Nullable Integer value, int least) {
		if (value != null && value < least) {
			throw new InvalidPoolChangeException(property, value, "must be at least " + least);
		}
	}

	private static void allow(PoolChange change, String kind, String... properties) {
		Map<String, Object> others = change.given();
		others.keySet().removeAll(List.of(properties));
		others.forEach((property, value) -> {
			throw new InvalidPoolChangeException(property, value, "has no meaning for " + kind);
		});
	}

	private static void note(List<String> changes, String property, Object before, Object after) {
		if (!before.equals(after)) {
			changes.add(property + " from " + before + " to " + after);
		}
	}

}
