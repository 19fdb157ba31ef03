package io.lifeguard.support;

import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutput;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.io.ObjectStreamField;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;

import org.jspecify.annotations.Nullable;

/**
 * Fields of a serializable class, through what {@code sun.reflect.ReflectionFactory}
 * hands to libraries that serialize: a method which puts an object's fields into a
 * stream, and one which sets them to what it finds in a stream. The streams are ours and
 * only hold the values, so nothing is ever serialized: no {@code writeReplace} is called,
 * and no filter asked.
 */
final class SerialFields extends JdkFields {

	private static final @Nullable Library LIBRARY = Library.find();

	private final String[] names;

	private final MethodHandle writer;

	private final MethodHandle reader;

	private final Input input;

	/** Whether the class has further fields, which could not be written. */
	private final boolean readOnly;

	private SerialFields(String[] names, MethodHandle writer, MethodHandle reader, Input input, boolean readOnly) {
		this.names = names;
		this.writer = writer;
		this.reader = reader;
		this.input = input;
		this.readOnly = readOnly;
	}

	/**
	 * Whether this JDK has such methods.
	 */
	static boolean isSupported() {
		return LIBRARY != null;
	}

	/**
	 * Return the named fields, or {@code null} if the class is not serializable in the
	 * plain way.
	 */
	static @Nullable SerialFields create(Class<?> type, String... names) throws ReflectiveOperationException {
		ObjectStreamClass description = ObjectStreamClass.lookup(type);
		if (LIBRARY == null || description == null) {
			return null;
		}
		for (String name : names) {
			if (description.getField(name) == null) {
				return null;
			}
		}
		ObjectStreamField[] all = description.getFields();
		MethodHandle writer = LIBRARY.writer(type);
		MethodHandle reader = LIBRARY.reader(type);
		return (writer != null && reader != null)
				? new SerialFields(names, writer, reader, LIBRARY.input(), all.length > names.length) : null;
	}

	@Override
	public @Nullable Object[] read(Object object) {
		try {
			Values values = new Values(this.names);
			this.writer.invokeExact(object, (ObjectOutputStream) new Output(values));
			return values.values;
		}
		catch (Throwable ex) {
			throw Throwables.<RuntimeException>sneaky(ex);
		}
	}

	@Override
	public void write(Object object, @Nullable Object[] values) {
		if (this.readOnly) {
			throw new UnsupportedOperationException("Not all fields are known of " + object.getClass());
		}
		try {
			this.reader.invokeExact(object, (ObjectInputStream) this.input.of(this.names, values));
		}
		catch (Throwable ex) {
			throw Throwables.<RuntimeException>sneaky(ex);
		}
	}

	private static int index(String[] names, String name) {
		for (int i = 0; i < names.length; i++) {
			if (names[i].equals(name)) {
				return i;
			}
		}
		return -1;
	}

	/**
	 * The part of the JDK that is meant for libraries which serialize.
	 */
	private record Library(Object factory, Method writerOf, Method readerOf, Input input) {

		static @Nullable Library find() {
			try {
				Class<?> type = Class.forName("sun.reflect.ReflectionFactory");
				return new Library(type.getMethod("getReflectionFactory").invoke(null),
						type.getMethod("defaultWriteObjectForSerialization", Class.class),
						type.getMethod("defaultReadObjectForSerialization", Class.class), new Input());
			}
			catch (ReflectiveOperationException | IOException | RuntimeException ex) {
				return null;
			}
		}

		@Nullable MethodHandle writer(Class<?> type) throws ReflectiveOperationException {
			return method(this.writerOf, type, ObjectOutputStream.class);
		}

		@Nullable MethodHandle reader(Class<?> type) throws ReflectiveOperationException {
			return method(this.readerOf, type, ObjectInputStream.class);
		}

		private @Nullable MethodHandle method(Method source, Class<?> type, Class<?> stream)
				throws ReflectiveOperationException {
			MethodHandle method = (MethodHandle) source.invoke(this.factory, type);
			return (method != null) ? method.asType(MethodType.methodType(void.class, Object.class, stream)) : null;
		}

	}

	/**
	 * Holds what is written to it.
	 */
	private static final class Output extends ObjectOutputStream {

		private final Values values;

		Output(Values values) throws IOException {
			this.values = values;
		}

		@Override
		public PutField putFields() {
			return this.values;
		}

		@Override
		public void writeFields() {
			// they are where they are wanted
		}

	}

	/**
	 * The values of some fields; those of others are ignored.
	 */
	@SuppressWarnings("NullAway") // the JDK's own signatures leave nullness open
	private static final class Values extends ObjectOutputStream.PutField {

		private final String[] names;

		private final @Nullable Object[] values;

		Values(String[] names) {
			this.names = names;
			this.values = new Object[names.length];
		}

		@Override
		public void put(String name, Object value) {
			int index = index(this.names, name);
			if (index >= 0) {
				this.values[index] = value;
			}
		}

		@Override
		public void put(String name, boolean value) {
		}

		@Override
		public void put(String name, byte value) {
		}

		@Override
		public void put(String name, char value) {
		}

		@Override
		public void put(String name, short value) {
		}

		@Override
		public void put(String name, int value) {
		}

		@Override
		public void put(String name, long value) {
		}

		@Override
		public void put(String name, float value) {
		}

		@Override
		public void put(String name, double value) {
		}

		@Override
		@Deprecated
		public void write(ObjectOutput out) {
		}

	}

	/**
	 * Hands out given values. To make a stream is to ask the application's filter factory
	 * for a filter, so that is done once, and what is used are copies.
	 */
	@SuppressWarnings("NullAway") // the JDK's own signatures leave nullness open
	private static final class Input extends ObjectInputStream implements Cloneable {

		private GetField fields;

		Input() throws IOException {
		}

		Input of(String[] names, @Nullable Object[] values) throws CloneNotSupportedException {
			Input input = (Input) clone();
			input.fields = new Given(names, values);
			return input;
		}

		@Override
		public GetField readFields() {
			return this.fields;
		}

	}

	@SuppressWarnings("NullAway") // the JDK's own signatures leave nullness open
	private static final class Given extends ObjectInputStream.GetField {

		private final String[] names;

		private final @Nullable Object[] values;

		Given(String[] names, @Nullable Object[] values) {
			this.names = names;
			this.values = values;
		}

		@Override
		public Object get(String name, Object defaultValue) {
			return this.values[index(this.names, name)];
		}

		@Override
		public ObjectStreamClass getObjectStreamClass() {
			throw new UnsupportedOperationException();
		}

		@Override
		public boolean defaulted(String name) {
			return false;
		}

		@Override
		public boolean get(String name, boolean defaultValue) {
			return defaultValue;
		}

		@Override
		public byte get(String name, byte defaultValue) {
			return defaultValue;
		}

		@Override
		public char get(String name, char defaultValue) {
			return defaultValue;
		}

		@Override
		public short get(String name, short defaultValue) {
			return defaultValue;
		}

		@Override
		public int get(String name, int defaultValue) {
			return defaultValue;
		}

		@Override
		public long get(String name, long defaultValue) {
			return defaultValue;
		}

		@Override
		public float get(String name, float defaultValue) {
			return defaultValue;
		}

		@Override
		public double get(String name, double defaultValue) {
			return defaultValue;
		}

	}

}
