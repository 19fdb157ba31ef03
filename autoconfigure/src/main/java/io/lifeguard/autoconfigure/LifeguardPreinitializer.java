package io.lifeguard.autoconfigure;

import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import io.lifeguard.proxy.ExecutorGuardPostProcessor;

import org.springframework.boot.autoconfigure.preinitialize.BackgroundPreinitializer;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

/**
 * Loads and links the guard's classes on Spring Boot's background thread, and generates
 * the proxy class of the most common executor, while the main thread is busy with other
 * things. Loading initializes no class, which could get two threads into a deadlock.
 * Whatever fails here is the main thread's business, should it come to need it.
 */
final class LifeguardPreinitializer implements BackgroundPreinitializer {

	private static final List<Class<?>> ROOTS = List.of(LifeguardPropertiesAutoConfiguration.class,
			LifeguardAutoConfiguration.class, LifeguardHealthAutoConfiguration.class,
			LifeguardEndpointAutoConfiguration.class, LifeguardMetricsAutoConfiguration.class,
			LifeguardSentryAutoConfiguration.class);

	private final Set<Class<?>> loaded = new HashSet<>();

	@Override
	public void preinitialize() {
		ROOTS.forEach(this::load);
		ExecutorGuardPostProcessor.prepare(ThreadPoolTaskExecutor.class);
	}

	/**
	 * Load what the given class mentions in its fields and methods, and so on.
	 */
	private void load(Class<?> type) {
		if (!type.getName().startsWith("io.lifeguard.") || !this.loaded.add(type)) {
			return;
		}
		try {
			for (Field field : type.getDeclaredFields()) {
				load(field.getType());
			}
			for (Method method : type.getDeclaredMethods()) {
				load(method.getReturnType());
				for (Class<?> parameter : method.getParameterTypes()) {
					load(parameter);
				}
			}
		}
		catch (LinkageError ex) {
			// It is about a library that this application lacks
		}
	}

}
