package io.lifeguard;

import java.util.Locale;

/**
 * What became of a task's failure.
 */
public enum Handling {

	/**
	 * No caller could ever see it.
	 */
	UNCAUGHT,

	/**
	 * The task's future failed, and nobody read it.
	 */
	UNOBSERVED,

	/**
	 * Somebody read it from the task's future.
	 */
	OBSERVED;

	/**
	 * Return the value of the {@code handling} tag wherever failures are shown.
	 */
	@Override
	public String toString() {
		return name().toLowerCase(Locale.ROOT);
	}

}
