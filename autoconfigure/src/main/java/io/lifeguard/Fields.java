package io.lifeguard;

import java.lang.reflect.Field;

import org.jspecify.annotations.Nullable;

import org.springframework.util.ReflectionUtils;

/**
 * Reads fields of other people's executors, where that is allowed.
 */
final class Fields {

	private Fields() {
	}

	/**
	 * Return the value of the named field, {@code null} if there is no such field or it
	 * can't be read.
	 */
	static @Nullable Object get(Object object, String name) {
		Field field = find(object, name);
		return (field != null) ? ReflectionUtils.getField(field, object) : null;
	}

	/**
	 * Return the value of the named field and set that to {@code null}, if it can be
	 * read.
	 */
	static @Nullable Object take(Object object, String name) {
		Field field = find(object, name);
		if (field == null) {
			return null;
		}
		Object value = ReflectionUtils.getField(field, object);
		ReflectionUtils.setField(field, object, null);
		return value;
	}

	private static @Nullable Field find(Object object, String name) {
		Field field = ReflectionUtils.findField(object.getClass(), name);
		return (field != null && field.trySetAccessible()) ? field : null;
	}

}
