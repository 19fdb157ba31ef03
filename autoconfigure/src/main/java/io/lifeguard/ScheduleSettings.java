package io.lifeguard;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * How a schedule is watched.
 *
 * @param overdueAfter how long after it was due a run may start; zero for as long as it
 * likes
 * @param failingAfter how many runs in a row have to fail
 * @param maxSilence how long there may be no successful run, {@code null} for as long as
 * it likes
 * @param checkIn the slug of its monitor, {@code null} for one made of its name
 */
public record ScheduleSettings(Duration overdueAfter, int failingAfter, @Nullable Duration maxSilence,
		@Nullable String checkIn) {

	/**
	 * What holds unless an application says otherwise.
	 */
	public static final ScheduleSettings DEFAULT = new ScheduleSettings(Duration.ofMinutes(1), 3, null, null);

}
