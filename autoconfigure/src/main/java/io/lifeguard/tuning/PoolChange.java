package io.lifeguard.tuning;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

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
		return given().isEmpty();
	}

	/**
	 * Return this change and, of what it leaves as it is, that of an earlier one.
	 */
	PoolChange after(PoolChange earlier) {
		return new PoolChange(either(this.coreSize, earlier.coreSize), either(this.maxSize, earlier.maxSize),
				either(this.queueCapacity, earlier.queueCapacity), either(this.keepAlive, earlier.keepAlive),
				either(this.concurrencyLimit, earlier.concurrencyLimit));
	}

	private static <T> @Nullable T either(@Nullable T later, @Nullable T earlier) {
		return (later != null) ? later : earlier;
	}

	/**
	 * Return what is to change, by property.
	 */
	Map<String, Object> given() {
		Map<String, Object> given = new LinkedHashMap<>();
		given.put("coreSize", this.coreSize);
		given.put("maxSize", this.maxSize);
		given.put("queueCapacity", this.queueCapacity);
		given.put("keepAlive", this.keepAlive);
		given.put("concurrencyLimit", this.concurrencyLimit);
		given.values().removeIf(Objects::isNull);
		return given;
	}

}
