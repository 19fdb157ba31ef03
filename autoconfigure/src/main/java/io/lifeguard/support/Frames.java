package io.lifeguard.support;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.jspecify.annotations.Nullable;

/**
 * Tells an application's stack frames from those of the JDK, of Spring, of libraries that
 * run tasks and of the guard.
 */
public final class Frames {

	private static final String[] FOREIGN = { "java.", "javax.", "jakarta.", "jdk.", "sun.", "com.sun.",
			"org.springframework.", "io.micrometer.", "org.apache.", "io.sentry.", "reactor.", "io.reactivex.",
			"kotlin.", "kotlinx.", "org.quartz.", "io.grpc.", "com.github.benmanes." };

	/** The packages of applications that have said where they are. */
	private static final List<String> applications = new CopyOnWriteArrayList<>();

	private Frames() {
	}

	/**
	 * Take frames in and below the given packages for an application's, ahead of others
	 * that are of nobody known.
	 */
	public static void addApplication(Collection<String> packages) {
		applications.addAll(packages);
	}

	/**
	 * Forget packages that were added.
	 */
	public static void removeApplication(Collection<String> packages) {
		packages.forEach(applications::remove);
	}

	/**
	 * Return the first frame that is the application's as it has said itself, or else the
	 * first that is of nobody known, or {@code null}.
	 * @param frames innermost frame first
	 */
	public static @Nullable StackTraceElement first(List<StackTraceElement> frames) {
		StackTraceElement first = null;
		for (StackTraceElement frame : frames) {
			if (isApplication(frame)) {
				if (isOfKnownApplication(frame)) {
					return frame;
				}
				first = (first != null) ? first : frame;
			}
		}
		return first;
	}

	/**
	 * Whether an application has said that the frame's package is its own.
	 */
	public static boolean isOfKnownApplication(StackTraceElement frame) {
		String type = frame.getClassName();
		for (String name : applications) {
			if (type.startsWith(name) && type.length() > name.length() && type.charAt(name.length()) == '.') {
				return isApplication(frame);
			}
		}
		return false;
	}

	/**
	 * Whether the current thread is in a method of the application: what it runs has not
	 * been called by a pool alone.
	 */
	public static boolean isApplicationAround() {
		return StackWalker.getInstance()
			.walk((stack) -> stack.skip(1).anyMatch((frame) -> isApplication(frame.getClassName())));
	}

	/**
	 * Whether the frame is neither the JDK's nor Spring's nor the guard's.
	 */
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
				|| isIn(type, "io.lifeguard.proxy.") || isIn(type, "io.lifeguard.tuning.")
				|| isIn(type, "io.lifeguard.test.");
	}

	private static boolean isIn(String type, String packagePrefix) {
		return type.startsWith(packagePrefix) && type.indexOf('.', packagePrefix.length()) < 0;
	}

}
