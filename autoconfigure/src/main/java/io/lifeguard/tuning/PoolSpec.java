package io.lifeguard.tuning;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

import io.lifeguard.InvalidLifeguardPropertyException;
import io.lifeguard.RejectionPolicy;
import org.jspecify.annotations.Nullable;

/**
 * How an executor is to be, as far as somebody has said. What is {@code null} is left as
 * it is.
 *
 * @param name the pool's name, for messages
 */
public record PoolSpec(String name, @Nullable Threads threads, @Nullable Integer coreSize, @Nullable Integer maxSize,
		@Nullable Integer queueCapacity, @Nullable Duration keepAlive, @Nullable Boolean allowCoreThreadTimeout,
		@Nullable String threadNamePrefix, @Nullable Scaling scaling, @Nullable Integer concurrencyLimit,
		@Nullable RejectionPolicy rejection, @Nullable Duration blockTimeout, @Nullable Duration awaitTermination) {

	/**
	 * Check what can be checked without the executor.
	 * @throws InvalidLifeguardPropertyException if a value makes no sense
	 */
	public PoolSpec {
		Check check = new Check(name);
		check.atLeast("core-size", coreSize, 0);
		check.atLeast("max-size", maxSize, 1);
		check.atLeast("queue-capacity", queueCapacity, 0);
		check.atLeast("concurrency-limit", concurrencyLimit, 1);
		check.time("keep-alive", keepAlive);
		check.time("await-termination", awaitTermination);
		check.time("block-timeout", blockTimeout);
		if (coreSize != null && maxSize != null && coreSize > maxSize) {
			throw check.invalid("core-size", coreSize, "it is larger than max-size, which is " + maxSize,
					"Set core-size to " + maxSize + " or less, or raise max-size.");
		}
		if (rejection == RejectionPolicy.BLOCK && Integer.valueOf(0).equals(queueCapacity) && blockTimeout == null) {
			throw check.invalid("queue-capacity", queueCapacity,
					"with 'rejection: block' and no block-timeout a submitter could wait for ever",
					"Set block-timeout, or a queue-capacity of 1 or more.");
		}
		if (blockTimeout != null && rejection != null && rejection != RejectionPolicy.BLOCK) {
			throw check.invalid("block-timeout", blockTimeout,
					"nobody waits with 'rejection: " + PropertyNames.of(rejection) + "'",
					"Remove it, or set 'rejection: block'.");
		}
		if (Boolean.TRUE.equals(allowCoreThreadTimeout) && Duration.ZERO.equals(keepAlive)) {
			throw check.invalid("keep-alive", keepAlive, "with 'allow-core-thread-timeout: true' no thread would stay",
					"Set it to more than 0, or set 'allow-core-thread-timeout: false'.");
		}
		if (scaling == Scaling.THREADS_FIRST && Integer.valueOf(0).equals(queueCapacity)) {
			throw check.invalid("scaling", PropertyNames.of(scaling), "there is no queue with 'queue-capacity: 0'",
					"Remove it, or set a queue-capacity of 1 or more.");
		}
		if (threads == Threads.VIRTUAL) {
			check.onlyPlatform("core-size", coreSize);
			check.onlyPlatform("max-size", maxSize);
			check.onlyPlatform("queue-capacity", queueCapacity);
			check.onlyPlatform("keep-alive", keepAlive);
			check.onlyPlatform("allow-core-thread-timeout", allowCoreThreadTimeout);
			check.onlyPlatform("scaling", scaling);
		}
		if (threads == Threads.VIRTUAL && Runtime.version().feature() < 21) {
			throw check.invalid("threads", PropertyNames.of(threads),
					"this is Java " + Runtime.version().feature() + ", and virtual threads came with Java 21",
					"Run the application on Java 21 or later, or set 'threads: platform'.");
		}
	}

	/**
	 * Return how a declared pool is to be: bounded in all it takes, and finishing its
	 * work before it closes. Its threads are what they are.
	 * @param virtual whether it has virtual threads
	 */
	PoolSpec withDefaults(boolean virtual) {
		Duration await = or(this.awaitTermination, Duration.ofSeconds(30));
		if (virtual) {
			return new PoolSpec(this.name, null, null, null, null, null, null,
					or(this.threadNamePrefix, this.name + "-"), null, or(this.concurrencyLimit, 200),
					or(this.rejection, RejectionPolicy.BLOCK), this.blockTimeout, await);
		}
		int core = (this.coreSize != null) ? this.coreSize : (this.maxSize != null) ? Math.min(4, this.maxSize) : 4;
		return new PoolSpec(this.name, null, core, or(this.maxSize, Math.max(core, 8)), or(this.queueCapacity, 1000),
				or(this.keepAlive, Duration.ofSeconds(60)), or(this.allowCoreThreadTimeout, true),
				or(this.threadNamePrefix, this.name + "-"), or(this.scaling, Scaling.QUEUE_FIRST),
				this.concurrencyLimit, or(this.rejection, RejectionPolicy.ABORT), this.blockTimeout, await);
	}

	private static <T> T or(@Nullable T value, T fallback) {
		return (value != null) ? value : fallback;
	}

	/**
	 * Return the keys that have a value, with that.
	 */
	Map<String, Object> given() {
		Map<String, Object> given = new LinkedHashMap<>();
		put(given, "threads", this.threads);
		put(given, "core-size", this.coreSize);
		put(given, "max-size", this.maxSize);
		put(given, "queue-capacity", this.queueCapacity);
		put(given, "keep-alive", this.keepAlive);
		put(given, "allow-core-thread-timeout", this.allowCoreThreadTimeout);
		put(given, "thread-name-prefix", this.threadNamePrefix);
		put(given, "scaling", this.scaling);
		put(given, "concurrency-limit", this.concurrencyLimit);
		put(given, "rejection", this.rejection);
		put(given, "block-timeout", this.blockTimeout);
		put(given, "await-termination", this.awaitTermination);
		return given;
	}

	InvalidLifeguardPropertyException invalid(String key, @Nullable Object value, String reason, String cure) {
		return new Check(this.name).invalid(key, value, reason, cure);
	}

	private static void put(Map<String, Object> given, String key, @Nullable Object value) {
		if (value != null) {
			given.put(key, (value instanceof Enum<?> constant) ? PropertyNames.of(constant) : value);
		}
	}

	/**
	 * What kind of threads a pool has.
	 */
	public enum Threads {

		/**
		 * Threads of the operating system.
		 */
		PLATFORM,

		/**
		 * A new virtual thread for each task. Needs Java 21.
		 */
		VIRTUAL

	}

	/**
	 * What a pool does first with a task for which it has no idle thread.
	 */
	public enum Scaling {

		/**
		 * Puts it into the queue, and starts threads beyond its core only when that is
		 * full.
		 */
		QUEUE_FIRST,

		/**
		 * Starts a thread, and uses the queue only when there are as many as may be.
		 */
		THREADS_FIRST

	}

	private record Check(String name) {

		void atLeast(String key, @Nullable Integer value, int least) {
			PropertyChecks.atLeast(PropertyNames.of(this.name, key), value, least);
		}

		void time(String key, @Nullable Duration value) {
			PropertyChecks.time(PropertyNames.of(this.name, key), value);
		}

		void onlyPlatform(String key, @Nullable Object value) {
			if (value != null) {
				throw invalid(key, (value instanceof Enum<?> constant) ? PropertyNames.of(constant) : value,
						"'threads: virtual' starts a new thread for each task and has no queue",
						"Remove it, or set 'threads: platform'.");
			}
		}

		InvalidLifeguardPropertyException invalid(String key, @Nullable Object value, String reason, String cure) {
			return new InvalidLifeguardPropertyException(PropertyNames.of(this.name, key), value, reason, cure);
		}

	}

}
