package io.lifeguard.engine.pool;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import io.lifeguard.HealthSettings;
import io.lifeguard.PoolHealth;
import io.lifeguard.PoolHealth.Status;
import io.lifeguard.PoolSnapshot;
import io.lifeguard.ThreadsSnapshot;
import io.lifeguard.engine.executor.ExecutorView;
import io.lifeguard.engine.health.CurrentHealth;
import io.lifeguard.engine.health.Saturation;
import io.lifeguard.support.Durations;

/**
 * Threads that are not the application's: they are shown, and it is watched whether they
 * are all at work while something waits. Nothing is put around what they do.
 */
public final class ReadOnlyPool {

	/** Nanoseconds between two looks, however often the registry ticks. */
	private static final long PERIOD = TimeUnit.MILLISECONDS.toNanos(200);

	private final String name;

	private final Supplier<ThreadsSnapshot> threads;

	private final String sizedBy;

	private final Saturation saturation;

	private final CurrentHealth health;

	private long lookedAt = System.nanoTime() - PERIOD;

	/**
	 * Create a pool.
	 * @param threads tells of the threads, without ever throwing or waiting
	 * @param sizedBy what sets their number, as a property
	 */
	ReadOnlyPool(String name, Supplier<ThreadsSnapshot> threads, String sizedBy, HealthSettings settings) {
		this.name = name;
		this.threads = threads;
		this.sizedBy = sizedBy;
		this.saturation = new Saturation(settings);
		this.health = new CurrentHealth(name);
	}

	/**
	 * Return what tells of the threads of an executor of any kind, without ever throwing
	 * or waiting for long.
	 */
	public static Supplier<ThreadsSnapshot> threadsOf(Object executor) {
		ExecutorView view = ExecutorView.of(executor);
		return () -> {
			PoolSnapshot.Size size = view.size();
			PoolSnapshot.Queue queue = view.queue();
			boolean full = size != null && queue != null && queue.size() > 0 && size.current() >= view.threadLimit();
			return new ThreadsSnapshot(executor.getClass().getName(), view.isVirtual() ? "virtual" : "platform", size,
					view.active(), queue, full);
		};
	}

	/**
	 * Return the name under which the pool is shown.
	 */
	public String name() {
		return this.name;
	}

	/**
	 * Return what is known of the pool's threads now.
	 */
	public ThreadsSnapshot snapshot() {
		return this.threads.get();
	}

	/**
	 * Return what sets the number of the pool's threads, as a property.
	 */
	public String sizedBy() {
		return this.sizedBy;
	}

	/**
	 * Return how well the pool is, as of the last tick of its registry.
	 */
	public PoolHealth health() {
		return this.health.get();
	}

	/**
	 * Look at the pool, as its registry does from time to time.
	 */
	void tick(long now) {
		if (now - this.lookedAt < PERIOD) {
			return;
		}
		this.lookedAt = now;
		ThreadsSnapshot snapshot = snapshot();
		long full = this.saturation.update(snapshot.saturated(), now);
		if (full < 0) {
			this.health.update(Status.UP, List.of());
		}
		else {
			this.health.update(Status.DEGRADED, List.of(reason(snapshot, Duration.ofNanos(full))));
		}
	}

	private static String reason(ThreadsSnapshot snapshot, Duration full) {
		String waiting = (snapshot.queue() != null) ? ", now " + snapshot.queue().size() : "";
		return "Every thread has been at work while others wait" + waiting + ", for " + Durations.text(full);
	}

	@Override
	public String toString() {
		return "read-only pool " + this.name;
	}

}
