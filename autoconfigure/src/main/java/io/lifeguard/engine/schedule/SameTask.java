package io.lifeguard.engine.schedule;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.concurrent.Callable;

import org.jspecify.annotations.Nullable;

import org.springframework.util.ReflectionUtils;

/**
 * Tells whether what is scheduled is what was scheduled before: the very object, or one
 * of the same class with the same values in its fields. No method of the application's is
 * called for that.
 */
final class SameTask {

	private static final String LAMBDA = "$$Lambda";

	private static final int MAX_DEPTH = 3;

	private SameTask() {
	}

	/**
	 * Whether the two do the same.
	 * @param lambdas whether two lambdas count as the same that stand in different places
	 * of the same class, and have captured the same
	 */
	static boolean isSame(Object before, Object now, boolean lambdas) {
		return isSame(before, now, lambdas, MAX_DEPTH);
	}

	private static boolean isSame(@Nullable Object before, @Nullable Object now, boolean lambdas, int depth) {
		if (before == now) {
			return true;
		}
		if (before == null || now == null) {
			return false;
		}
		if (before.getClass().getName().startsWith("java.lang.")) {
			return before.equals(now);
		}
		boolean task = before instanceof Runnable || before instanceof Callable;
		return task && depth > 0 && isSameClass(before.getClass(), now.getClass(), lambdas)
				&& haveSameValues(before, now, lambdas, depth - 1);
	}

	private static boolean isSameClass(Class<?> before, Class<?> now, boolean lambdas) {
		return before == now || (lambdas && before.getName().contains(LAMBDA) && host(before).equals(host(now)));
	}

	/**
	 * Return the name of the class in which a lambda stands.
	 */
	private static String host(Class<?> type) {
		int lambda = type.getName().indexOf(LAMBDA);
		return (lambda > 0) ? type.getName().substring(0, lambda) : "";
	}

	private static boolean haveSameValues(Object before, Object now, boolean lambdas, int depth) {
		Class<?> other = now.getClass();
		for (Class<?> type = before.getClass(); type != null && other != null; type = type.getSuperclass()) {
			Field[] fields = type.getDeclaredFields();
			Field[] others = other.getDeclaredFields();
			if (fields.length != others.length) {
				return false;
			}
			for (int i = 0; i < fields.length; i++) {
				if (!Modifier.isStatic(fields[i].getModifiers()) && !(fields[i].trySetAccessible()
						&& others[i].trySetAccessible() && isSame(ReflectionUtils.getField(fields[i], before),
								ReflectionUtils.getField(others[i], now), lambdas, depth))) {
					return false;
				}
			}
			other = other.getSuperclass();
		}
		return true;
	}

}
