package io.lifeguard.support;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;

/**
 * Tells which tasks an application's code can recognise, and so has to be given as they
 * are: those of a class that it can name, or with a supertype that is its own. A lambda
 * that is but a {@link Runnable} it knows by nothing. Asked once a class.
 */
public final class Recognition {

	/** Libraries whose executors look into no task. */
	private static final String[] PLATFORM = { "java.", "javax.", "jdk.", "sun.", "jakarta.", "kotlin.",
			"org.springframework.", "com.google.common.", "io.micrometer.", "io.lifeguard.engine.",
			"io.lifeguard.tuning." };

	private static final ClassValue<Boolean> recognised = new ClassValue<>() {

		@Override
		protected Boolean computeValue(Class<?> type) {
			// Spring's and the JDK's own kinds of future are known too, but for stages
			return isPlatform(type) ? isFuture(type) : isNamed(type) || hasOwnSupertype(type);
		}

	};

	private Recognition() {
	}

	/**
	 * Whether application code can tell the given task from others.
	 */
	public static boolean isRecognised(Object task) {
		return recognised.get(task.getClass());
	}

	/**
	 * Whether the given class is one of the application's own, that looks at tasks if it
	 * gets to see them.
	 */
	public static boolean isApplication(Class<?> type) {
		return !isPlatform(type);
	}

	private static boolean isFuture(Class<?> type) {
		return Future.class.isAssignableFrom(type)
				&& !CompletableFuture.AsynchronousCompletionTask.class.isAssignableFrom(type);
	}

	private static boolean isNamed(Class<?> type) {
		try {
			return !type.isHidden() && !type.isSynthetic() && !type.isAnonymousClass();
		}
		catch (LinkageError ex) { // other languages name their inner classes in other
									// ways
			return true;
		}
	}

	private static boolean hasOwnSupertype(Class<?> type) {
		Class<?> superclass = type.getSuperclass();
		if (superclass != null && (!isPlatform(superclass) || hasOwnSupertype(superclass))) {
			return true;
		}
		for (Class<?> candidate : type.getInterfaces()) {
			if (!isPlatform(candidate) || hasOwnSupertype(candidate)) {
				return true;
			}
		}
		return false;
	}

	private static boolean isPlatform(Class<?> type) {
		String name = type.getName();
		for (String prefix : PLATFORM) {
			if (name.startsWith(prefix)) {
				return true;
			}
		}
		return false;
	}

}
