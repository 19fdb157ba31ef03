package io.lifeguard.support;

import java.lang.reflect.Field;

import org.jspecify.annotations.Nullable;

import org.springframework.util.ReflectionUtils;

/**
 * Reads and sets fields of other people's executors, where that is allowed.
 */
public final class Fields {

	private Fields() {
	}

	/**
	 * Return the value of the named field, {@code null} if there is no such field or it
	 * can't be read.
	 */
	public static @Nullable Object get(Object object, String name) {
		Field field = find(object, name);
		return (field != null) ? ReflectionUtils.getField(field, object) : null;
	}

	/**
	 * Set the value of the named field, if there is such a field and it can be set.
	 */
	static void set(Object object, String name, Object value) {
		Field field = find(object, name);
		if (field != null) {
			ReflectionUtils.setField(field, object, value);
		}
	}

	private static @Nullable Field find(Object object, String name) {
		Field field = ReflectionUtils.findField(object.getClass(), name);
		return (field != null && field.trySetAccessible()) ? field : null;
	}

}
