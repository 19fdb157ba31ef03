package io.lifeguard.tuning;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
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
	 * Change the given pool, and log what has changed. Of a pool of several executors,
	 * each is changed, and so is each that comes to it later.
	 * @param by who asked for it
	 * @throws InvalidPoolChangeException if the pool cannot be changed so
	 */
	public static void resize(Pool pool, PoolChange change, String by) {
		synchronized (pool) { // sizes are read, checked and set as one
			Set<String> changes = new LinkedHashSet<>();
			List<Runnable> steps = new ArrayList<>();
			for (Object executor : pool.presentExecutors()) {
				steps.add(plan(executor, change, changes));
			}
			if (steps.isEmpty()) {
				allow(change, "a pool that has no executor at present");
			}
			steps.forEach(Runnable::run);
			pool.welcome(new Welcome(pool.name(),
					(pool.welcome() instanceof Welcome earlier) ? change.after(earlier.change()) : change));
			if (!changes.isEmpty()) {
				logger.info("Changed pool " + pool.name() + ": " + String.join(", ", changes) + " (by " + by + ")");
			}
		}
	}

	/**
	 * Check a change of an executor.
	 * @param changes gets what will have changed
	 * @return makes the change
	 */
	private static Runnable plan(Object executor, PoolChange change, Set<String> changes) {
		if (executor instanceof ThreadPoolTaskExecutor bean) {
			return plan(bean.getThreadPoolExecutor(), bean::setCorePoolSize, bean::setMaxPoolSize, change, changes);
		}
		if (executor instanceof ThreadPoolTaskScheduler bean) {
			return plan(bean.getScheduledThreadPoolExecutor(), bean::setPoolSize, null, change, changes);
		}
		if (executor instanceof ScheduledThreadPoolExecutor pool) {
			return plan(pool, pool::setCorePoolSize, null, change, changes);
		}
		if (executor instanceof ThreadPoolExecutor pool) {
			return plan(pool, pool::setCorePoolSize, pool::setMaximumPoolSize, change, changes);
		}
		if (executor instanceof SimpleAsyncTaskExecutor threads) {
			return plan(threads, change, changes);
		}
		allow(change, "a " + executor.getClass().getName());
		return () -> {
		};
	}

	private static Runnable plan(ThreadPoolExecutor pool, IntConsumer setCore, @Nullable IntConsumer setMax,
			PoolChange change, Set<String> changes) {
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
		Integer capacity = change.queueCapacity();
		TaskQueue queue = queue(pool, capacity);
		note(changes, "coreSize", before.core(), sizes.core());
		note(changes, "maxSize", before.max(), sizes.max());
		if (keepAlive != null) {
			note(changes, "keepAlive", Duration.ofNanos(pool.getKeepAliveTime(TimeUnit.NANOSECONDS)), keepAlive);
		}
		if (queue != null && capacity != null) {
			note(changes, "queueCapacity", queue.getCapacity(), capacity);
		}
		return () -> {
			sizes.apply(setCore, (setMax != null) ? setMax : (max) -> {
			});
			if (keepAlive != null) {
				pool.setKeepAliveTime(keepAlive.toNanos(), TimeUnit.NANOSECONDS);
			}
			if (queue != null && capacity != null) {
				queue.setCapacity(capacity);
			}
		};
	}

	private static @Nullable TaskQueue queue(ThreadPoolExecutor pool, @Nullable Integer capacity) {
		atLeast("queueCapacity", capacity, 1);
		if (capacity != null && !(pool.getQueue() instanceof TaskQueue)) {
			throw new InvalidPoolChangeException("queueCapacity", capacity,
					"can be changed only of a pool that lifeguard.pools.* has declared with a queue");
		}
		return (pool.getQueue() instanceof TaskQueue queue) ? queue : null;
	}

	private static Runnable plan(SimpleAsyncTaskExecutor threads, PoolChange change, Set<String> changes) {
		allow(change, "an executor with a thread for each task", "concurrencyLimit");
		Integer limit = change.concurrencyLimit();
		atLeast("concurrencyLimit", limit, 1);
		if (limit == null) {
			return () -> {
			};
		}
		if (!threads.isThrottleActive()) {
			throw new InvalidPoolChangeException("concurrencyLimit", limit,
					"can be changed only of an executor that was started with a limit");
		}
		note(changes, "concurrencyLimit", threads.getConcurrencyLimit(), limit);
		return () -> threads.setConcurrencyLimit(limit);
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

	private static void note(Set<String> changes, String property, Object before, Object after) {
		if (!before.equals(after)) {
			changes.add(property + " from " + before + " to " + after);
		}
	}

	/**
	 * Makes an executor what its pool was changed to before it came.
	 */
	private record Welcome(String pool, PoolChange change) implements Consumer<Object> {

		@Override
		public void accept(Object executor) {
			try {
				plan(executor, this.change, new LinkedHashSet<>()).run();
			}
			catch (InvalidPoolChangeException ex) {
				logger.warn("Another executor of pool " + this.pool + " stays as it was made: " + ex.property() + " "
						+ ex.value() + " " + ex.reason());
			}
		}

	}

}
