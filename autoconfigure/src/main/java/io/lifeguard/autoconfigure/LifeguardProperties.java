package io.lifeguard.autoconfigure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.lifeguard.InvalidLifeguardPropertyException;
import io.lifeguard.PoolSettings;
import io.lifeguard.ReportSettings;
import io.lifeguard.tuning.PoolSpec;
import io.lifeguard.tuning.PoolSpecs;
import io.lifeguard.tuning.PropertyChecks;
import io.lifeguard.tuning.PropertyNames;
import io.lifeguard.tuning.SettingsWarnings;
import io.lifeguard.tuning.StrictBinder;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.NestedConfigurationProperty;
import org.springframework.core.env.Environment;
import org.springframework.util.ClassUtils;

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
	private final WatchProperties defaults = new WatchProperties();

	/**
	 * Settings of single pools, by the name of their executor bean.
	 */
	private final Map<String, PoolProperties> pools = new LinkedHashMap<>();

	@NestedConfigurationProperty
	private final SchedulesProperties schedules = new SchedulesProperties();

	private final Report report = new Report();

	private final Test test = new Test();

	private PoolSpecs poolSpecs = new PoolSpecs(List.of(), List.of());

	private SettingsWarnings warnings = new SettingsWarnings();

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

	public WatchProperties getDefaults() {
		return this.defaults;
	}

	public Map<String, PoolProperties> getPools() {
		return this.pools;
	}

	public SchedulesProperties getSchedules() {
		return this.schedules;
	}

	public Report getReport() {
		return this.report;
	}

	public Test getTest() {
		return this.test;
	}

	/**
	 * Read the properties from the given environment.
	 * @throws org.springframework.boot.context.properties.bind.BindException if a value
	 * has the wrong type
	 * @throws InvalidLifeguardPropertyException if a value makes no sense, or a key is
	 * not known
	 */
	static LifeguardProperties from(Environment environment) {
		return from(environment, new SettingsWarnings());
	}

	/**
	 * Read the properties anew.
	 * @param warnings logs what is odd about them, and has not been logged before
	 */
	static LifeguardProperties from(Environment environment, SettingsWarnings warnings) {
		LifeguardProperties properties = new LifeguardProperties();
		properties.warnings = warnings;
		new StrictBinder(environment, "lifeguard", LifeguardProperties.class, warnings).bind(properties);
		properties.mergeEqualPools();
		properties.defaults.validate("lifeguard.defaults");
		properties.schedules.validate();
		PropertyChecks.atLeast("lifeguard.report.max-per-minute", properties.report.maxPerMinute, 1);
		PropertyChecks.time("lifeguard.test.settle", properties.test.settle);
		List<PoolSpec> specs = new ArrayList<>();
		for (Map.Entry<String, PoolProperties> pool : properties.pools.entrySet()) {
			pool.getValue().validate(PropertyNames.of(pool.getKey()));
			specs.add(pool.getValue().toSpec(pool.getKey()));
		}
		properties.poolSpecs = new PoolSpecs(specs, properties.exclude);
		properties.warnOfUnknownClasses();
		return properties;
	}

	/**
	 * Make one of the entries whose names differ only in case, {@code -} and {@code _}.
	 * The first one's values count, since it comes from what overrides the others; but
	 * its name does not where it may have lost its case, as in an environment variable.
	 */
	private void mergeEqualPools() {
		Map<String, String> names = new HashMap<>();
		for (String name : List.copyOf(this.pools.keySet())) {
			String canonical = PropertyNames.canonical(name);
			String first = names.putIfAbsent(canonical, name);
			if (first != null) {
				PoolProperties merged = this.pools.remove(first);
				merged.fillFrom(this.pools.remove(name));
				String kept = first.equals(canonical) ? name : first;
				this.pools.put(kept, merged);
				names.put(canonical, kept);
			}
		}
	}

	PoolSettings poolSettings(String name) {
		PoolSettings defaults = this.defaults.over(PoolSettings.DEFAULT);
		for (Map.Entry<String, PoolProperties> pool : this.pools.entrySet()) {
			if (PoolSpecs.isSamePool(pool.getKey(), name)) {
				return pool.getValue().over(defaults);
			}
		}
		return defaults;
	}

	private void warnOfUnknownClasses() {
		for (String name : this.report.ignore) {
			if (!ClassUtils.isPresent(name, null)) {
				this.warnings.warn("'lifeguard.report.ignore' names '" + name
						+ "', but there is no such class: correct the name, or remove it");
			}
		}
	}

	/**
	 * Return what logs that settings are odd.
	 */
	SettingsWarnings warnings() {
		return this.warnings;
	}

	PoolSpecs poolSpecs() {
		return this.poolSpecs;
	}

	ReportSettings reportSettings() {
		return new ReportSettings(this.report.ignore, this.report.maxPerMinute, this.report.submissionSite);
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
		private ReportSettings.SubmissionSiteMode submissionSite = ReportSettings.SubmissionSiteMode.ADAPTIVE;

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

		public ReportSettings.SubmissionSiteMode getSubmissionSite() {
			return this.submissionSite;
		}

		public void setSubmissionSite(ReportSettings.SubmissionSiteMode submissionSite) {
			this.submissionSite = submissionSite;
		}

		public Sentry getSentry() {
			return this.sentry;
		}

	}

	/**
	 * What tests with lifeguard-spring-boot-test do, which reads this itself.
	 */
	public static class Test {

		/**
		 * Whether a test fails that left a task failure unhandled.
		 */
		private boolean enabled = true;

		/**
		 * Longest time that the tasks of a test have to end after it.
		 */
		private Duration settle = Duration.ofSeconds(2);

		public boolean isEnabled() {
			return this.enabled;
		}

		public void setEnabled(boolean enabled) {
			this.enabled = enabled;
		}

		public Duration getSettle() {
			return this.settle;
		}

		public void setSettle(Duration settle) {
			this.settle = settle;
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

		/**
		 * Whether each schedule has a cron monitor in Sentry.
		 */
		private boolean checkIns;

		public boolean isEnabled() {
			return this.enabled;
		}

		public void setEnabled(boolean enabled) {
			this.enabled = enabled;
		}

		public boolean isCheckIns() {
			return this.checkIns;
		}

		public void setCheckIns(boolean checkIns) {
			this.checkIns = checkIns;
		}

	}

}
