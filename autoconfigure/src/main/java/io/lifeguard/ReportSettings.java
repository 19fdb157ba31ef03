package io.lifeguard;

import java.util.List;

/**
 * What is reported, and how much of it.
 *
 * @param ignore names of exception classes that are counted and never reported,
 * subclasses included
 * @param maxPerMinute the most reports in any 60 seconds for one pool and kind of failure
 * @param submissionSites which tasks' submission sites are looked up
 */
public record ReportSettings(List<String> ignore, int maxPerMinute, SubmissionSiteMode submissionSites) {

	/**
	 * What holds unless an application says otherwise.
	 */
	public static final ReportSettings DEFAULT = new ReportSettings(List.of(), 10, SubmissionSiteMode.ADAPTIVE);

	public ReportSettings {
		ignore = List.copyOf(ignore);
	}

	/**
	 * Which tasks' submission sites are looked up.
	 */
	public enum SubmissionSiteMode {

		/**
		 * Those of the kinds of task that failed before.
		 */
		ADAPTIVE,

		/**
		 * Those of all tasks.
		 */
		ALWAYS,

		/**
		 * None.
		 */
		NEVER

	}

}
