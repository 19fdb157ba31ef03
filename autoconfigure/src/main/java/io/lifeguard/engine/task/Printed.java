package io.lifeguard.engine.task;

import org.jspecify.annotations.Nullable;

/**
 * Finds the guard's task whose text is part of another object's: the futures and wrappers
 * of the JDK and of Spring do not say what they run, but they print it.
 */
public final class Printed {

	private static final ThreadLocal<Printed> asked = new ThreadLocal<>();

	private @Nullable Object task;

	private Printed() {
	}

	/**
	 * Return the task that the given object prints, or {@code null} if it prints none.
	 */
	@SuppressWarnings("ReturnValueIgnored") // printing is all that is asked for
	public static @Nullable Object by(Object object) {
		Printed printed = new Printed();
		asked.set(printed);
		try {
			object.toString();
		}
		finally {
			asked.remove();
		}
		return printed.task;
	}

	/**
	 * Note that the given task is printed.
	 * @return whether that is all that is asked for
	 */
	public static boolean note(Object task) {
		Printed printed = asked.get();
		if (printed != null) {
			printed.task = task;
		}
		return printed != null;
	}

}
