package io.lifeguard.support;

/**
 * Tells an application's stack frames from those of the JDK, of Spring and of the guard.
 */
public final class Frames {

	private static final String[] FOREIGN = { "java.", "javax.", "jakarta.", "jdk.", "sun.", "com.sun.",
			"org.springframework.", "io.micrometer.", "org.apache.", "io.sentry." };

	private Frames() {
	}

	/**
	 * Whether the current thread is in a method of the application: what it runs has not
	 * been called by a pool alone.
	 */
	public static boolean isApplicationAround() {
		return StackWalker.getInstance()
			.walk((stack) -> stack.skip(1).anyMatch((frame) -> isApplication(frame.getClassName())));
	}

	public static boolean isApplication(StackTraceElement frame) {
		return isApplication(frame.getClassName());
	}

	private static boolean isApplication(String type) {
		if (isGuard(type) || type.contains("$$")) {
			return false;
		}
		for (String prefix : FOREIGN) {
			if (type.startsWith(prefix)) {
				return false;
			}
		}
		return true;
	}

	/**
	 * Whether the named type is the guard's own, and one that runs or takes tasks.
	 */
	public static boolean isGuard(String type) {
		return type.startsWith("io.lifeguard.engine.") || isIn(type, "io.lifeguard.")
				|| isIn(type, "io.lifeguard.proxy.") || isIn(type, "io.lifeguard.tuning.");
	}

	private static boolean isIn(String type, String packagePrefix) {
		return type.startsWith(packagePrefix) && type.indexOf('.', packagePrefix.length()) < 0;
	}

}
