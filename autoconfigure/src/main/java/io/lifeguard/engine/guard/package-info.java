/**
 * Takes what is submitted to an executor, makes tasks of it and hands them on. Uses all
 * rooms of the engine; only the generated proxies and what makes them name it.
 * <p>
 * Begin with {@link io.lifeguard.engine.guard.ExecutorGuard}.
 */
@NullMarked
package io.lifeguard.engine.guard;

import org.jspecify.annotations.NullMarked;
