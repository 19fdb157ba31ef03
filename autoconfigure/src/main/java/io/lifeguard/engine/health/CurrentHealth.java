package io.lifeguard.engine.health;

import java.time.Instant;
import java.util.List;

import io.lifeguard.PoolHealth;
import io.lifeguard.PoolHealth.Status;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * How well a pool was when it was last looked at. A change is logged. Looked at by one
 * thread, read by any.
 */
public final class CurrentHealth {

	private static final Log logger = LogFactory.getLog("io.lifeguard.health");

	private final String pool;

	private volatile PoolHealth health = new PoolHealth(Status.UP, List.of(), Instant.now());

	/**
	 * Begin with a pool that is well.
	 * @param pool its name
	 */
	public CurrentHealth(String pool) {
		this.pool = pool;
	}

	/**
	 * Return how well the pool was.
	 */
	public PoolHealth get() {
		return this.health;
	}

	/**
	 * Note how well the pool is now.
	 * @param reasons why it is not well, each in a sentence
	 */
	public void update(Status status, List<String> reasons) {
		PoolHealth before = this.health;
		boolean changed = status != before.status();
		this.health = new PoolHealth(status, List.copyOf(reasons), changed ? Instant.now() : before.since());
		if (changed) {
			String line = "Pool " + this.pool + " is " + status;
			if (status == Status.UP) {
				logger.info(line + " again, after having been " + before.status() + " since " + before.since());
			}
			else {
				logger.warn(line + ": " + String.join("; ", reasons));
			}
		}
	}

}
