/**
 * What applications and views name: the facade {@link io.lifeguard.Lifeguard}, the
 * reporter that an application can add, and the data and exceptions that it is handed.
 * Uses {@link io.lifeguard.support} alone; nothing is promised below
 * {@code io.lifeguard.engine}.
 * <p>
 * Begin with {@link io.lifeguard.TaskFailureReporter}.
 */
@NullMarked
package io.lifeguard;

import org.jspecify.annotations.NullMarked;
