package io.lifeguard.support;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;

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

	/**
	 * Return the values of the fields that the object's own class declares, as far as
	 * they can be read and hold something.
	 */
	public static List<Object> declared(Object object) {
		List<Object> values = new ArrayList<>();
		for (Field field : object.getClass().getDeclaredFields()) {
			if (!Modifier.isStatic(field.getModifiers()) && !field.getType().isPrimitive()
					&& field.trySetAccessible()) {
				Object value = ReflectionUtils.getField(field, object);
				if (value != null) {
					values.add(value);
				}
			}
		}
		return values;
	}

	/**
	 * Return the values of all fields of an application's object that can be read.
	 */
	public static List<Object> values(Object object) {
		List<Object> values = new ArrayList<>();
		for (Class<?> type = object.getClass(); type != null; type = type.getSuperclass()) {
			for (Field field : type.getDeclaredFields()) {
				boolean candidate = !Modifier.isStatic(field.getModifiers()) && !field.getType().isPrimitive();
				Object value = (candidate && field.trySetAccessible()) ? ReflectionUtils.getField(field, object) : null;
				if (value != null) {
					values.add(value);
				}
			}
		}
		return values;
	}

	private static @Nullable Field find(Object object, String name) {
		Field field = ReflectionUtils.findField(object.getClass(), name);
		return (field != null && field.trySetAccessible()) ? field : null;
	}

}
