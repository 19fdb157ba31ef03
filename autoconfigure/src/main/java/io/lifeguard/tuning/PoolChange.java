package io.lifeguard.tuning;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * What is to change of a running pool. What is {@code null} stays as it is.
 */
public record PoolChange(@Nullable Integer coreSize, @Nullable Integer maxSize, @Nullable Integer queueCapacity,
		@Nullable Duration keepAlive, @Nullable Integer concurrencyLimit) {

	/**
	 * Whether nothing is to change.
	 */
	public boolean isEmpty() {
		return this.coreSize == null && this.maxSize == null && this.queueCapacity == null && this.keepAlive == null
				&& this.concurrencyLimit == null;
	}

}
