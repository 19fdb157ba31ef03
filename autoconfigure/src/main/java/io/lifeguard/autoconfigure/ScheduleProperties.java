package io.lifeguard.autoconfigure;

import java.time.Duration;

import io.lifeguard.InvalidLifeguardPropertyException;
import io.lifeguard.ScheduleSettings;
import io.lifeguard.tuning.PropertyChecks;
import org.jspecify.annotations.Nullable;

/**
 * How one schedule is watched. What is {@code null} is as for all schedules.
 */
public class ScheduleProperties {

	private static final String SLUG = "(?!\\d+$)[a-z0-9_-]{1,50}";

	/**
	 * Time after which a run that is due and has not started is overdue. Zero for never.
	 */
	private @Nullable Duration overdueAfter;

	/**
	 * Number of failed runs in a row that make the schedule FAILING.
	 */
	private @Nullable Integer failingAfter;

	/**
	 * Longest time without a successful run. Default is as long as it takes.
	 */
	private @Nullable Duration maxSilence;

	/**
	 * Slug of the Sentry monitor. Default is made of the schedule's name.
	 */
	private @Nullable String checkIn;

	public @Nullable Duration getOverdueAfter() {
		return this.overdueAfter;
	}

	public void setOverdueAfter(@Nullable Duration overdueAfter) {
		this.overdueAfter = overdueAfter;
	}

	public @Nullable Integer getFailingAfter() {
		return this.failingAfter;
	}

	public void setFailingAfter(@Nullable Integer failingAfter) {
		this.failingAfter = failingAfter;
	}

	public @Nullable Duration getMaxSilence() {
		return this.maxSilence;
	}

	public void setMaxSilence(@Nullable Duration maxSilence) {
		this.maxSilence = maxSilence;
	}

	public @Nullable String getCheckIn() {
		return this.checkIn;
	}

	public void setCheckIn(@Nullable String checkIn) {
		this.checkIn = checkIn;
	}

	ScheduleSettings over(ScheduleSettings defaults) {
		return new ScheduleSettings((this.overdueAfter != null) ? this.overdueAfter : defaults.overdueAfter(),
				(this.failingAfter != null) ? this.failingAfter : defaults.failingAfter(),
				(this.maxSilence != null) ? this.maxSilence : defaults.maxSilence(),
				(this.checkIn != null) ? this.checkIn : defaults.checkIn());
	}

	void validate(String prefix) {
		validate(prefix, this.overdueAfter, this.failingAfter, this.maxSilence);
		if (this.checkIn != null && !this.checkIn.matches(SLUG)) {
			throw new InvalidLifeguardPropertyException(prefix + ".check-in", this.checkIn, "Sentry takes no such slug",
					"Set it to at most 50 lower-case letters, digits, dashes and underscores, not to digits alone.");
		}
	}

	static void validate(String prefix, @Nullable Duration overdueAfter, @Nullable Integer failingAfter,
			@Nullable Duration maxSilence) {
		PropertyChecks.time(prefix + ".overdue-after", overdueAfter);
		PropertyChecks.atLeast(prefix + ".failing-after", failingAfter, 1);
		PropertyChecks.time(prefix + ".max-silence", maxSilence);
		if (maxSilence != null && maxSilence.isZero()) {
			throw new InvalidLifeguardPropertyException(prefix + ".max-silence", maxSilence,
					"no run succeeds within no time", "Set it to a positive time, such as 26h, or leave it out.");
		}
	}

}
