package io.lifeguard.engine.failure;

import org.jspecify.annotations.Nullable;

/**
 * How a task was run, up to its failure.
 *
 * @param thread the thread that ran it, {@code null} if nobody has seen that
 * @param waited nanoseconds from submission to start
 * @param startedAt when it started, in nanoseconds of {@link System#nanoTime()}
 * @param ran nanoseconds from start to failure
 * @param started what was captured when the thread began with the task
 * @param thrown what was captured when the task threw, {@code null} where that is now
 */
public record Run(@Nullable Thread thread, long waited, long startedAt, long ran, @Nullable Object started,
		@Nullable Object thrown) {

	/**
	 * A run that nobody has seen.
	 */
	public static final Run UNSEEN = new Run(null, 0, 0, 0, null, null);

}
