package io.lifeguard.actuate;

import java.time.Duration;
import java.util.function.Function;

import io.lifeguard.tuning.InvalidPoolChangeException;
import io.lifeguard.tuning.PoolChange;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.convert.DurationStyle;

/**
 * Reads the fields of a request to change a pool, so that the answer names each bad one.
 */
final class PoolChangeRequest {

	/** The fields that a request can have. */
	static final String FIELDS = "coreSize, maxSize, queueCapacity, keepAlive, concurrencyLimit";

	private PoolChangeRequest() {
	}

	static PoolChange parse(@Nullable String coreSize, @Nullable String maxSize, @Nullable String queueCapacity,
			@Nullable String keepAlive, @Nullable String concurrencyLimit) {
		PoolChange change = new PoolChange(number("coreSize", coreSize), number("maxSize", maxSize),
				number("queueCapacity", queueCapacity),
				parse("keepAlive", keepAlive, DurationStyle::detectAndParse, "a duration such as 60s"),
				number("concurrencyLimit", concurrencyLimit));
		if (change.isEmpty()) {
			throw new InvalidPoolChangeException(null, null, "must have at least one of " + FIELDS);
		}
		return change;
	}

	private static @Nullable Integer number(String property, @Nullable String value) {
		return parse(property, value, Integer::valueOf, "a whole number");
	}

	private static <T> @Nullable T parse(String property, @Nullable String value, Function<String, T> parser,
			String kind) {
		try {
			return (value != null) ? parser.apply(value) : null;
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidPoolChangeException(property, value, "must be " + kind);
		}
	}

}
