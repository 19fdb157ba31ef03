package io.lifeguard.proxy;

import java.lang.invoke.MethodHandles;
import java.lang.reflect.Field;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

import io.lifeguard.engine.guard.ExecutorGuard;

import org.springframework.objenesis.SpringObjenesis;
import org.springframework.objenesis.instantiator.ObjectInstantiator;
import org.springframework.util.ReflectionUtils;

/**
 * A generated subclass of an executor's class, see {@link ProxyWriter}. No constructor of
 * the superclass is ever called.
 */
final class ProxyClass {

	private static final AtomicInteger count = new AtomicInteger();

	private final ObjectInstantiator<?> instantiator;

	private final Field guard;

	private final Field executor;

	/**
	 * Generate a class beside its superclass.
	 * @param executorType the superclass, or what it stands in for
	 * @param interfaces the interfaces that the superclass lacks
	 * @param guardType the class of the guard
	 * @throws UnsupportedOperationException if the superclass is in a module that is
	 * closed to this one, or has a final method that submits tasks
	 * @throws LinkageError if the class loader of the superclass does not find the guard
	 */
	ProxyClass(Class<?> superclass, Class<?> executorType, Set<Class<?>> interfaces, Class<?> guardType) {
		// In this form Spring finds the user's class, and a stack trace is left readable
		String name = superclass.getName() + "$$Lifeguard$$" + count.getAndIncrement();
		Class<?> type = define(superclass,
				new ProxyWriter(name, superclass, executorType, guardType).write(interfaces));
		this.instantiator = new SpringObjenesis().getInstantiatorOf(type);
		this.guard = field(type, ProxyWriter.GUARD);
		this.executor = field(type, ProxyWriter.EXECUTOR);
	}

	private static Class<?> define(Class<?> neighbour, byte[] bytes) {
		try {
			return MethodHandles.privateLookupIn(neighbour, MethodHandles.lookup()).defineClass(bytes);
		}
		catch (IllegalAccessException ex) {
			throw new UnsupportedOperationException(ex.getMessage(), ex);
		}
	}

	private static Field field(Class<?> type, String name) {
		try {
			return type.getField(name);
		}
		catch (NoSuchFieldException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Return a new proxy of the given executor that leads to the given guard.
	 */
	Object newProxy(Object executor, ExecutorGuard guard) {
		Object proxy = this.instantiator.newInstance();
		ReflectionUtils.setField(this.executor, proxy, executor);
		ReflectionUtils.setField(this.guard, proxy, guard);
		return proxy;
	}

}
