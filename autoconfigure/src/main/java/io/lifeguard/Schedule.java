package io.lifeguard;

import java.lang.reflect.Method;

import org.jspecify.annotations.Nullable;

/**
 * What a scheduler runs again and again, from the moment it is scheduled until it is
 * ended. Safe for use by any number of threads; reading never blocks a run.
 */
public interface Schedule {

	/**
	 * Return the schedule's name: its task's, with {@code #2} for the second of that
	 * name.
	 */
	String name();

	/**
	 * Return the name of the pool that runs it.
	 */
	String pool();

	/**
	 * Return the method that it calls, or {@code null} where that can't be told.
	 */
	@Nullable Method method();

	/**
	 * Return how it is watched.
	 */
	ScheduleSettings settings();

	/**
	 * Return how well it was when it was last looked at.
	 */
	ScheduleHealth health();

	/**
	 * Return its state and numbers as they are now.
	 */
	ScheduleSnapshot snapshot();

	/**
	 * Return how long the runs took that ended in the given way.
	 */
	TaskTimes runTimes(Outcome outcome);

	/**
	 * Return how long after they were due the runs have started.
	 */
	TaskTimes lags();

	/**
	 * Return when a run has succeeded last, in milliseconds since the epoch, or
	 * {@code null} if none has.
	 */
	@Nullable Long lastSuccess();

	/**
	 * Notify the given listener of each run from now on.
	 */
	void addListener(ScheduleListener listener);

}
