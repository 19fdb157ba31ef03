package io.lifeguard.engine.future;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

import io.lifeguard.engine.failure.Failure;
import io.lifeguard.support.Throwables;
import org.jspecify.annotations.Nullable;

/**
 * Completes a guarded {@link java.util.concurrent.CompletableFuture} that failed while
 * nobody was there to read that. The JDK hands this very instance to all that depends on
 * the future, through static methods such as {@code allOf} too, so the exception itself
 * knows whether anybody has looked at it.
 */
public final class GuardedCompletionException extends CompletionException {

	private static final long serialVersionUID = 1L;

	private transient volatile @Nullable Failure failure;

	/** What the JDK would have made in place of this one. */
	private transient @Nullable CompletionException plain;

	private GuardedCompletionException(@Nullable String message, @Nullable Throwable cause, Failure failure) {
		super(message, cause);
		this.failure = failure;
	}

	/**
	 * Return the exception to complete a future with, and watch until somebody looks at
	 * it.
	 * @param thrown what the task threw, or what the JDK made of that
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
	 * Return the exception to complete a future with whose function has failed.
	 * @param failure the failure of the function
	 * @param thrown what it threw: maybe what it got from another future
	 * @param read whether somebody is there to be handed the exception
	 */
	static Throwable carry(Failure failure, Throwable thrown, boolean read) {
		if (read || isOwn(thrown)) {
			observe(thrown);
			failure.observe();
			return thrown;
		}
		if (thrown instanceof GuardedCompletionException guarded) {
			guarded.observe();
			guarded.failure = failure;
			failure.watch(guarded);
			return guarded;
		}
		return of(thrown, failure);
	}

	/**
	 * Whether the JDK would hand on this very instance, which the application has made
	 * itself: one of ours would not be the same to those who get it.
	 */
	private static boolean isOwn(Throwable thrown) {
		if (!(thrown instanceof CompletionException) || thrown instanceof GuardedCompletionException) {
			return false;
		}
		StackTraceElement[] stack = Throwables.stack(thrown);
		return thrown.getClass() != CompletionException.class || Throwables.cause(thrown) == null || stack.length == 0
				|| !isMaker(stack[0].getClassName());
	}

	private static boolean isMaker(String type) {
		return type.equals(CompletableFuture.class.getName()) || type.equals(GuardedCompletionException.class.getName())
				|| type.startsWith("org.springframework.util.concurrent.");
	}

	/**
	 * Note that the exception was looked at, if it is a guarded one.
	 */
	static void observe(@Nullable Throwable thrown) {
		if (thrown instanceof GuardedCompletionException guarded) {
			guarded.observe();
		}
	}

	/**
	 * Return what the given exception is about, if it is a guarded one, or else itself;
	 * which is not to look at it.
	 */
	static Throwable unwrap(Throwable thrown) {
		return (thrown instanceof GuardedCompletionException guarded) ? guarded.thrown() : thrown;
	}

	/**
	 * Return what those get to see who are handed the given object and so have read it,
	 * if it is a guarded exception: what the JDK would have made in its place.
	 */
	@SuppressWarnings("unchecked") // what is asked for is a throwable at most
	static <T> T shown(T object) {
		if (object instanceof GuardedCompletionException guarded) {
			guarded.observe();
			return (T) guarded.plain();
		}
		return object;
	}

	private Throwable thrown() {
		Throwable cause = super.getCause();
		return (cause != null) ? cause : this;
	}

	private synchronized CompletionException plain() {
		CompletionException plain = this.plain;
		if (plain == null) {
			plain = new CompletionException(super.getMessage(), super.getCause());
			plain.setStackTrace(super.getStackTrace());
			this.plain = plain;
		}
		for (Throwable suppressed : getSuppressed()) {
			if (!Arrays.asList(plain.getSuppressed()).contains(suppressed)) {
				plain.addSuppressed(suppressed);
			}
		}
		return plain;
	}

	private void observe() {
		Failure failure = this.failure;
		if (failure != null) {
			failure.observe();
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
