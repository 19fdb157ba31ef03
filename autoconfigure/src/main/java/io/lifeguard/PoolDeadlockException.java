package io.lifeguard;

/**
 * Says that all threads of a pool wait for tasks which only they could run, or only those
 * of other pools that wait likewise. Nobody throws it: its stack trace is where one of
 * them waits, its suppressed exceptions are the others.
 */
public final class PoolDeadlockException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	public PoolDeadlockException(String message, StackTraceElement[] stack) {
		super(message);
		setStackTrace(stack);
	}

}
