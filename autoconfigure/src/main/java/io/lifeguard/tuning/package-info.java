/**
 * Makes and changes executors as properties say, and Spring Cloud where it is there.
 * <p>
 * A {@link io.lifeguard.tuning.PoolSpec} says how a pool is to be. Where no bean has its
 * name one is declared, where one has the tuner applies it, and the resizer changes what
 * can be changed of a running pool. The propagation of Micrometer's context is a setting
 * of pools too.
 */
@NullMarked
package io.lifeguard.tuning;

import org.jspecify.annotations.NullMarked;
