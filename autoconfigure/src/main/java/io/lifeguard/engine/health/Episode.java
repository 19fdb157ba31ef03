package io.lifeguard.engine.health;

import java.util.concurrent.TimeUnit;

/**
 * The times at which a pool is full, each from when that begins until it has had room for
 * a minute, so that one that overflows again and again has one. Each is to be told once,
 * but none within five minutes after another. Confined to one thread.
 */
final class Episode {

	/** Nanoseconds with room after which an episode is over. */
	static final long BREAK = TimeUnit.MINUTES.toNanos(1);

	/** Nanoseconds between two that are told. */
	static final long INTERVAL = TimeUnit.MINUTES.toNanos(5);

	private boolean open;

	private boolean told;

	private long since;

	private long lastFull;

	private boolean anyTold;

	private long toldAt;

	private long untold;

	/**
	 * Note whether the pool is full.
	 * @param fullFor the nanoseconds for which it has been, negative if it is not
	 * @param now the time in nanoseconds
	 * @return whether that is to be told now
	 */
	boolean update(long fullFor, long now) {
		if (fullFor < 0) {
			return false;
		}
		if (!this.open) {
			this.open = true;
			this.told = false;
			this.since = now - fullFor;
		}
		this.lastFull = now;
		return !this.told && (!this.anyTold || now - this.toldAt >= INTERVAL);
	}

	/**
	 * End the episode if there has been room for long enough.
	 * @return whether it ends now
	 */
	boolean ends(long now) {
		boolean ends = this.open && now - this.lastFull >= BREAK;
		if (ends) {
			this.open = false;
			this.untold += this.told ? 0 : 1;
		}
		return ends;
	}

	/**
	 * Note that the episode is told.
	 * @return how many before it were not
	 */
	long tell(long now) {
		this.told = true;
		this.anyTold = true;
		this.toldAt = now;
		long untold = this.untold;
		this.untold = 0;
		return untold;
	}

	boolean isOpen() {
		return this.open;
	}

	boolean isTold() {
		return this.told;
	}

	/**
	 * Return when the episode began, in nanoseconds.
	 */
	long since() {
		return this.since;
	}

	/**
	 * Return for how many nanoseconds the pool was full before it had room again.
	 */
	long length() {
		return this.lastFull - this.since;
	}

}
