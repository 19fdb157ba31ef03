package io.lifeguard.autoconfigure;

import java.beans.PropertyDescriptor;
import java.time.Duration;

import io.lifeguard.PoolSettings;
import io.lifeguard.RejectionPolicy;
import io.lifeguard.tuning.PoolSpec;
import io.lifeguard.tuning.PropertyChecks;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.BeanWrapper;
import org.springframework.beans.BeanWrapperImpl;

/**
 * How one pool is made and watched.
 */
public class PoolProperties extends WatchProperties {

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
	 * Longest time that a submitter waits for a place. Default is as long as it takes.
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

	/**
	 * Take over what is set in the given properties and not in these.
	 */
	void fillFrom(PoolProperties others) {
		fill(new BeanWrapperImpl(this), new BeanWrapperImpl(others));
		fill(new BeanWrapperImpl(getHealth()), new BeanWrapperImpl(others.getHealth()));
	}

	private static void fill(BeanWrapper properties, BeanWrapper others) {
		for (PropertyDescriptor property : properties.getPropertyDescriptors()) {
			String name = property.getName();
			if (properties.isWritableProperty(name) && properties.getPropertyValue(name) == null) {
				properties.setPropertyValue(name, others.getPropertyValue(name));
			}
		}
	}

	@Override
	void validate(String prefix) {
		super.validate(prefix);
		PropertyChecks.time(prefix + ".task-timeout", this.taskTimeout);
		PropertyChecks.time(prefix + ".queue-timeout", this.queueTimeout);
	}

	@Override
	PoolSettings over(PoolSettings defaults) {
		PoolSettings settings = super.over(defaults);
		return new PoolSettings(settings.unobservedAfter(), settings.reportUnobserved(), settings.stuckAfter(),
				(this.taskTimeout != null) ? this.taskTimeout : settings.taskTimeout(),
				(this.queueTimeout != null) ? this.queueTimeout : settings.queueTimeout(), settings.propagateContext(),
				settings.health());
	}

	PoolSpec toSpec(String name) {
		return new PoolSpec(name, this.threads, this.coreSize, this.maxSize, this.queueCapacity, this.keepAlive,
				this.allowCoreThreadTimeout, this.threadNamePrefix, this.scaling, this.concurrencyLimit, this.rejection,
				this.blockTimeout, this.awaitTermination);
	}

}
