package io.lifeguard;

/**
 * How long a number of tasks took.
 *
 * @param count the number of tasks
 * @param total the nanoseconds they took together
 * @param max the most nanoseconds that one of them took in the last minute or so
 */
public record TaskTimes(long count, long total, long max) {

}
