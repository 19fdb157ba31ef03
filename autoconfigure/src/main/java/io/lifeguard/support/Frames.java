package io.lifeguard.support;

/**
 * Tells an application's stack frames from those of the JDK, of Spring and of the guard.
 */
public final class Frames {

	private static final String[] FOREIGN = { "java.", "javax.", "jakarta.", "jdk.", "sun.", "com.sun.",
			"org.springframework.", "io.micrometer.", "org.apache.", "io.sentry." };

	private Frames() {
	}

	public static boolean isApplication(StackTraceElement frame) {
		String type = frame.getClassName();
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
				|| isIn(type, "io.lifeguard.proxy.") || isIn(type, "io.lifeguard.tuning.")
				|| isIn(type, "io.lifeguard.test.");
	}

	private static boolean isIn(String type, String packagePrefix) {
		return type.startsWith(packagePrefix) && type.indexOf('.', packagePrefix.length()) < 0;
	}

}
