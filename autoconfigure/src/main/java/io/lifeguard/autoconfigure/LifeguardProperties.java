package io.lifeguard.autoconfigure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.lifeguard.InvalidLifeguardPropertyException;
import io.lifeguard.PoolSettings;
import io.lifeguard.RejectionPolicy;
import io.lifeguard.ReportSettings;
import io.lifeguard.tuning.PoolSpec;
import io.lifeguard.tuning.PoolSpecs;
import io.lifeguard.tuning.PropertyNames;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.NestedConfigurationProperty;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.handler.IgnoreTopLevelConverterNotFoundBindHandler;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
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
	private final Watch defaults = new Watch();

	/**
	 * Settings of single pools, by the name of their executor bean.
	 */
	private final Map<String, Pool> pools = new LinkedHashMap<>();

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

	public Map<String, Pool> getPools() {
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
		BindHandler handler = new NoUnboundElementsBindHandler(new IgnoreTopLevelConverterNotFoundBindHandler(),
				new UnboundElementsSourceFilter());
		LifeguardProperties properties = Binder.get(environment)
			.bindOrCreate("lifeguard", Bindable.of(LifeguardProperties.class), handler);
		properties.defaults.validate("lifeguard.defaults");
		if (properties.report.maxPerMinute < 1) {
			throw new InvalidLifeguardPropertyException("lifeguard.report.max-per-minute",
					properties.report.maxPerMinute, "it is less than 1", "Set it to 1 or more.");
		}
		properties.pools.forEach((name, pool) -> pool.validate(PropertyNames.of(name)));
		return properties;
	}

	PoolSettings poolSettings(String name) {
		PoolSettings defaults = this.defaults.over(PoolSettings.DEFAULT);
		for (Map.Entry<String, Pool> pool : this.pools.entrySet()) {
			if (PoolSpecs.isSamePool(pool.getKey(), name)) {
				return pool.getValue().over(defaults);
			}
		}
		return defaults;
	}

	PoolSpecs poolSpecs() {
		return new PoolSpecs(
				this.pools.entrySet().stream().map((pool) -> pool.getValue().toSpec(pool.getKey())).toList());
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

		@NestedConfigurationProperty
		private final PoolHealthProperties health = new PoolHealthProperties();

		/**
		 * Whether tasks run in the context of their submitter: MDC, tracing, security and
		 * whatever Micrometer's context propagation knows.
		 */
		private @Nullable Boolean propagateContext;

		public @Nullable Boolean getPropagateContext() {
			return this.propagateContext;
		}

		public void setPropagateContext(@Nullable Boolean propagateContext) {
			this.propagateContext = propagateContext;
		}

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

		public PoolHealthProperties getHealth() {
			return this.health;
		}

		void validate(String prefix) {
			requireNotNegative(prefix + ".stuck-after", this.stuckAfter);
			requireNotNegative(prefix + ".unobserved-after", this.unobservedAfter);
			this.health.validate(prefix + ".health");
		}

		static void requireNotNegative(String property, @Nullable Duration value) {
			if (value != null && value.isNegative()) {
				throw new InvalidLifeguardPropertyException(property, value, "it is negative",
						"Set it to a duration such as 10s, or to 0.");
			}
		}

		PoolSettings over(PoolSettings defaults) {
			return new PoolSettings((this.unobservedAfter != null) ? this.unobservedAfter : defaults.unobservedAfter(),
					(this.reportUnobserved != null) ? this.reportUnobserved : defaults.reportUnobserved(),
					(this.stuckAfter != null) ? this.stuckAfter : defaults.stuckAfter(), defaults.taskTimeout(),
					defaults.queueTimeout(),
					(this.propagateContext != null) ? this.propagateContext : defaults.propagateContext(),
					this.health.over(defaults.health()));
		}

	}

	/**
	 * How one pool is made and watched.
	 */
	public static class Pool extends Watch {

		/**
		 * Kind of threads. Default is as "spring.threads.virtual.enabled" says.
		 */
		private PoolSpec.@Nullable Threads threads;

		/**
		 * Number of threads to keep.
		 */
		private @Nullable Integer coreSize;

		/**
		 * Largest number of threads. Default is the larger of the core size and 8.
		 */
		private @Nullable Integer maxSize;

		/**
		 * Largest number of tasks that wait in the queue.
		 */
		private @Nullable Integer queueCapacity;

		/**
		 * Time after which an idle thread beyond the core ends.
		 */
		private @Nullable Duration keepAlive;

		/**
		 * Whether idle core threads end too.
		 */
		private @Nullable Boolean allowCoreThreadTimeout;

		/**
		 * Prefix of the threads' names. Default is the pool's name and a dash.
		 */
		private @Nullable String threadNamePrefix;

		/**
		 * Whether the queue or the largest number of threads is filled first.
		 */
		private PoolSpec.@Nullable Scaling scaling;

		/**
		 * Largest number of tasks that run at once on virtual threads.
		 */
		private @Nullable Integer concurrencyLimit;

		/**
		 * What happens to a task for which there is no place.
		 */
		private @Nullable RejectionPolicy rejection;

		/**
		 * Longest time that a submitter waits for a place. Default is as long as it
		 * takes.
		 */
		private @Nullable Duration blockTimeout;

		/**
		 * Time after which a running task is interrupted. Default is never.
		 */
		private @Nullable Duration taskTimeout;

		/**
		 * Time after which a waiting task is not run any more. Default is never.
		 */
		private @Nullable Duration queueTimeout;

		/**
		 * Longest time that a shutdown waits for tasks to end.
		 */
		private @Nullable Duration awaitTermination;

		public PoolSpec.@Nullable Threads getThreads() {
			return this.threads;
		}

		public void setThreads(PoolSpec.@Nullable Threads threads) {
			this.threads = threads;
		}

		public @Nullable Integer getCoreSize() {
			return this.coreSize;
		}

		public void setCoreSize(@Nullable Integer coreSize) {
			this.coreSize = coreSize;
		}

		public @Nullable Integer getMaxSize() {
			return this.maxSize;
		}

		public void setMaxSize(@Nullable Integer maxSize) {
			this.maxSize = maxSize;
		}

		public @Nullable Integer getQueueCapacity() {
			return this.queueCapacity;
		}

		public void setQueueCapacity(@Nullable Integer queueCapacity) {
			this.queueCapacity = queueCapacity;
		}

		public @Nullable Duration getKeepAlive() {
			return this.keepAlive;
		}

		public void setKeepAlive(@Nullable Duration keepAlive) {
			this.keepAlive = keepAlive;
		}

		public @Nullable Boolean getAllowCoreThreadTimeout() {
			return this.allowCoreThreadTimeout;
		}

		public void setAllowCoreThreadTimeout(@Nullable Boolean allowCoreThreadTimeout) {
			this.allowCoreThreadTimeout = allowCoreThreadTimeout;
		}

		public @Nullable String getThreadNamePrefix() {
			return this.threadNamePrefix;
		}

		public void setThreadNamePrefix(@Nullable String threadNamePrefix) {
			this.threadNamePrefix = threadNamePrefix;
		}

		public PoolSpec.@Nullable Scaling getScaling() {
			return this.scaling;
		}

		public void setScaling(PoolSpec.@Nullable Scaling scaling) {
			this.scaling = scaling;
		}

		public @Nullable Integer getConcurrencyLimit() {
			return this.concurrencyLimit;
		}

		public void setConcurrencyLimit(@Nullable Integer concurrencyLimit) {
			this.concurrencyLimit = concurrencyLimit;
		}

		public @Nullable RejectionPolicy getRejection() {
			return this.rejection;
		}

		public void setRejection(@Nullable RejectionPolicy rejection) {
			this.rejection = rejection;
		}

		public @Nullable Duration getBlockTimeout() {
			return this.blockTimeout;
		}

		public void setBlockTimeout(@Nullable Duration blockTimeout) {
			this.blockTimeout = blockTimeout;
		}

		public @Nullable Duration getTaskTimeout() {
			return this.taskTimeout;
		}

		public void setTaskTimeout(@Nullable Duration taskTimeout) {
			this.taskTimeout = taskTimeout;
		}

		public @Nullable Duration getQueueTimeout() {
			return this.queueTimeout;
		}

		public void setQueueTimeout(@Nullable Duration queueTimeout) {
			this.queueTimeout = queueTimeout;
		}

		public @Nullable Duration getAwaitTermination() {
			return this.awaitTermination;
		}

		public void setAwaitTermination(@Nullable Duration awaitTermination) {
			this.awaitTermination = awaitTermination;
		}

		@Override
		void validate(String prefix) {
			super.validate(prefix);
			requireNotNegative(prefix + ".task-timeout", this.taskTimeout);
			requireNotNegative(prefix + ".queue-timeout", this.queueTimeout);
		}

		@Override
		PoolSettings over(PoolSettings defaults) {
			PoolSettings settings = super.over(defaults);
			return new PoolSettings(settings.unobservedAfter(), settings.reportUnobserved(), settings.stuckAfter(),
					(this.taskTimeout != null) ? this.taskTimeout : settings.taskTimeout(),
					(this.queueTimeout != null) ? this.queueTimeout : settings.queueTimeout(),
					settings.propagateContext(), settings.health());
		}

		private PoolSpec toSpec(String name) {
			return new PoolSpec(name, this.threads, this.coreSize, this.maxSize, this.queueCapacity, this.keepAlive,
					this.allowCoreThreadTimeout, this.threadNamePrefix, this.scaling, this.concurrencyLimit,
					this.rejection, this.blockTimeout, this.awaitTermination);
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
