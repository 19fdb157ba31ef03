package io.lifeguard.engine.health;

import io.lifeguard.HealthSettings;
import io.lifeguard.PoolSnapshot;
import org.jspecify.annotations.Nullable;

/**
 * For how long a pool has had no room without a break: a queue that is (almost) full, or
 * a limit that is reached. Confined to one thread.
 */
public final class Saturation {

	private final Threshold fill;

	private final long limit;

	private boolean filled;

	private long since;

	/**
	 * Begin with what is not full.
	 */
	public Saturation(HealthSettings settings) {
		this.fill = new Threshold(settings.queueFill(), 1);
		this.limit = settings.saturatedFor().toNanos();
	}

	/**
	 * Return for how many nanoseconds the queue has been full, or a negative number below
	 * the reporting limit.
	 * @param queue the queue as it is now, without a capacity if it is never full
	 */
	long update(PoolSnapshot.@Nullable Queue queue, long now) {
		return update(
				queue != null && queue.capacity() != null && this.fill.isReachedBy(queue.size(), queue.capacity()),
				now);
	}

	/**
	 * Return for how many nanoseconds something has been full, or a negative number below
	 * the reporting limit.
	 * @param full whether it is full now
	 */
	public long update(boolean full, long now) {
		if (full && !this.filled) {
			this.since = now;
		}
		this.filled = full;
		return (full && now - this.since >= this.limit) ? now - this.since : -1;
	}

}
