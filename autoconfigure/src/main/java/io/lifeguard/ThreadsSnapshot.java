package io.lifeguard;

import org.jspecify.annotations.Nullable;

/**
 * What is known at one moment of threads that are not the application's. What they do not
 * show is {@code null}.
 *
 * @param type the class name of what has the threads
 * @param threads {@code platform} or {@code virtual}
 * @param size the number of threads and its bounds
 * @param active the number of threads at work
 * @param queue what waits for a thread
 * @param saturated whether every thread there can be is at work while something waits
 */
public record ThreadsSnapshot(String type, String threads, PoolSnapshot.@Nullable Size size, @Nullable Integer active,
		PoolSnapshot.@Nullable Queue queue, boolean saturated) {

}
