package io.lifeguard;

import org.jspecify.annotations.Nullable;

/**
 * Says that a schedule does not run as it should. Nobody throws it: its stack trace is
 * that of the thread which is in the way, if there is one, and it is told to reporters
 * only.
 */
public final class ScheduleException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	/**
	 * Create an exception.
	 * @param stack the stack of the thread that is in the way, or empty
	 * @param cause what a trigger has thrown
	 */
	public ScheduleException(String message, StackTraceElement[] stack, @Nullable Throwable cause) {
		super(message, cause);
		setStackTrace(stack);
	}

}
