package io.lifeguard;

import java.util.Locale;

/**
 * How a task that ran has ended.
 */
public enum Outcome {

	/**
	 * It returned.
	 */
	SUCCESS,

	/**
	 * It threw.
	 */
	FAILURE,

	/**
	 * It was cancelled while it ran.
	 */
	CANCELLED;

	/**
	 * Return the value of the {@code outcome} tag.
	 */
	@Override
	public String toString() {
		return name().toLowerCase(Locale.ROOT);
	}

}
