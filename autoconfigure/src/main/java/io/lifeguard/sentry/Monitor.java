package io.lifeguard.sentry;

import java.time.Duration;
import java.util.Locale;
import java.util.Objects;

import io.lifeguard.Schedule;
import io.lifeguard.ScheduleSnapshot;
import io.sentry.MonitorConfig;
import io.sentry.MonitorSchedule;
import io.sentry.MonitorScheduleUnit;
import org.jspecify.annotations.Nullable;

/**
 * The monitor of one schedule in Sentry, as its check-ins make it.
 *
 * @param slug its name there
 * @param schedule when check-ins are due
 * @param zone the zone of a crontab
 * @param margin how late a check-in may be, {@code null} for Sentry's default
 * @param maxRuntime how long a run may take, {@code null} for Sentry's default
 * @param waitsForEnd whether a run is due only a while after the last one has ended
 */
record Monitor(String slug, MonitorSchedule schedule, @Nullable String zone, @Nullable Duration margin,
		@Nullable Duration maxRuntime, boolean waitsForEnd) {

	private static final int MAX_SLUG = 50;

	private static final Duration SHORTEST = Duration.ofMinutes(1);

	/**
	 * Return the monitor of the given schedule.
	 * @param maxRuntime how long a run may take, zero for as long as it likes
	 * @throws IllegalArgumentException if it can't have one; the message says why, in a
	 * sentence without its subject
	 */
	static Monitor of(Schedule schedule, Duration maxRuntime) {
		ScheduleSnapshot.Trigger trigger = schedule.snapshot().trigger();
		String checkIn = schedule.settings().checkIn();
		return new Monitor((checkIn != null) ? checkIn : slug(schedule.name()), schedule(trigger), trigger.zone(),
				limit(schedule.settings().overdueAfter()), limit(maxRuntime),
				trigger.type() == ScheduleSnapshot.Trigger.Type.FIXED_DELAY);
	}

	private static MonitorSchedule schedule(ScheduleSnapshot.Trigger trigger) {
		if (trigger.type() == ScheduleSnapshot.Trigger.Type.CUSTOM) {
			throw new IllegalArgumentException("only its trigger knows when it is due");
		}
		if (trigger.type() == ScheduleSnapshot.Trigger.Type.CRON) {
			return MonitorSchedule.crontab(Crontab.of(Objects.requireNonNull(trigger.expression())));
		}
		Duration period = Objects.requireNonNull(trigger.period());
		if (period.compareTo(SHORTEST) < 0) {
			throw new IllegalArgumentException("its period is shorter than a minute, which is the least for a monitor");
		}
		return MonitorSchedule.interval((int) Math.min(Integer.MAX_VALUE, minutes(period)), MonitorScheduleUnit.MINUTE);
	}

	private static @Nullable Duration limit(Duration duration) {
		return duration.isZero() ? null : duration;
	}

	/**
	 * Return a slug that Sentry takes as it is: it would cut a longer one, so that two
	 * become the same.
	 */
	static String slug(String name) {
		String slug = name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_-]", "-");
		return (slug.length() <= MAX_SLUG) ? slug
				: slug.substring(0, MAX_SLUG - 9) + "-" + "%08x".formatted(name.hashCode());
	}

	/**
	 * Return what a check-in says of its monitor.
	 * @param longestRun how long the longest run took so far
	 */
	MonitorConfig config(Duration longestRun) {
		MonitorConfig config = new MonitorConfig(this.schedule);
		config.setTimezone(this.zone);
		if (this.margin != null) {
			config.setCheckinMargin(minutes(this.waitsForEnd ? this.margin.plus(longestRun) : this.margin));
		}
		if (this.maxRuntime != null) {
			config.setMaxRuntime(minutes(this.maxRuntime));
		}
		return config;
	}

	/**
	 * Return the duration in whole minutes, from 1 on, rounded up.
	 */
	private static long minutes(Duration duration) {
		long minutes = duration.toMinutes();
		return Math.max(1, duration.equals(Duration.ofMinutes(minutes)) ? minutes : minutes + 1);
	}

}
