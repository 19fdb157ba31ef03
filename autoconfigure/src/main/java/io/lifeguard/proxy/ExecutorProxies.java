package io.lifeguard.proxy;

import java.lang.reflect.Field;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.function.BiFunction;

import io.lifeguard.engine.guard.ExecutorGuard;
import io.lifeguard.engine.pool.Guarded;
import org.jspecify.annotations.Nullable;

import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Makes proxies of executors: of the most specific class that can have a subclass and
 * fits where the executor is wanted, or else of its interfaces.
 */
final class ExecutorProxies {

	/**
	 * What was generated beside a class, which lives as long as that class and no longer.
	 */
	private static final ClassValue<Map<Shape, ProxyClass>> proxyClasses = new ClassValue<>() {

		@Override
		protected Map<Shape, ProxyClass> computeValue(Class<?> type) {
			return new ConcurrentHashMap<>();
		}

	};

	/**
	 * Return a proxy of the given executor that leads to its guard.
	 * @param wanted the type that the proxy has to have
	 * @throws UnsupportedOperationException if there is no way to make one, with the
	 * reason
	 */
	static Object create(Object executor, ExecutorGuard guard, Class<?> wanted) {
		return plan(executor.getClass(), guard.getClass(), wanted).apply(executor, guard);
	}

	/**
	 * Return what makes proxies of executors of the given class: a guard need not be made
	 * where there is no way to put it in its executor's place.
	 * @param guardType the class of the guard
	 * @param wanted the type that the proxies have to have
	 * @throws UnsupportedOperationException if there is no way to make one, with the
	 * reason
	 */
	static BiFunction<Object, ExecutorGuard, Object> plan(Class<?> executorType,
			Class<? extends ExecutorGuard> guardType, Class<?> wanted) {
		String doubled = DoubledState.of(executorType);
		if (doubled != null) {
			throw new UnsupportedOperationException(doubled);
		}
		Throwable failure = null;
		for (Class<?> type = executorType; type != null && type != Object.class; type = type.getSuperclass()) {
			Class<?> superclass = standIn(type);
			if (wanted.isAssignableFrom(superclass) && isExtensible(superclass)) {
				try {
					return planSubclass(type, superclass, executorType, guardType);
				}
				catch (RuntimeException | LinkageError ex) {
					// Its module is closed, for one: a less specific class may do
					failure = ex;
				}
			}
		}
		if (wanted.isInterface() || wanted == Object.class) {
			return planInterfaces(executorType, wanted);
		}
		String message = "no proxy can be made of " + wanted.getName();
		if (failure != null) {
			message += ": " + ((failure instanceof UnsupportedOperationException) ? failure.getMessage() : failure);
		}
		throw new UnsupportedOperationException(
				message + ". Declare the bean by an interface, such as Executor, or open its class to have it guarded",
				failure);
	}

	/**
	 * Return a proxy of the pool inside a guarded executor, or the pool itself if there
	 * can't be one.
	 */
	static Object createInner(Object pool, Object guard) {
		Class<?> wanted = pool.getClass();
		while (wanted.getName().startsWith("org.springframework.")) {
			wanted = wanted.getSuperclass(); // a class without a name is nobody's wish
		}
		try {
			return create(pool, (ExecutorGuard) guard, wanted);
		}
		catch (UnsupportedOperationException ex) {
			return pool;
		}
	}

	/**
	 * Generate the class of the proxies of an executor, if it has not been yet.
	 * @param type the executor's class, which can have a subclass beside it
	 */
	static void prepare(Class<?> type, Class<? extends ExecutorGuard> guardType) {
		proxyClass(type, type, Shape.of(type, type, guardType));
	}

	/**
	 * Let a proxy that was made before its executor was initialized catch up with it.
	 */
	static void refresh(Object proxy, Object executor) {
		if (!Proxy.isProxyClass(proxy.getClass())) {
			shareFields(executor, proxy, proxy.getClass().getSuperclass());
		}
	}

	/**
	 * Return the class to extend in place of the given one: no class can be defined
	 * beside one of the JDK.
	 */
	private static Class<?> standIn(Class<?> type) {
		return (type == ThreadPoolExecutor.class) ? ThreadPoolExecutorProxy.class
				: (type == ScheduledThreadPoolExecutor.class) ? ScheduledThreadPoolExecutorProxy.class
						: (type == ForkJoinPool.class) ? ForkJoinPoolProxy.class : type;
	}

	private static boolean isExtensible(Class<?> type) {
		return !Modifier.isFinal(type.getModifiers()) && !Modifier.isPrivate(type.getModifiers()) && !type.isHidden()
				&& !type.isSealed() && !type.getName().startsWith("java.");
	}

	private static BiFunction<Object, ExecutorGuard, Object> planSubclass(Class<?> type, Class<?> superclass,
			Class<?> executorType, Class<? extends ExecutorGuard> guardType) {
		ProxyClass proxyClass = proxyClass(type, superclass, Shape.of(superclass, executorType, guardType));
		return (executor, guard) -> {
			Object proxy = proxyClass.newProxy(executor, guard);
			shareFields(executor, proxy, superclass);
			return proxy;
		};
	}

	private static ProxyClass proxyClass(Class<?> executorType, Class<?> superclass, Shape shape) {
		return proxyClasses.get(superclass)
			.computeIfAbsent(shape, (key) -> new ProxyClass(superclass, executorType, key.added(), key.guardType()));
	}

	/**
	 * Let final methods of the proxy, which run on the proxy itself, find what they would
	 * find in the executor.
	 */
	static void shareFields(Object executor, Object proxy, Class<?> superclass) {
		for (Class<?> type = superclass; type != null
				&& !type.getName().startsWith("java."); type = type.getSuperclass()) {
			if (type.isInstance(executor)) {
				for (Field field : type.getDeclaredFields()) {
					if (!Modifier.isStatic(field.getModifiers()) && field.trySetAccessible()) {
						ReflectionUtils.setField(field, proxy, ReflectionUtils.getField(field, executor));
					}
				}
			}
		}
	}

	private static BiFunction<Object, ExecutorGuard, Object> planInterfaces(Class<?> executorType, Class<?> wanted) {
		ClassLoader loader = executorType.getClassLoader();
		if (loader == null || !ClassUtils.isVisible(Guarded.class, loader)) {
			loader = ExecutorProxies.class.getClassLoader();
		}
		Set<Class<?>> interfaces = publicInterfaces(executorType, loader);
		if (wanted.isInterface()) {
			interfaces.add(wanted);
		}
		interfaces.add(Guarded.class);
		try {
			Class<?>[] types = interfaces.toArray(Class<?>[]::new);
			ClassLoader visible = loader;
			Proxy.newProxyInstance(visible, types, (proxy, method, arguments) -> null); // may
																						// not
																						// be
																						// possible
			return (executor, guard) -> Proxy.newProxyInstance(visible, types, new InterfaceHandler(executor, guard));
		}
		catch (IllegalArgumentException ex) {
			throw new UnsupportedOperationException("no proxy can be made of its interfaces: " + ex.getMessage(), ex);
		}
	}

	private static Set<Class<?>> publicInterfaces(Class<?> type, @Nullable ClassLoader loader) {
		Set<Class<?>> interfaces = new LinkedHashSet<>();
		for (Class<?> candidate : ClassUtils.getAllInterfacesForClass(type)) {
			if (Modifier.isPublic(candidate.getModifiers()) && !candidate.isSealed()
					&& candidate.getModule().isExported(candidate.getPackageName())
					&& ClassUtils.isVisible(candidate, loader)) {
				interfaces.add(candidate);
			}
		}
		return interfaces;
	}

	/**
	 * What makes two proxies of one superclass alike: all of it is in sight of the
	 * superclass, so that none of an application's own classes lives on by it.
	 *
	 * @param added the interfaces that the superclass lacks
	 * @param guardType the class of the guard
	 */
	private record Shape(Set<Class<?>> added, Class<?> guardType) {

		static Shape of(Class<?> superclass, Class<?> executorType, Class<?> guardType) {
			Set<Class<?>> added = publicInterfaces(executorType, superclass.getClassLoader());
			added.removeIf((type) -> type.isAssignableFrom(superclass));
			added.add(Guarded.class);
			return new Shape(added, guardType);
		}

	}

	/**
	 * Behind a proxy of interfaces.
	 */
	private record InterfaceHandler(Object executor, ExecutorGuard guard) implements InvocationHandler {

		@Override
		public @Nullable Object invoke(Object proxy, Method method, @Nullable Object @Nullable [] arguments)
				throws Throwable {
			if (method.getDeclaringClass() == Object.class && !method.getName().equals("toString")) {
				return (arguments != null) ? proxy == arguments[0] : System.identityHashCode(proxy);
			}
			if (this.executor instanceof Executor && method.getName().equals("execute") && arguments != null
					&& arguments.length == 1 && arguments[0] instanceof Runnable task) {
				this.guard.execute(task);
				return null;
			}
			Method route = GuardRoutes.find(this.guard.getClass(), this.executor.getClass(), method);
			if (route == null) {
				return GuardRoutes.invoke(method, this.executor, arguments);
			}
			return GuardRoutes.invoke(route, this.guard, arguments);
		}

	}

}
