/**
 * One task, from its submission to its end: its state, the slot it runs in, and the
 * {@link io.lifeguard.engine.task.Ledger} that it is counted in. Uses the room of
 * failures alone.
 * <p>
 * Begin with {@link io.lifeguard.engine.task.Task}.
 */
@NullMarked
package io.lifeguard.engine.task;

import org.jspecify.annotations.NullMarked;
