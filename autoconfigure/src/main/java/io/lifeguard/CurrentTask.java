package io.lifeguard;

/**
 * A task that a thread is running.
 *
 * @param pool the name of its pool
 * @param task its name
 * @param startedAt when it began, in nanoseconds of {@link System#nanoTime()}
 */
public record CurrentTask(String pool, String task, long startedAt) {

}
