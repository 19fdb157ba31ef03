package io.lifeguard.sentry;

import java.lang.Thread.UncaughtExceptionHandler;
import java.lang.reflect.Field;

import io.sentry.UncaughtExceptionHandlerIntegration;
import org.jspecify.annotations.Nullable;

import org.springframework.util.ReflectionUtils;

/**
 * Finds the application's own default handler of uncaught exceptions behind Sentry's.
 */
final class SentryDefaultHandler {

	private static final @Nullable Field inner = ReflectionUtils.findField(UncaughtExceptionHandlerIntegration.class,
			"defaultExceptionHandler");

	private SentryDefaultHandler() {
	}

	/**
	 * Return the handler that stands behind Sentry's, {@code null} if there is none, and
	 * any other as it is.
	 */
	static @Nullable UncaughtExceptionHandler behind(@Nullable UncaughtExceptionHandler handler) {
		if (!(handler instanceof UncaughtExceptionHandlerIntegration)) {
			return handler;
		}
		return (inner != null && inner.trySetAccessible())
				? (UncaughtExceptionHandler) ReflectionUtils.getField(inner, handler) : null;
	}

}
