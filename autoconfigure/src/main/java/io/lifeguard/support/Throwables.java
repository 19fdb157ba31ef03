package io.lifeguard.support;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * Asks the throwables of an application, which may override any method, fail in it, and
 * be each other's cause.
 */
public final class Throwables {

	private static final StackTraceElement[] NO_STACK = {};

	private static final int MAX_CAUSES = 32;

	private Throwables() {
	}

	/**
	 * Free a throwable of the wrappers that futures put around it.
	 */
	public static Throwable unwrap(Throwable thrown) {
		Throwable root = thrown;
		for (int depth = 0; depth < MAX_CAUSES; depth++) {
			boolean wrapper = root instanceof ExecutionException || root instanceof CompletionException;
			Throwable cause = wrapper ? cause(root) : null;
			if (cause == null) {
				break;
			}
			root = cause;
		}
		return root;
	}

	/**
	 * Return the throwable itself, its cause, the cause of that, and so on.
	 */
	public static List<Throwable> chain(Throwable thrown) {
		List<Throwable> chain = new ArrayList<>();
		Throwable next = thrown;
		while (next != null && chain.size() < MAX_CAUSES) {
			chain.add(next);
			next = cause(next);
		}
		return chain;
	}

	/**
	 * Return the cause of a throwable, or {@code null} if it has none, or can't tell.
	 */
	public static @Nullable Throwable cause(Throwable thrown) {
		return ask(thrown::getCause);
	}

	/**
	 * Return the stack of a throwable, empty if it can't tell.
	 */
	public static StackTraceElement[] stack(Throwable thrown) {
		StackTraceElement[] stack = ask(thrown::getStackTrace);
		return (stack != null && !Arrays.asList(stack).contains(null)) ? stack : NO_STACK;
	}

	/**
	 * Return the message of a throwable, or {@code null} if it has none, or can't tell.
	 */
	public static @Nullable String message(Throwable thrown) {
		return ask(thrown::getMessage);
	}

	/**
	 * Return a throwable as text, or its class if it can't tell.
	 */
	public static String text(Throwable thrown) {
		return Objects.requireNonNullElse(ask(thrown::toString), thrown.getClass().getName());
	}

	/**
	 * Throw what need not be declared.
	 * @return never
	 */
	@SuppressWarnings({ "unchecked", "TypeParameterUnusedInFormals" })
	public static <E extends Throwable> E sneaky(Throwable thrown) throws E {
		throw (E) thrown;
	}

	private static <T> @Nullable T ask(Supplier<@Nullable T> question) {
		try {
			return question.get();
		}
		catch (Throwable ex) {
			return null;
		}
	}

}
