/**
 * Facts about executors: how to look at each kind, the queue and the policies of pools
 * that properties declare. Uses the room of tasks; tuning may name it too.
 * <p>
 * Begin with {@link io.lifeguard.engine.executor.ExecutorView}.
 */
@NullMarked
package io.lifeguard.engine.executor;

import org.jspecify.annotations.NullMarked;
