package io.lifeguard.support;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Reads and writes private fields that one of the JDK's classes declares, in whatever way
 * this JVM has for that without a warning:
 * <ul>
 * <li>directly, where the application has opened the package;
 * <li>as a library does that serializes objects ({@link SerialFields}), where the JDK
 * lends such libraries a hand, which it does from 24 on;
 * <li>through {@code sun.misc.Unsafe} ({@link UnsafeFields}) on the older ones, which do
 * not mind that yet.
 * </ul>
 * The last two need the module {@code jdk.unsupported}. Safe for use by any number of
 * threads; whoever writes takes care that others see it.
 */
public abstract class JdkFields {

	/**
	 * Return the named fields of the given class, or {@code null} if it has no such
	 * fields of reference types, or there is no way to get at them.
	 */
	public static @Nullable JdkFields of(Class<?> type, String... names) {
		try {
			List<Field> fields = new ArrayList<>();
			boolean opened = true;
			for (String name : names) {
				Field field = type.getDeclaredField(name);
				if (field.getType().isPrimitive()) {
					return null;
				}
				opened &= field.trySetAccessible();
				fields.add(field);
			}
			return opened ? new Opened(fields)
					: SerialFields.isSupported() ? SerialFields.create(type, names) : UnsafeFields.create(fields);
		}
		catch (ReflectiveOperationException | RuntimeException | LinkageError ex) {
			return null;
		}
	}

	/**
	 * Return the values that the fields of the given object have, in the order of the
	 * fields.
	 */
	public abstract @Nullable Object[] read(Object object);

	/**
	 * Set the fields of the given object to the given values, in the order of the fields.
	 * Fields that are not among these keep their value only if there is no other one in
	 * the class.
	 */
	public abstract void write(Object object, @Nullable Object[] values);

	/**
	 * Return the value that the first field of the given object has.
	 */
	public final @Nullable Object get(Object object) {
		return read(object)[0];
	}

	/**
	 * Fields in an open package.
	 */
	private static final class Opened extends JdkFields {

		private final VarHandle[] handles;

		Opened(List<Field> fields) throws IllegalAccessException {
			this.handles = new VarHandle[fields.size()];
			for (int i = 0; i < this.handles.length; i++) {
				Field field = fields.get(i);
				MethodHandles.Lookup lookup = MethodHandles.privateLookupIn(field.getDeclaringClass(),
						MethodHandles.lookup());
				this.handles[i] = lookup.unreflectVarHandle(field);
			}
		}

		@Override
		public @Nullable Object[] read(Object object) {
			@Nullable Object[] values = new Object[this.handles.length];
			for (int i = 0; i < values.length; i++) {
				values[i] = this.handles[i].getVolatile(object);
			}
			return values;
		}

		@Override
		public void write(Object object, @Nullable Object[] values) {
			for (int i = 0; i < values.length; i++) {
				this.handles[i].set(object, values[i]);
			}
		}

	}

}
