package io.lifeguard;

import java.time.Duration;

/**
 * Thresholds for a pool to be {@link PoolHealth.Status#DEGRADED degraded}.
 *
 * @param failureRatio the part of the tasks run, from 0 to 1, that has to fail within the
 * window; with 0 any failure is enough
 * @param rejectionRatio the part of the tasks offered, from 0 to 1, that has to be
 * rejected within the window; with 0 any rejection is enough
 * @param minimumTasks the number of tasks in the window below which no ratio is looked at
 * @param window the time over which tasks are counted
 * @param queueFill the part of a bounded queue, from 0 to 1, that has to be filled
 * @param saturatedFor the time that it has to be filled without a break
 */
public record HealthSettings(double failureRatio, double rejectionRatio, int minimumTasks, Duration window,
		double queueFill, Duration saturatedFor) {

	/**
	 * What holds unless an application says otherwise.
	 */
	public static final HealthSettings DEFAULT = new HealthSettings(0.5, 0.1, 20, Duration.ofMinutes(1), 0.9,
			Duration.ofSeconds(30));

}
