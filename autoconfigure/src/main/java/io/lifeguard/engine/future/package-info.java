/**
 * The shapes that executors want tasks to have: runnables, callables, and the futures
 * that notice being read. Uses the rooms of tasks and failures; only the guard makes
 * them.
 * <p>
 * Begin with {@link io.lifeguard.engine.future.GuardedFuture}.
 */
@NullMarked
package io.lifeguard.engine.future;

import org.jspecify.annotations.NullMarked;
