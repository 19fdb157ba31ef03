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

	static @Nullable UncaughtExceptionHandler unwrapped() {
		UncaughtExceptionHandler handler = Thread.getDefaultUncaughtExceptionHandler();
		for (int depth = 0; handler instanceof UncaughtExceptionHandlerIntegration && depth < 16; depth++) {
			handler = (inner != null && inner.trySetAccessible())
					? (UncaughtExceptionHandler) ReflectionUtils.getField(inner, handler) : null;
		}
		return (handler instanceof UncaughtExceptionHandlerIntegration) ? null : handler;
	}

}
