package io.lifeguard.proxy;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Set;

import io.lifeguard.ExecutorGuard;
import org.jspecify.annotations.Nullable;

import org.springframework.util.ReflectionUtils;

/**
 * Tells which methods of an executor lead to its guard, and takes them there.
 */
final class GuardRoutes {

	private static final Set<String> SUBMITTING = Set.of("execute", "submit", "submitCompletable", "invokeAll",
			"invokeAny", "schedule", "scheduleAtFixedRate", "scheduleWithFixedDelay", "newTaskFor", "remove",
			"shutdownNow", "invoke", "externalSubmit", "lazySubmit", "lifeguardPool");

	private GuardRoutes() {
	}

	/**
	 * Return the guard's own method for the given one, or {@code null} if that is the
	 * executor's business alone.
	 */
	static @Nullable Method find(Class<?> guardType, Method method) {
		if (!SUBMITTING.contains(method.getName()) || Modifier.isStatic(method.getModifiers())) {
			return null;
		}
		return ReflectionUtils.findMethod(guardType, method.getName(), method.getParameterTypes());
	}

	static @Nullable Object invoke(Method method, Object target, @Nullable Object @Nullable [] arguments)
			throws Throwable {
		try {
			return method.invoke(target, arguments);
		}
		catch (InvocationTargetException ex) {
			throw ex.getTargetException();
		}
	}

}
