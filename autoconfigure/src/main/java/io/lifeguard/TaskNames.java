package io.lifeguard;

import org.jspecify.annotations.Nullable;

/**
 * Names a task the way its author would: by the method that is the task, and only where
 * that can't be told by the class of what was submitted.
 */
final class TaskNames {

	private TaskNames() {
	}

	/**
	 * Return the name of a failed task: the outermost application method in the failure's
	 * stack trace, up to where the guard called it.
	 */
	static String of(Class<?> body, Throwable failure) {
		return of(body, failure.getStackTrace());
	}

	/**
	 * Return the name of the task that the given stack is running, innermost frame first.
	 */
	static String of(Class<?> body, StackTraceElement[] stack) {
		String name = of(stack);
		return (name != null) ? name : of(body);
	}

	/**
	 * Return the name of the task that the given stack is running, innermost frame first,
	 * or {@code null} if no application method is in it.
	 */
	private static @Nullable String of(StackTraceElement[] stack) {
		StackTraceElement outermost = null;
		for (StackTraceElement frame : stack) {
			if (Frames.isGuard(frame.getClassName())) {
				break;
			}
			if (Frames.isApplication(frame)) {
				outermost = frame;
			}
		}
		return (outermost != null) ? simpleName(outermost.getClassName()) + "." + method(outermost.getMethodName())
				: null;
	}

	/**
	 * Return the name of a task of which only the class is known.
	 */
	static String of(Class<?> body) {
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
