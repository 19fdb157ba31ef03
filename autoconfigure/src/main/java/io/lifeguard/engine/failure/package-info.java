/**
 * One failure, from what a task threw to the reporters: watched until somebody reads it,
 * handled once, limited, reported. Used by all rooms that run tasks; uses none of them.
 * <p>
 * Begin with {@link io.lifeguard.engine.failure.Failure}.
 */
@NullMarked
package io.lifeguard.engine.failure;

import org.jspecify.annotations.NullMarked;
