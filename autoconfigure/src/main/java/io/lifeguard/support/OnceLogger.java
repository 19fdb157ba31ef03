package io.lifeguard.support;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * OnceLogger of the guard and of what it calls: each kind is logged once, and none stops
 * the thread that meets it, even where the log itself fails.
 */
public final class OnceLogger {

	/**
	 * Kinds remembered at most; one more is not logged.
	 */
	static final int MAX_KINDS = 1000;

	private final Set<String> logged = ConcurrentHashMap.newKeySet();

	/**
	 * Log the given line unless a fault of the kind was logged before.
	 */
	public void logOnce(String kind, Runnable line) {
		if (this.logged.size() < MAX_KINDS && this.logged.add(kind)) {
			log(line);
		}
	}

	/**
	 * Log the given line, if the log can take it.
	 */
	public static void log(Runnable line) {
		try {
			line.run();
		}
		catch (Throwable ex) {
			// A log that fails, as for a full disk, has nowhere to log that
		}
	}

}
