package io.lifeguard.tuning;

import java.time.Duration;

import io.lifeguard.InvalidLifeguardPropertyException;
import org.jspecify.annotations.Nullable;

/**
 * Checks that values make sense. What is {@code null} always does.
 */
public final class PropertyChecks {

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
	 * Refuse a negative time.
	 * @throws InvalidLifeguardPropertyException if it is
	 */
	public static void notNegative(String property, @Nullable Duration value) {
		if (value != null && value.isNegative()) {
			throw new InvalidLifeguardPropertyException(property, value, "it is negative",
					"Set it to a duration such as 10s, or to 0.");
		}
	}

}
