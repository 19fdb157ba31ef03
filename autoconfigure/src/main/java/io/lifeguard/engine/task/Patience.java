package io.lifeguard.engine.task;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How often a pool's workers may wait for somebody who will read a failure, and nobody
 * comes: a few times a second. In a storm of failures that nobody reads they do not wait.
 * Safe for use by any number of threads; when two of them begin a second, some waits more
 * or less are the price.
 */
public final class Patience {

	private static final int MAX_IN_VAIN = 50;

	private static final long SECOND = Duration.ofSeconds(1).toNanos();

	private final AtomicInteger inVain = new AtomicInteger();

	private volatile long since = System.nanoTime();

	/**
	 * Whether there is none left for now.
	 */
	public boolean isLost() {
		if (this.inVain.get() < MAX_IN_VAIN) {
			return false;
		}
		long now = System.nanoTime();
		if (now - this.since < SECOND) {
			return true;
		}
		this.since = now;
		this.inVain.set(0);
		return false;
	}

	/**
	 * Note that a wait was in vain.
	 */
	public void waitedInVain() {
		this.inVain.incrementAndGet();
	}

}
