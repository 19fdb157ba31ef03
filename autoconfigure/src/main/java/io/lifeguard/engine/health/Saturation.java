package io.lifeguard.engine.health;

import io.lifeguard.HealthSettings;
import io.lifeguard.PoolSnapshot;
import org.jspecify.annotations.Nullable;

/**
 * For how long a queue has been (almost) full. Confined to one thread.
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
		boolean was = this.filled;
		this.filled = queue != null && queue.capacity() != null
				&& this.fill.isReachedBy(queue.size(), queue.capacity());
		if (this.filled && !was) {
			this.since = now;
		}
		return (this.filled && now - this.since >= this.limit) ? now - this.since : -1;
	}

}
