package io.lifeguard.engine.health;

import io.lifeguard.HealthSettings;
import io.lifeguard.PoolSnapshot;
import org.jspecify.annotations.Nullable;

/**
 * For how long a pool has had no room without a break: a queue that is (almost) full, or
 * a limit that is reached. Confined to one thread.
 */
final class Saturation {

	private final Threshold fill;

	private final long limit;

	private boolean filled;

	private long since;

	Saturation(HealthSettings settings) {
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
	 * Return for how many nanoseconds there has been no room, or a negative number below
	 * the reporting limit.
	 */
	long update(boolean filled, long now) {
		boolean was = this.filled;
		this.filled = filled;
		if (this.filled && !was) {
			this.since = now;
		}
		return (this.filled && now - this.since >= this.limit) ? now - this.since : -1;
	}

}
