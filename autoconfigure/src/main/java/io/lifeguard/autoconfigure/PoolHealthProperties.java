package io.lifeguard.autoconfigure;

import java.time.Duration;

import io.lifeguard.HealthSettings;
import io.lifeguard.InvalidLifeguardPropertyException;
import io.lifeguard.tuning.PropertyChecks;
import org.jspecify.annotations.Nullable;

/**
 * Thresholds for a degraded pool. What is {@code null} is as for all pools.
 */
public class PoolHealthProperties {

	/**
	 * Part of the tasks in the window, from 0 to 1, that has to fail.
	 */
	private @Nullable Double failureRatio;

	/**
	 * Part of the tasks in the window, from 0 to 1, that has to be rejected.
	 */
	private @Nullable Double rejectionRatio;

	/**
	 * Number of tasks in the window below which no ratio is looked at.
	 */
	private @Nullable Integer minimumTasks;

	/**
	 * Time over which tasks are counted.
	 */
	private @Nullable Duration window;

	/**
	 * Part of a bounded queue, from 0 to 1, that has to be filled.
	 */
	private @Nullable Double queueFill;

	/**
	 * Time for which the queue has to be filled without a break.
	 */
	private @Nullable Duration saturatedFor;

	public @Nullable Double getFailureRatio() {
		return this.failureRatio;
	}

	public void setFailureRatio(@Nullable Double failureRatio) {
		this.failureRatio = failureRatio;
	}

	public @Nullable Double getRejectionRatio() {
		return this.rejectionRatio;
	}

	public void setRejectionRatio(@Nullable Double rejectionRatio) {
		this.rejectionRatio = rejectionRatio;
	}

	public @Nullable Integer getMinimumTasks() {
		return this.minimumTasks;
	}

	public void setMinimumTasks(@Nullable Integer minimumTasks) {
		this.minimumTasks = minimumTasks;
	}

	public @Nullable Duration getWindow() {
		return this.window;
	}

	public void setWindow(@Nullable Duration window) {
		this.window = window;
	}

	public @Nullable Double getQueueFill() {
		return this.queueFill;
	}

	public void setQueueFill(@Nullable Double queueFill) {
		this.queueFill = queueFill;
	}

	public @Nullable Duration getSaturatedFor() {
		return this.saturatedFor;
	}

	public void setSaturatedFor(@Nullable Duration saturatedFor) {
		this.saturatedFor = saturatedFor;
	}

	HealthSettings over(HealthSettings defaults) {
		return new HealthSettings((this.failureRatio != null) ? this.failureRatio : defaults.failureRatio(),
				(this.rejectionRatio != null) ? this.rejectionRatio : defaults.rejectionRatio(),
				(this.minimumTasks != null) ? this.minimumTasks : defaults.minimumTasks(),
				(this.window != null) ? this.window : defaults.window(),
				(this.queueFill != null) ? this.queueFill : defaults.queueFill(),
				(this.saturatedFor != null) ? this.saturatedFor : defaults.saturatedFor());
	}

	void validate(String prefix) {
		checkRatio(prefix + ".failure-ratio", this.failureRatio);
		checkRatio(prefix + ".rejection-ratio", this.rejectionRatio);
		checkRatio(prefix + ".queue-fill", this.queueFill);
		if (this.minimumTasks != null && this.minimumTasks < 1) {
			throw new InvalidLifeguardPropertyException(prefix + ".minimum-tasks", this.minimumTasks,
					"there is no ratio of no tasks", "Set it to 1 or more.");
		}
		if (this.window != null && (this.window.isNegative() || this.window.isZero())) {
			throw new InvalidLifeguardPropertyException(prefix + ".window", this.window, "no task ends within no time",
					"Set it to a positive time, such as 1m.");
		}
		PropertyChecks.time(prefix + ".window", this.window);
		PropertyChecks.time(prefix + ".saturated-for", this.saturatedFor);
	}

	private static void checkRatio(String property, @Nullable Double ratio) {
		if (ratio != null && !(ratio >= 0 && ratio <= 1)) {
			throw new InvalidLifeguardPropertyException(property, ratio, "a ratio lies between 0 and 1",
					"Set it to a number from 0 to 1, such as 0.5.");
		}
	}

}
