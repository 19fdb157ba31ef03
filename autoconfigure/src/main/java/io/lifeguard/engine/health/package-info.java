/**
 * What ails a pool, looked for from time to time on one thread. Uses the rooms of tasks,
 * failures and executors; the pool asks it.
 * <p>
 * Begin with {@link io.lifeguard.engine.health.PoolMonitor}.
 */
@NullMarked
package io.lifeguard.engine.health;

import org.jspecify.annotations.NullMarked;
