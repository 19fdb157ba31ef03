package io.lifeguard.support;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

import org.jspecify.annotations.Nullable;

/**
 * What {@link Future} can do from Java 19 on, by means of what it always could.
 */
public final class Futures {

	private static final StackWalker WALKER = StackWalker.getInstance();

	private Futures() {
	}

	@SuppressWarnings("NullAway") // null is a result if V says so
	public static <V extends @Nullable Object> V resultNow(Future<V> future) {
		Object outcome = outcome(future);
		if (outcome instanceof ExecutionException) {
			throw new IllegalStateException("Task completed with exception");
		}
		@SuppressWarnings("unchecked")
		V result = (V) outcome;
		return result;
	}

	public static Throwable exceptionNow(Future<?> future) {
		if (outcome(future) instanceof ExecutionException ex && ex.getCause() != null) {
			return ex.getCause();
		}
		throw new IllegalStateException("Task completed with a result");
	}

	private static @Nullable Object outcome(Future<?> future) {
		if (!future.isDone()) {
			throw new IllegalStateException("Task has not completed");
		}
		if (future.isCancelled()) {
			throw new IllegalStateException("Task was cancelled");
		}
		boolean interrupted = false;
		try {
			while (true) {
				try {
					return future.get();
				}
				catch (ExecutionException ex) {
					return ex;
				}
				catch (InterruptedException ex) {
					interrupted = true;
				}
			}
		}
		finally {
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}
	}

	/**
	 * Whether the method that calls this one was called by {@code Future.state()}, whose
	 * default looks at the outcome by {@code get} and yet tells nobody of the failure.
	 */
	public static boolean isCalledByState() {
		return WALKER.walk((stack) -> stack.skip(2)
			.findFirst()
			.filter((frame) -> frame.getMethodName().equals("state")
					&& frame.getClassName().equals(Future.class.getName()))
			.isPresent());
	}

}
