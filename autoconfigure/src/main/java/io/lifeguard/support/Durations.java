package io.lifeguard.support;

import java.time.Duration;

/**
 * Spells durations for people.
 */
public final class Durations {

	private Durations() {
	}

	/**
	 * Return the duration in whole seconds, or in milliseconds if it is shorter than one.
	 */
	public static String text(Duration duration) {
		return (duration.toSeconds() > 0) ? duration.toSeconds() + " s" : duration.toMillis() + " ms";
	}

	/**
	 * Return the duration in whole seconds, or in milliseconds if it is shorter than one.
	 */
	public static String text(long nanos) {
		return text(Duration.ofNanos(nanos));
	}

}
