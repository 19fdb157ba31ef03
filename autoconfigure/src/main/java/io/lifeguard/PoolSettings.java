package io.lifeguard;

import java.time.Duration;

/**
 * How a pool is watched.
 *
 * @param unobservedAfter the longest that a failed future may go unread before its
 * failure is reported
 * @param reportUnobserved whether unread failures are reported, rather than only counted
 * @param stuckAfter the time from which a running task counts as stuck; zero for never
 */
public record PoolSettings(Duration unobservedAfter, boolean reportUnobserved, Duration stuckAfter) {

	/**
	 * What holds unless an application says otherwise.
	 */
	public static final PoolSettings DEFAULT = new PoolSettings(Duration.ofMinutes(10), true, Duration.ofMinutes(5));

}
