package io.lifeguard.engine.failure;

import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;

import io.lifeguard.support.Frames;
import io.lifeguard.support.Throwables;
import org.jspecify.annotations.Nullable;

import org.springframework.util.ReflectionUtils;

/**
 * Names a task the way its author would: by the method that is the task or, where that is
 * unknown, by the class of what was submitted.
 */
public final class TaskNames {

	private static final int MAX_DEPTH = 2;

	/** How the guard calls a task, unlike how a task calls the guard. */
	private static final Set<String> RUNS_TASKS = Set.of("run", "runBody", "call", "callBody");

	private TaskNames() {
	}

	/**
	 * Return the name of a failed task: the outermost application method in the failure's
	 * stack trace, up to where the guard called it.
	 * @param method what the task is known to call
	 * @param thrown what the task itself threw, {@code null} if that is gone
	 */
	static String ofFailed(Class<?> body, @Nullable Method method, @Nullable Throwable thrown) {
		// A stage hands on what failed in another thread, whose stack names another task
		String name = (thrown == null || thrown instanceof CompletionException) ? null
				: ofStack(Throwables.stack(thrown));
		return (name != null) ? name : (method != null) ? ofMethod(method) : ofClass(body);
	}

	/**
	 * Return the name of the task that the given stack is running, innermost frame first.
	 * @param body what was submitted
	 */
	public static String ofRunning(Object body, StackTraceElement[] stack) {
		String name = ofStack(stack);
		return (name != null) ? name : ofSubmitted(body);
	}

	/**
	 * Return the name of the task that the given stack is running, innermost frame first,
	 * or {@code null} if no application method is in it, or no task.
	 */
	private static @Nullable String ofStack(StackTraceElement[] stack) {
		StackTraceElement outermost = null;
		for (StackTraceElement frame : stack) {
			if (Frames.isGuard(frame.getClassName())
					&& (outermost != null || RUNS_TASKS.contains(frame.getMethodName()))) {
				return (outermost != null)
						? simpleName(outermost.getClassName()) + "." + method(outermost.getMethodName()) : null;
			}
			if (Frames.isApplication(frame)) {
				outermost = frame;
			}
		}
		return null;
	}

	/**
	 * Return the name of a task that has no stack yet: that of the method which it is
	 * known to call, or else of its class.
	 */
	public static String ofSubmitted(Object body) {
		if (body instanceof Class<?> type) {
			return ofClass(type);
		}
		Method method = calledBy(body);
		return (method != null) ? ofMethod(method) : ofClass(body.getClass());
	}

	private static String ofMethod(Method method) {
		return simpleName(method.getDeclaringClass().getName()) + "." + method.getName();
	}

	/**
	 * Return the method that one of Spring's own tasks, mostly a lambda, calls, or
	 * {@code null} for other tasks. Only the method is looked at, never its arguments.
	 */
	static @Nullable Method calledBy(Object body) {
		try {
			return method(body, MAX_DEPTH);
		}
		catch (LinkageError ex) { // a field is of a type that this application lacks
			return null;
		}
	}

	private static @Nullable Method method(Object body, int depth) {
		if (!body.getClass().getName().startsWith("org.springframework.")) {
			return null;
		}
		for (Field field : body.getClass().getDeclaredFields()) {
			if (Modifier.isStatic(field.getModifiers()) || field.getType().isPrimitive() || !field.trySetAccessible()) {
				continue;
			}
			Object value = ReflectionUtils.getField(field, body);
			if (value instanceof Method method) {
				return method;
			}
			if (depth > 0 && (value instanceof Runnable || value instanceof Callable)) {
				Method method = method(value, depth - 1);
				if (method != null) {
					return method;
				}
			}
		}
		return null;
	}

	/**
	 * Return the name of a task of which only the class is known.
	 */
	private static String ofClass(Class<?> body) {
		String name = body.getName();
		int generated = name.indexOf("$$");
		return simpleName((generated > 0) ? name.substring(0, generated) : name);
	}

	private static String simpleName(String type) {
		return type.substring(type.lastIndexOf('.') + 1).replace('$', '.');
	}

	private static String method(String name) {
		if (name.startsWith("lambda$")) {
			int end = name.lastIndexOf('$');
			return (end > 7) ? name.substring(7, end) : name;
		}
		return name;
	}

}
