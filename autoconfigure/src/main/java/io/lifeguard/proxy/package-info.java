/**
 * Puts the guard around the executors of an application.
 * <p>
 * A bean is replaced by a proxy of its own type whose submitting methods lead to the
 * {@link io.lifeguard.engine.guard.ExecutorGuard}, and all others to the bean itself.
 * Executors that are no beans are guarded where {@code @Async} and {@code @Scheduled} get
 * them from.
 */
@NullMarked
package io.lifeguard.proxy;

import org.jspecify.annotations.NullMarked;
