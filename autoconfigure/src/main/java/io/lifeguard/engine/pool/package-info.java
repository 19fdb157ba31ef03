/**
 * What views read: the pools of an application, and the thread that watches them. The
 * only room of the engine that every view may name.
 * <p>
 * Begin with {@link io.lifeguard.engine.pool.Pool}.
 */
@NullMarked
package io.lifeguard.engine.pool;

import org.jspecify.annotations.NullMarked;
