package io.lifeguard.autoconfigure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.lifeguard.PoolSettings;
import io.lifeguard.ReportSettings;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.NestedConfigurationProperty;

/**
 * Properties of Lifeguard.
 */
@ConfigurationProperties("lifeguard")
public class LifeguardProperties {

	/**
	 * Whether executors are guarded.
	 */
	private boolean enabled = true;

	/**
	 * Names of executor beans that are left alone, in which "*" stands for anything.
	 */
	private List<String> exclude = new ArrayList<>();

	@NestedConfigurationProperty
	private final Watch defaults = new Watch();

	/**
	 * Settings of single pools, by the name of their executor bean.
	 */
	private final Map<String, Watch> pools = new LinkedHashMap<>();

	private final Report report = new Report();

	public boolean isEnabled() {
		return this.enabled;
	}

	public void setEnabled(boolean enabled) {
		this.enabled = enabled;
	}

	public List<String> getExclude() {
		return this.exclude;
	}

	public void setExclude(List<String> exclude) {
		this.exclude = exclude;
	}

	public Watch getDefaults() {
		return this.defaults;
	}

	public Map<String, Watch> getPools() {
		return this.pools;
	}

	public Report getReport() {
		return this.report;
	}

	PoolSettings poolSettings(String name) {
		Watch pool = this.pools.getOrDefault(name, new Watch());
		return pool.over(this.defaults.over(PoolSettings.DEFAULT));
	}

	ReportSettings reportSettings() {
		return new ReportSettings(this.report.ignore, this.report.maxPerMinute, this.report.submissionSite);
	}

	/**
	 * How a pool is watched.
	 */
	public static class Watch {

		/**
		 * Longest time that a failed future may go unread before its failure is reported.
		 */
		private @Nullable Duration unobservedAfter;

		/**
		 * Whether unread failures are reported, rather than only counted.
		 */
		private @Nullable Boolean reportUnobserved;

		/**
		 * Time from which a running task counts as stuck. Zero for never.
		 */
		private @Nullable Duration stuckAfter;

		public @Nullable Duration getUnobservedAfter() {
			return this.unobservedAfter;
		}

		public void setUnobservedAfter(@Nullable Duration unobservedAfter) {
			this.unobservedAfter = unobservedAfter;
		}

		public @Nullable Boolean getReportUnobserved() {
			return this.reportUnobserved;
		}

		public void setReportUnobserved(@Nullable Boolean reportUnobserved) {
			this.reportUnobserved = reportUnobserved;
		}

		public @Nullable Duration getStuckAfter() {
			return this.stuckAfter;
		}

		public void setStuckAfter(@Nullable Duration stuckAfter) {
			this.stuckAfter = stuckAfter;
		}

		private PoolSettings over(PoolSettings defaults) {
			return new PoolSettings((this.unobservedAfter != null) ? this.unobservedAfter : defaults.unobservedAfter(),
					(this.reportUnobserved != null) ? this.reportUnobserved : defaults.reportUnobserved(),
					(this.stuckAfter != null) ? this.stuckAfter : defaults.stuckAfter(), defaults.taskTimeout(),
					defaults.queueTimeout());
		}

	}

	/**
	 * What is reported.
	 */
	public static class Report {

		/**
		 * Names of exception classes that are counted and never reported, subclasses
		 * included.
		 */
		private List<String> ignore = new ArrayList<>();

		/**
		 * Most reports in any 60 seconds for one pool and kind of failure.
		 */
		private int maxPerMinute = 10;

		/**
		 * Which tasks' submission sites are looked up.
		 */
		private ReportSettings.SubmissionSites submissionSite = ReportSettings.SubmissionSites.ADAPTIVE;

		private final Sentry sentry = new Sentry();

		public List<String> getIgnore() {
			return this.ignore;
		}

		public void setIgnore(List<String> ignore) {
			this.ignore = ignore;
		}

		public int getMaxPerMinute() {
			return this.maxPerMinute;
		}

		public void setMaxPerMinute(int maxPerMinute) {
			this.maxPerMinute = maxPerMinute;
		}

		public ReportSettings.SubmissionSites getSubmissionSite() {
			return this.submissionSite;
		}

		public void setSubmissionSite(ReportSettings.SubmissionSites submissionSite) {
			this.submissionSite = submissionSite;
		}

		public Sentry getSentry() {
			return this.sentry;
		}

	}

	/**
	 * Reports to Sentry.
	 */
	public static class Sentry {

		/**
		 * Whether failures are reported to Sentry.
		 */
		private boolean enabled = true;

		public boolean isEnabled() {
			return this.enabled;
		}

		public void setEnabled(boolean enabled) {
			this.enabled = enabled;
		}

	}

}
