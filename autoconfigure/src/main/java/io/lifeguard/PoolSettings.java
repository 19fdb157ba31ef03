package io.lifeguard;

import java.time.Duration;

/**
 * How a pool is watched.
 *
 * @param unobservedAfter the longest that a failed future may go unread before its
 * failure is reported
 * @param reportUnobserved whether unread failures are reported, rather than only counted
 * @param stuckAfter the time from which a running task counts as stuck; zero for never
 * @param taskTimeout the time after which a running task is interrupted; zero for never
 * @param queueTimeout the time after which a waiting task is not run any more; zero for
 * never
 * @param propagateContext whether tasks run in the context of their submitter
 * @param health from when on the pool counts as degraded
 */
public record PoolSettings(Duration unobservedAfter, boolean reportUnobserved, Duration stuckAfter,
		Duration taskTimeout, Duration queueTimeout, boolean propagateContext, HealthSettings health) {

	/**
	 * What holds unless an application says otherwise.
	 */
	public static final PoolSettings DEFAULT = new PoolSettings(Duration.ofMinutes(10), true, Duration.ofMinutes(5),
			Duration.ZERO, Duration.ZERO, false, HealthSettings.DEFAULT);

}
