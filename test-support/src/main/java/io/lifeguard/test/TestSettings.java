package io.lifeguard.test;

import java.time.Duration;
import java.util.function.Function;

import io.lifeguard.InvalidLifeguardPropertyException;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.convert.DurationStyle;

/**
 * How tests are guarded.
 *
 * @param enabled whether they are
 * @param settle how long the tasks of a test have to end after it
 */
record TestSettings(boolean enabled, Duration settle) {

	/**
	 * The property for {@link #enabled}.
	 */
	static final String ENABLED = "lifeguard.test.enabled";

	/**
	 * The property for {@link #settle}.
	 */
	static final String SETTLE = "lifeguard.test.settle";

	private static final Duration DEFAULT_SETTLE = Duration.ofSeconds(2);

	/**
	 * Read the settings.
	 * @param properties returns the value of a property
	 * @throws InvalidLifeguardPropertyException if a value makes no sense
	 */
	static TestSettings from(Function<String, @Nullable String> properties) {
		return new TestSettings(enabled(properties.apply(ENABLED)), settle(properties.apply(SETTLE)));
	}

	private static boolean enabled(@Nullable String value) {
		if (value == null || value.equalsIgnoreCase("true")) {
			return true;
		}
		if (value.equalsIgnoreCase("false")) {
			return false;
		}
		throw new InvalidLifeguardPropertyException(ENABLED, value, "it is neither true nor false",
				"Set it to false to guard no test, or remove it.");
	}

	private static Duration settle(@Nullable String value) {
		if (value == null) {
			return DEFAULT_SETTLE;
		}
		try {
			Duration settle = DurationStyle.detectAndParse(value);
			if (!settle.isNegative()) {
				return settle;
			}
		}
		catch (IllegalArgumentException ex) {
			// has the same cure as a negative one
		}
		throw new InvalidLifeguardPropertyException(SETTLE, value, "it is no time to wait",
				"Set it to a duration such as 2s or 500ms; 0 does not wait at all.");
	}

}
