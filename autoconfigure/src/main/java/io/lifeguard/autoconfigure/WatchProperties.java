package io.lifeguard.autoconfigure;

import java.time.Duration;

import io.lifeguard.InvalidLifeguardPropertyException;
import io.lifeguard.PoolSettings;
import io.lifeguard.tuning.PropertyChecks;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.NestedConfigurationProperty;
import org.springframework.util.ClassUtils;

/**
 * How a pool is watched.
 */
public class WatchProperties {

	private static final String CONTEXT_PROPAGATION = "io.micrometer.context.ContextSnapshotFactory";

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
		PropertyChecks.time(prefix + ".stuck-after", this.stuckAfter);
		PropertyChecks.time(prefix + ".unobserved-after", this.unobservedAfter);
		this.health.validate(prefix + ".health");
		if (Boolean.TRUE.equals(this.propagateContext) && !ClassUtils.isPresent(CONTEXT_PROPAGATION, null)) {
			throw new InvalidLifeguardPropertyException(prefix + ".propagate-context", true,
					"Micrometer's context propagation is not on the class path",
					"Add the dependency io.micrometer:context-propagation, or set it to false.");
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
