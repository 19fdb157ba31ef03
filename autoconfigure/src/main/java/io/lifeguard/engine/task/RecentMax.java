package io.lifeguard.engine.task;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The highest value of the last minute, more or less. To record one that is not the
 * highest takes a read.
 */
final class RecentMax {

	private static final long PERIOD = TimeUnit.SECONDS.toNanos(30);

	private final AtomicLong current = new AtomicLong();

	private volatile long previous;

	private long since = System.nanoTime();

	void record(long value) {
		if (value > this.current.get()) {
			this.current.accumulateAndGet(value, Math::max);
		}
	}

	long get() {
		return Math.max(this.previous, this.current.get());
	}

	/**
	 * Forget what is too old. Always to be called by the same thread.
	 */
	void tick(long now) {
		if (now - this.since >= PERIOD) {
			this.since = now;
			this.previous = this.current.getAndSet(0);
		}
	}

}
