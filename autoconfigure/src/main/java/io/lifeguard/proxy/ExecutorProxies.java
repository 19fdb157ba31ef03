package io.lifeguard.proxy;

import java.lang.reflect.Field;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;

import io.lifeguard.ExecutorGuard;
import io.lifeguard.Guarded;
import org.jspecify.annotations.Nullable;

import org.springframework.asm.ClassVisitor;
import org.springframework.cglib.core.SpringNamingPolicy;
import org.springframework.cglib.proxy.Callback;
import org.springframework.cglib.proxy.CallbackFilter;
import org.springframework.cglib.proxy.Dispatcher;
import org.springframework.cglib.proxy.Enhancer;
import org.springframework.cglib.proxy.Factory;
import org.springframework.cglib.proxy.MethodInterceptor;
import org.springframework.cglib.proxy.NoOp;
import org.springframework.objenesis.SpringObjenesis;
import org.springframework.objenesis.instantiator.ObjectInstantiator;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Makes proxies of executors: of the most specific class that can have a subclass and
 * fits where the executor is wanted, or else of its interfaces.
 */
final class ExecutorProxies {

	/** No class can be defined beside a JDK class, so these stand in for it. */
	private static final Map<Class<?>, Class<?>> STAND_INS = Map.of(ThreadPoolExecutor.class,
			ThreadPoolExecutorProxy.class, ScheduledThreadPoolExecutor.class, ScheduledThreadPoolExecutorProxy.class,
			ForkJoinPool.class, ForkJoinPoolProxy.class);

	/**
	 * What was generated beside a class, which lives as long as that class and no longer.
	 */
	private static final ClassValue<Map<Shape, Layout>> layouts = new ClassValue<>() {

		@Override
		protected Map<Shape, Layout> computeValue(Class<?> type) {
			return new ConcurrentHashMap<>();
		}

	};

	/**
	 * Return a proxy of the given executor that leads to its guard.
	 * @param wanted the type that the proxy has to have
	 * @throws UnsupportedOperationException if there is no way to make one, with the
	 * reason
	 */
	Object create(Object executor, ExecutorGuard guard, Class<?> wanted) {
		Throwable reason = null;
		for (Class<?> type = executor.getClass(); type != null && type != Object.class; type = type.getSuperclass()) {
			Class<?> superclass = STAND_INS.getOrDefault(type, type);
			if (wanted.isAssignableFrom(superclass) && isExtensible(superclass)) {
				try {
					return createSubclass(superclass, executor, guard);
				}
				catch (RuntimeException | LinkageError ex) {
					reason = ex; // its module is closed, for one: something less specific
									// may do
				}
			}
		}
		if (wanted.isInterface() || wanted == Object.class) {
			return createFromInterfaces(executor, guard, wanted);
		}
		throw new UnsupportedOperationException(
				"no proxy can be made of " + wanted.getName() + ((reason != null) ? ": " + reason : ""), reason);
	}

	/**
	 * Let a proxy that was made before its executor was initialized catch up with it.
	 */
	void refresh(Object proxy, Object executor) {
		if (proxy instanceof Factory) {
			shareFields(executor, proxy, proxy.getClass().getSuperclass());
		}
	}

	private static boolean isExtensible(Class<?> type) {
		return !Modifier.isFinal(type.getModifiers()) && !Modifier.isPrivate(type.getModifiers()) && !type.isHidden()
				&& !type.isSealed() && !type.getName().startsWith("java.");
	}

	private Object createSubclass(Class<?> superclass, Object executor, ExecutorGuard guard) {
		Shape shape = Shape.of(superclass, executor.getClass(), guard.getClass());
		Layout layout = layouts.get(superclass).computeIfAbsent(shape, (key) -> new Layout(superclass, key));
		Object proxy = layout.newProxy();
		shareFields(executor, proxy, superclass);
		((Factory) proxy).setCallbacks(layout.callbacks(executor, guard));
		TypedRoutes.connect(proxy, guard);
		return proxy;
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

	private static Object createFromInterfaces(Object executor, ExecutorGuard guard, Class<?> wanted) {
		ClassLoader loader = executor.getClass().getClassLoader();
		if (loader == null || !ClassUtils.isVisible(Guarded.class, loader)) {
			loader = ExecutorProxies.class.getClassLoader();
		}
		Set<Class<?>> interfaces = publicInterfaces(executor.getClass(), loader);
		if (wanted.isInterface()) {
			interfaces.add(wanted);
		}
		interfaces.add(Guarded.class);
		try {
			return Proxy.newProxyInstance(loader, interfaces.toArray(Class<?>[]::new),
					new InterfaceHandler(executor, guard));
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
	 * @param added the interfaces that the superclass has not
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
	 * The proxy class of one shape, and which method of it leads where.
	 */
	private static final class Layout implements CallbackFilter {

		private static final int NO_OP = 0;

		private static final int TARGET = 1;

		private static final int IDENTITY = 2;

		private static final int ROUTES = 3;

		private final TypedRoutes typedRoutes = new TypedRoutes();

		private final List<Method> routes = new ArrayList<>();

		private final Class<?> guardType;

		private final ObjectInstantiator<?> instantiator;

		Layout(Class<?> superclass, Shape shape) {
			this.guardType = shape.guardType();
			Class<?>[] interfaces = shape.added().toArray(Class<?>[]::new);
			List<Method> methods = new ArrayList<>();
			Enhancer.getMethods(superclass, interfaces, methods);
			for (Method method : methods) {
				Method route = GuardRoutes.find(this.guardType, method);
				if (route != null && !this.typedRoutes.add(method) && !this.routes.contains(route)) {
					this.routes.add(route);
				}
			}
			Class<?>[] callbackTypes = new Class<?>[ROUTES + this.routes.size()];
			Arrays.fill(callbackTypes, MethodInterceptor.class);
			callbackTypes[NO_OP] = NoOp.class;
			callbackTypes[TARGET] = Dispatcher.class;
			Enhancer enhancer = new Enhancer() {

				@Override
				public void generateClass(ClassVisitor visitor) throws Exception {
					super.generateClass(Layout.this.typedRoutes.addingTo(visitor));
				}

			};
			enhancer.setSuperclass(superclass);
			enhancer.setInterfaces(interfaces);
			enhancer.setNamingPolicy(SpringNamingPolicy.INSTANCE);
			enhancer.setUseCache(false);
			enhancer.setCallbackFilter(this);
			enhancer.setCallbackTypes(callbackTypes);
			this.instantiator = new SpringObjenesis().getInstantiatorOf(enhancer.createClass());
		}

		Object newProxy() {
			return this.instantiator.newInstance();
		}

		@Override
		public int accept(Method method) {
			Method route = GuardRoutes.find(this.guardType, method);
			if (route != null) {
				return this.typedRoutes.add(method) ? NO_OP : ROUTES + this.routes.indexOf(route);
			}
			if (ReflectionUtils.isEqualsMethod(method) || ReflectionUtils.isHashCodeMethod(method)) {
				return IDENTITY;
			}
			return Modifier.isProtected(method.getModifiers()) ? NO_OP : TARGET;
		}

		Callback[] callbacks(Object executor, ExecutorGuard guard) {
			Callback[] callbacks = new Callback[ROUTES + this.routes.size()];
			callbacks[NO_OP] = NoOp.INSTANCE;
			callbacks[TARGET] = (Dispatcher) () -> executor;
			callbacks[IDENTITY] = (MethodInterceptor) (proxy, method, arguments, superMethod) -> (arguments.length == 1)
					? proxy == arguments[0] : System.identityHashCode(proxy);
			for (int i = 0; i < this.routes.size(); i++) {
				callbacks[ROUTES + i] = GuardRoutes.to(guard, this.routes.get(i));
			}
			return callbacks;
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
			if (method.getName().equals("execute") && arguments != null && arguments.length == 1
					&& arguments[0] instanceof Runnable task) {
				this.guard.execute(task);
				return null;
			}
			Method route = GuardRoutes.find(this.guard.getClass(), method);
			if (route == null) {
				return GuardRoutes.invoke(method, this.executor, arguments);
			}
			ReflectionUtils.makeAccessible(route);
			return GuardRoutes.invoke(route, this.guard, arguments);
		}

	}

}
