package io.lifeguard.engine.pool;

/**
 * An executor whose tasks a pool already watches: it needs no second guard.
 */
public interface Guarded {

	/**
	 * Return the pool that watches the executor's tasks.
	 */
	Pool lifeguardPool();

}
