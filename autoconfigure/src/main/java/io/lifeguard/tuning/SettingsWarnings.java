package io.lifeguard.tuning;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Logs settings that are valid and yet hardly meant so, each once however often the
 * environment is read.
 */
public final class SettingsWarnings {

	private static final Log logger = LogFactory.getLog("io.lifeguard.settings");

	private final Set<String> logged = ConcurrentHashMap.newKeySet();

	/**
	 * Log the given sentence, unless it has been logged before.
	 */
	public void warn(String sentence) {
		if (this.logged.add(sentence)) {
			logger.warn(sentence);
		}
	}

}
