package io.lifeguard.support;

import org.jspecify.annotations.Nullable;

/**
 * Stands in for a throwable that can't be read, or that was let go since memory was
 * short: says its class, and what else is known of it.
 */
public final class StandInException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final String type;

	/**
	 * Create a stand-in.
	 * @param type the name of the class that it stands in for
	 */
	public StandInException(String type, @Nullable String message, StackTraceElement[] stack,
			@Nullable Throwable cause) {
		super(message, cause, true, true);
		this.type = type;
		setStackTrace(stack);
	}

	/**
	 * Return the name of the class that it stands in for.
	 */
	public String type() {
		return this.type;
	}

	@Override
	@SuppressWarnings("OverrideThrowableToString") // begins with another class
	public String toString() {
		String message = getMessage();
		return (message != null) ? this.type + ": " + message : this.type;
	}

}
