package io.lifeguard.support;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;

import org.jspecify.annotations.Nullable;

import org.springframework.util.ReflectionUtils;

/**
 * A method of one of the JDK's classes, called as the JDK implements it: what subclasses
 * of an application make of it is passed by.
 */
public final class PlatformMethod {

	private final Class<?> declaring;

	private final String name;

	private final MethodType type;

	private final ClassValue<@Nullable MethodHandle> handles = new ClassValue<>() {

		@Override
		protected @Nullable MethodHandle computeValue(Class<?> receiver) {
			try {
				return find(receiver);
			}
			catch (IllegalAccessException | NoSuchMethodException ex) {
				return null; // its module is closed
			}
		}

	};

	/**
	 * Create a method.
	 * @param declaring the JDK's class
	 * @param result the type of its result
	 */
	public PlatformMethod(Class<?> declaring, String name, Class<?> result, Class<?>... parameters) {
		this.declaring = declaring;
		this.name = name;
		this.type = MethodType.methodType(result, parameters);
	}

	/**
	 * Whether the method can be called on instances of the given class.
	 */
	public boolean isCallable(Class<?> receiver) {
		return this.handles.get(receiver) != null;
	}

	/**
	 * Call the method, and throw what it throws.
	 * @throws IllegalStateException if it {@linkplain #isCallable can't be called}
	 */
	public @Nullable Object call(Object receiver, @Nullable Object... arguments) {
		MethodHandle handle = this.handles.get(receiver.getClass());
		if (handle == null) {
			throw new IllegalStateException(this.name + " of " + receiver.getClass().getName() + " is out of reach");
		}
		try {
			return handle.bindTo(receiver).invokeWithArguments(arguments);
		}
		catch (Throwable ex) {
			throw Throwables.<RuntimeException>sneaky(ex);
		}
	}

	private MethodHandle find(Class<?> receiver) throws IllegalAccessException, NoSuchMethodException {
		Method method = ReflectionUtils.findMethod(receiver, this.name, this.type.parameterArray());
		if (method != null && isPlatform(method.getDeclaringClass())) {
			return MethodHandles.publicLookup().findVirtual(this.declaring, this.name, this.type);
		}
		Class<?> below = receiver;
		while (!isPlatform(below.getSuperclass())) {
			below = below.getSuperclass();
		}
		return MethodHandles.privateLookupIn(below, MethodHandles.lookup())
			.findSpecial(this.declaring, this.name, this.type, below);
	}

	private static boolean isPlatform(Class<?> type) {
		return type.getName().startsWith("java.");
	}

}
