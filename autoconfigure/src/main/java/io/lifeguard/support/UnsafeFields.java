package io.lifeguard.support;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Field;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Fields behind {@code sun.misc.Unsafe}. That is never touched where there is another
 * way: from 24 on, the JVM warns of whoever uses it.
 */
final class UnsafeFields extends JdkFields {

	private static final @Nullable Access ACCESS = Access.find();

	private final Access access;

	private final long[] offsets;

	private UnsafeFields(Access access, long[] offsets) {
		this.access = access;
		this.offsets = offsets;
	}

	/**
	 * Return the given fields, or {@code null} if this JVM does without the class.
	 */
	static @Nullable UnsafeFields create(List<Field> fields) {
		return (ACCESS != null) ? new UnsafeFields(ACCESS, fields.stream().mapToLong(ACCESS::offset).toArray()) : null;
	}

	@Override
	public @Nullable Object[] read(Object object) {
		@Nullable Object[] values = new Object[this.offsets.length];
		for (int i = 0; i < values.length; i++) {
			values[i] = this.access.get(object, this.offsets[i]);
		}
		return values;
	}

	@Override
	public void write(Object object, @Nullable Object[] values) {
		for (int i = 0; i < values.length; i++) {
			this.access.put(object, this.offsets[i], values[i]);
		}
	}

	/**
	 * The three methods that it takes.
	 */
	private record Access(MethodHandle objectFieldOffset, MethodHandle getObject, MethodHandle putObject) {

		static @Nullable Access find() {
			try {
				Class<?> type = Class.forName("sun.misc.Unsafe");
				Field instance = type.getDeclaredField("theUnsafe");
				instance.setAccessible(true);
				Object unsafe = instance.get(null);
				MethodHandles.Lookup lookup = MethodHandles.lookup();
				return new Access(
						lookup.bind(unsafe, "objectFieldOffset", MethodType.methodType(long.class, Field.class)),
						lookup.bind(unsafe, "getObjectVolatile",
								MethodType.methodType(Object.class, Object.class, long.class)),
						lookup.bind(unsafe, "putObject",
								MethodType.methodType(void.class, Object.class, long.class, Object.class)));
			}
			catch (ReflectiveOperationException | RuntimeException ex) {
				return null;
			}
		}

		long offset(Field field) {
			try {
				return (long) this.objectFieldOffset.invokeExact(field);
			}
			catch (Throwable ex) {
				throw Throwables.<RuntimeException>sneaky(ex);
			}
		}

		@Nullable Object get(Object object, long offset) {
			try {
				return (Object) this.getObject.invokeExact(object, offset);
			}
			catch (Throwable ex) {
				throw Throwables.<RuntimeException>sneaky(ex);
			}
		}

		void put(Object object, long offset, @Nullable Object value) {
			try {
				this.putObject.invokeExact(object, offset, value);
			}
			catch (Throwable ex) {
				throw Throwables.<RuntimeException>sneaky(ex);
			}
		}

	}

}
