package io.lifeguard.proxy;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Set;
import java.util.concurrent.Callable;

import io.lifeguard.ExecutorGuard;
import org.jspecify.annotations.Nullable;

import org.springframework.cglib.proxy.MethodInterceptor;
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

	/**
	 * Return an interceptor that leads to the given method of the guard: for the methods
	 * that every task goes through by a call, for the others by reflection.
	 */
	@SuppressWarnings("unchecked")
	static MethodInterceptor to(ExecutorGuard guard, Method guardMethod) {
		Class<?>[] types = guardMethod.getParameterTypes();
		Class<?> type = (types.length == 1) ? types[0] : void.class;
		String route = guardMethod.getName() + ":" + type.getSimpleName();
		return switch (route) {
			case "execute:Runnable" -> (proxy, method, arguments, superMethod) -> {
				guard.execute((Runnable) arguments[0]);
				return null;
			};
			case "submit:Runnable" -> (proxy, method, arguments, superMethod) -> guard.submit((Runnable) arguments[0]);
			case "submit:Callable" ->
				(proxy, method, arguments, superMethod) -> guard.submit((Callable<Object>) arguments[0]);
			case "submitCompletable:Runnable" ->
				(proxy, method, arguments, superMethod) -> guard.submitCompletable((Runnable) arguments[0]);
			case "submitCompletable:Callable" ->
				(proxy, method, arguments, superMethod) -> guard.submitCompletable((Callable<Object>) arguments[0]);
			default -> {
				ReflectionUtils.makeAccessible(guardMethod);
				yield (proxy, method, arguments, superMethod) -> invoke(guardMethod, guard, arguments);
			}
		};
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
