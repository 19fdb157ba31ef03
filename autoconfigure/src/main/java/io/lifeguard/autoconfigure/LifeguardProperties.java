package io.lifeguard.autoconfigure;

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

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.NestedConfigurationProperty;
import org.springframework.boot.context.properties.bind.BindContext;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.handler.IgnoreTopLevelConverterNotFoundBindHandler;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.UnboundElementsSourceFilter;
import org.springframework.core.env.Environment;

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

	private final Report report = new Report();

	private PoolSpecs poolSpecs = new PoolSpecs(List.of());

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

	public Report getReport() {
		return this.report;
	}

	/**
	 * Read the properties from the given environment.
	 * @throws org.springframework.boot.context.properties.bind.BindException if a value
	 * has the wrong type, or a key is not known
	 * @throws InvalidLifeguardPropertyException if a value makes no sense
	 */
	static LifeguardProperties from(Environment environment) {
		LifeguardProperties properties = new LifeguardProperties();
		Binder.get(environment).bind("lifeguard", Bindable.ofInstance(properties), new KnownKeys());
		properties.mergeEqualPools();
		properties.defaults.validate("lifeguard.defaults");
		PropertyChecks.atLeast("lifeguard.report.max-per-minute", properties.report.maxPerMinute, 1);
		List<PoolSpec> specs = new ArrayList<>();
		for (Map.Entry<String, PoolProperties> pool : properties.pools.entrySet()) {
			pool.getValue().validate(PropertyNames.of(pool.getKey()));
			specs.add(pool.getValue().toSpec(pool.getKey()));
		}
		properties.poolSpecs = new PoolSpecs(specs);
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

	PoolSpecs poolSpecs() {
		return this.poolSpecs;
	}

	ReportSettings reportSettings() {
		return new ReportSettings(this.report.ignore, this.report.maxPerMinute, this.report.submissionSite);
	}

	/**
	 * Refuses keys that are not known. One without a value is known, and unset.
	 */
	private static final class KnownKeys extends NoUnboundElementsBindHandler {

		KnownKeys() {
			super(new IgnoreTopLevelConverterNotFoundBindHandler(), new UnboundElementsSourceFilter());
		}

		@Override
		public void onFinish(ConfigurationPropertyName name, Bindable<?> target, BindContext context,
				@Nullable Object result) throws Exception {
			if (result == null) {
				onSuccess(name, target, context, "");
			}
			super.onFinish(name, target, context, result);
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
