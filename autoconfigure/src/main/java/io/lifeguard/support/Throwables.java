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
 * Asks the throwables of an application, which may override any method, fail in it, hang
 * in it, and be each other's cause. What an application's class says itself is not asked
 * here, on whichever thread that may be, but by a {@link ThrowableReader}.
 */
public final class Throwables {

	/**
	 * Characters of a message at most, where that is kept.
	 */
	public static final int MAX_MESSAGE = 1000;

	private static final StackTraceElement[] NO_STACK = {};

	private static final int MAX_CAUSES = 32;

	private static final ClassValue<Overrides> overrides = new ClassValue<>() {

		@Override
		protected Overrides computeValue(Class<?> type) {
			return Overrides.of(type);
		}

	};

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
	 * Return the cause of a throwable, or {@code null} if it has none, or its class says
	 * that itself.
	 */
	public static @Nullable Throwable cause(Throwable thrown) {
		return overrides.get(thrown.getClass()).cause() ? null : ask(thrown::getCause);
	}

	/**
	 * Return the stack of a throwable, empty if it has none, or its class says that
	 * itself.
	 */
	public static StackTraceElement[] stack(Throwable thrown) {
		StackTraceElement[] stack = overrides.get(thrown.getClass()).stack() ? null : ask(thrown::getStackTrace);
		return (stack != null && !Arrays.asList(stack).contains(null)) ? stack : NO_STACK;
	}

	/**
	 * Return the message of a throwable, shortened to {@value #MAX_MESSAGE} characters,
	 * or {@code null} if it has none, or its class says that itself.
	 */
	public static @Nullable String message(Throwable thrown) {
		return overrides.get(thrown.getClass()).message() ? null : shortened(ask(thrown::getMessage), MAX_MESSAGE);
	}

	/**
	 * Return a throwable as text, or its class if it can't tell.
	 */
	public static String text(Throwable thrown) {
		return Objects.requireNonNullElse(ask(thrown::toString), thrown.getClass().getName());
	}

	/**
	 * Whether the throwable's class leaves all that is asked of a throwable as it is.
	 */
	static boolean isPlain(Throwable thrown) {
		Overrides own = overrides.get(thrown.getClass());
		return !own.cause() && !own.stack() && !own.message() && !own.other();
	}

	static @Nullable String shortened(@Nullable String text, int length) {
		return (text != null && text.length() > length) ? text.substring(0, length) + "…" : text;
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

	/**
	 * What a class of throwables says itself, rather than the JDK.
	 */
	private record Overrides(boolean cause, boolean stack, boolean message, boolean other) {

		static Overrides of(Class<?> type) {
			return new Overrides(isOwn(type, "getCause"), isOwn(type, "getStackTrace"), isOwn(type, "getMessage"),
					isOwn(type, "getLocalizedMessage") || isOwn(type, "toString") || isOwn(type, "hashCode")
							|| isOwn(type, "equals", Object.class));
		}

		private static boolean isOwn(Class<?> type, String method, Class<?>... parameters) {
			try {
				ClassLoader loader = type.getMethod(method, parameters).getDeclaringClass().getClassLoader();
				return loader != null && loader != ClassLoader.getPlatformClassLoader();
			}
			catch (NoSuchMethodException | LinkageError ex) {
				return true;
			}
		}

	}

}
