package io.lifeguard;

import java.util.Locale;

/**
 * Why a task that was accepted never ran.
 */
public enum LossReason {

	/**
	 * Its pool was shut down first.
	 */
	SHUTDOWN,

	/**
	 * Its pool was full, and threw it or another for it away.
	 */
	DISCARDED,

	/**
	 * It waited for longer than its pool allows.
	 */
	EXPIRED;

	/**
	 * Return the value of the {@code reason} tag.
	 */
	@Override
	public String toString() {
		return name().toLowerCase(Locale.ROOT);
	}

}
