package io.lifeguard;

import java.util.Locale;

/**
 * What became of the report of a failure.
 */
public enum ReportOutcome {

	/**
	 * Every reporter took it.
	 */
	SENT,

	/**
	 * It was held back: by a storm, by the settings, or since too many were waiting.
	 */
	SUPPRESSED,

	/**
	 * A reporter threw.
	 */
	FAILED;

	/**
	 * Return the value of the {@code outcome} tag.
	 */
	@Override
	public String toString() {
		return name().toLowerCase(Locale.ROOT);
	}

}
