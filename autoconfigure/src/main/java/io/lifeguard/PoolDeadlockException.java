package io.lifeguard;

/**
 * Says that all threads of a pool wait for tasks of the same pool. Nobody throws it: its
 * stack trace is where one of them waits, its suppressed exceptions are the others.
 */
public final class PoolDeadlockException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	public PoolDeadlockException(String message, StackTraceElement[] stack) {
		super(message);
		setStackTrace(stack);
	}

}
