package io.lifeguard.engine.pool;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

import io.lifeguard.engine.failure.UnobservedWatch;
import io.lifeguard.engine.health.Deadlocks;
import io.lifeguard.support.DaemonThreads;
import io.lifeguard.support.OnceLogger;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Looks at a registry's pools from time to time, and at failures as they become garbage,
 * on a daemon thread of its own.
 */
final class Watcher {

	private static final Log logger = LogFactory.getLog(Watcher.class);

	private static final long LONGEST_PAUSE_MILLIS = 250;

	private static final long SHORTEST_PAUSE_MILLIS = 10;

	private final List<Consumer<Boolean>> listeners = new CopyOnWriteArrayList<>();

	private final OnceLogger faults = new OnceLogger();

	private final Deadlocks deadlocks = new Deadlocks();

	private final PoolRegistry registry;

	private @Nullable Thread thread;

	/** Milliseconds between two looks, the fewer the shorter the pools' limits are. */
	private volatile long pause = LONGEST_PAUSE_MILLIS;

	private volatile boolean closed;

	Watcher(PoolRegistry registry) {
		this.registry = registry;
	}

	/**
	 * Call the given listener with each look, and with {@code true} after the last one.
	 */
	void onTick(Consumer<Boolean> listener) {
		this.listeners.add(listener);
	}

	/**
	 * Watch from now on if not done already, and at least four times within the given
	 * limit.
	 */
	synchronized void watch(Duration limit) {
		this.pause = Math.max(SHORTEST_PAUSE_MILLIS, Math.min(this.pause, limit.toMillis() / 4));
		watch();
	}

	/**
	 * Watch from now on if not done already.
	 */
	synchronized void watch() {
		if (this.thread == null && !this.closed) {
			this.thread = DaemonThreads.repeat("lifeguard-watch", this::next, this::faulty);
		}
	}

	/**
	 * Look no more.
	 */
	synchronized void stop() {
		this.closed = true;
		if (this.thread != null) {
			this.thread.interrupt();
		}
	}

	/**
	 * Notify the listeners of the last look.
	 */
	void notifyLast() {
		notifyListeners(true);
	}

	private boolean next() {
		UnobservedWatch unobserved = this.registry.desk().failures().unobserved();
		try {
			unobserved.awaitGarbage(this.pause);
		}
		catch (InterruptedException ex) {
			// Ends the wait, whoever sent it, and not the watch
		}
		if (this.closed) {
			return false;
		}
		attempt(unobserved::checkDeadlines);
		attempt(this.registry::tickSchedules);
		attempt(() -> this.deadlocks.look(this.registry.pools().stream().map(Pool::monitor).toList(),
				System.nanoTime()));
		for (Pool pool : this.registry.pools()) {
			attempt(() -> look(pool));
		}
		this.registry.readOnlyPools().tick(System.nanoTime(), this::attempt);
		notifyListeners(false);
		return true;
	}

	private void look(Pool pool) {
		pool.checkTimeLimits();
		pool.tick(System.nanoTime());
		pool.logDropped(false);
		if (pool.monitor().isGone()) {
			this.registry.remove(pool);
		}
	}

	private void notifyListeners(boolean last) {
		for (Consumer<Boolean> listener : this.listeners) {
			attempt(() -> listener.accept(last));
		}
	}

	/**
	 * Do one thing of several, none of which keeps the others from being done.
	 */
	private void attempt(Runnable step) {
		try {
			step.run();
		}
		catch (Throwable ex) {
			faulty(ex);
		}
	}

	private void faulty(Throwable fault) {
		this.faults.logOnce(fault.getClass().getName(), () -> logger
			.error("Lifeguard met a fault of its own and goes on; others of this kind are not logged", fault));
	}

}
