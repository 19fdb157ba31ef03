package io.lifeguard.engine.future;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.concurrent.CompletionException;

import io.lifeguard.engine.failure.Failure;
import io.lifeguard.support.Throwables;
import org.jspecify.annotations.Nullable;

/**
 * Completes a guarded {@link java.util.concurrent.CompletableFuture} that failed. The JDK
 * hands this very instance to all that depends on the future, through static methods such
 * as {@code allOf} too, so the exception itself knows whether anybody has looked at it.
 */
public final class GuardedCompletionException extends CompletionException {

	private static final long serialVersionUID = 1L;

	private final transient @Nullable Failure failure;

	private GuardedCompletionException(@Nullable String message, Throwable cause, Failure failure) {
		super(message, cause);
		this.failure = failure;
	}

	/**
	 * Return the exception to complete a future with, and watch until somebody looks at
	 * it.
	 * @param thrown what the task threw
	 */
	public static GuardedCompletionException of(Throwable thrown, Failure failure) {
		Throwable wrapped = (thrown instanceof CompletionException) ? Throwables.cause(thrown) : null;
		GuardedCompletionException exception = (wrapped != null)
				? new GuardedCompletionException(Throwables.message(thrown), wrapped, failure)
				: new GuardedCompletionException(Throwables.text(thrown), thrown, failure);
		failure.watch(exception);
		return exception;
	}

	/**
	 * Note that the exception was looked at, if it is a guarded one.
	 */
	static void observe(@Nullable Throwable thrown) {
		if (thrown instanceof GuardedCompletionException guarded) {
			guarded.observe();
		}
	}

	private void observe() {
		if (this.failure != null) {
			this.failure.observe();
		}
	}

	@Override
	@SuppressWarnings("UnsynchronizedOverridesSynchronized") // the super class does it
	public @Nullable Throwable getCause() {
		observe();
		return super.getCause();
	}

	@Override
	public @Nullable String getMessage() {
		observe();
		return super.getMessage();
	}

	@Override
	public StackTraceElement[] getStackTrace() {
		observe();
		return super.getStackTrace();
	}

	@Override
	public void printStackTrace(PrintStream stream) {
		observe();
		super.printStackTrace(stream);
	}

	@Override
	public void printStackTrace(PrintWriter writer) {
		observe();
		super.printStackTrace(writer);
	}

	@Override
	public String toString() {
		String message = getLocalizedMessage();
		return CompletionException.class.getName() + ((message != null) ? ": " + message : "");
	}

}
