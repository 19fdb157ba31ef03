package io.lifeguard;

import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * A task that fails, as a {@link FailureContext} sees it.
 *
 * @param pool the name of its pool
 * @param task returns the task's name, which takes a look at a stack trace
 * @param thrown what it threw
 * @param throwable that, freed of the wrappers that futures put around it
 * @param thread the thread that ran it
 * @param submittedAt when it was submitted, in nanoseconds of {@link System#nanoTime()}
 * @param startedAt when it began to run, in the same nanoseconds
 * @param submitted what was {@link FailureContext#capture() captured} where it was
 * submitted
 * @param started what was captured when its thread began with it
 * @param failed what was captured when it threw, {@code null} where that is now
 */
public record FailedTask(String pool, Supplier<String> task, Throwable thrown, Throwable throwable, Thread thread,
		long submittedAt, long startedAt, @Nullable Object submitted, @Nullable Object started,
		@Nullable Object failed) {

}
