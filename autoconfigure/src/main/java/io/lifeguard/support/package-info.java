/**
 * Asks other people's objects safely: throwables, executors, fields and stack frames may
 * fail, lie or not be there. Everybody may use it; it uses nothing of Lifeguard's.
 * <p>
 * Begin with {@link io.lifeguard.support.Throwables}.
 */
@NullMarked
package io.lifeguard.support;

import org.jspecify.annotations.NullMarked;
