package io.lifeguard.autoconfigure;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

import io.lifeguard.ScheduleSettings;
import io.lifeguard.tuning.PropertyNames;
import org.jspecify.annotations.Nullable;

/**
 * How schedules are watched.
 */
public class SchedulesProperties {

	/**
	 * Time after which a run that is due and has not started is overdue. Zero for never.
	 */
	private Duration overdueAfter = Duration.ofMinutes(1);

	/**
	 * Number of failed runs in a row that make a schedule FAILING.
	 */
	private int failingAfter = 3;

	/**
	 * Longest time without a successful run. Default is as long as it takes.
	 */
	private @Nullable Duration maxSilence;

	/**
	 * Settings of single schedules, by their name.
	 */
	private final Map<String, ScheduleProperties> tasks = new LinkedHashMap<>();

	public Duration getOverdueAfter() {
		return this.overdueAfter;
	}

	public void setOverdueAfter(Duration overdueAfter) {
		this.overdueAfter = overdueAfter;
	}

	public int getFailingAfter() {
		return this.failingAfter;
	}

	public void setFailingAfter(int failingAfter) {
		this.failingAfter = failingAfter;
	}

	public @Nullable Duration getMaxSilence() {
		return this.maxSilence;
	}

	public void setMaxSilence(@Nullable Duration maxSilence) {
		this.maxSilence = maxSilence;
	}

	public Map<String, ScheduleProperties> getTasks() {
		return this.tasks;
	}

	void validate() {
		ScheduleProperties.validate("lifeguard.schedules", this.overdueAfter, this.failingAfter, this.maxSilence);
		this.tasks.forEach((name, task) -> task.validate("lifeguard.schedules.tasks[" + name + "]"));
	}

	/**
	 * Return the settings of the schedule of the given name.
	 */
	ScheduleSettings settings(String name) {
		ScheduleSettings defaults = new ScheduleSettings(this.overdueAfter, this.failingAfter, this.maxSilence, null);
		String canonical = PropertyNames.canonical(name);
		for (Map.Entry<String, ScheduleProperties> task : this.tasks.entrySet()) {
			if (PropertyNames.canonical(task.getKey()).equals(canonical)) {
				return task.getValue().over(defaults);
			}
		}
		return defaults;
	}

}
