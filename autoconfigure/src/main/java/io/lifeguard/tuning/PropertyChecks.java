package io.lifeguard.tuning;

import java.time.Duration;

import io.lifeguard.InvalidLifeguardPropertyException;
import org.jspecify.annotations.Nullable;

/**
 * Checks that values make sense. What is {@code null} always does.
 */
public final class PropertyChecks {

	/** The longest time that makes sense. */
	static final Duration LONGEST = Duration.ofDays(36_500);

	private PropertyChecks() {
	}

	/**
	 * Refuse a number below the least.
	 * @throws InvalidLifeguardPropertyException if it is
	 */
	public static void atLeast(String property, @Nullable Integer value, int least) {
		if (value != null && value < least) {
			throw new InvalidLifeguardPropertyException(property, value, "it is less than " + least,
					"Set it to " + least + " or more.");
		}
	}

	/**
	 * Refuse a time that is negative, or too long to be counted in nanoseconds.
	 * @throws InvalidLifeguardPropertyException if it is
	 */
	public static void time(String property, @Nullable Duration value) {
		if (value != null && value.isNegative()) {
			throw new InvalidLifeguardPropertyException(property, value, "it is negative",
					"Set it to a duration such as 10s, or to 0.");
		}
		if (value != null && value.compareTo(LONGEST) > 0) {
			throw new InvalidLifeguardPropertyException(property, value, "it is more than a hundred years",
					"Set it to a shorter time.");
		}
	}

}
