package io.lifeguard;

/**
 * Says that a task does not come to an end. Nobody throws it: its stack trace is where
 * the task's thread is, and only reporters get it. The task has not failed.
 */
public final class StuckTaskException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	public StuckTaskException(String message, StackTraceElement[] stack) {
		super(message);
		setStackTrace(stack);
	}

}
