/**
 * The engine: pools and their numbers, the tasks and futures that guard what is
 * submitted, and the failures they meet.
 * <p>
 * An {@link io.lifeguard.ExecutorGuard} turns what it is given into tasks of a
 * {@link io.lifeguard.Pool}; a task that fails leaves a failure, which somebody reads or
 * the {@link io.lifeguard.PoolRegistry} hands to the
 * {@link io.lifeguard.TaskFailureReporter reporters}. Knows Spring's executors, but
 * neither Boot nor any of the views that show its numbers.
 */
@NullMarked
package io.lifeguard;

import org.jspecify.annotations.NullMarked;
