package io.lifeguard;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

/**
 * A number of places for tasks, in a queue or at work, which can change while they are in
 * use. Waiting does not pin a virtual thread.
 */
public final class Places {

	private final Permits permits;

	private int number;

	/**
	 * Create free places.
	 * @param number at least 1
	 */
	public Places(int number) {
		this.number = number;
		this.permits = new Permits(number);
	}

	/**
	 * Return how many places there are, free or not.
	 */
	public synchronized int get() {
		return this.number;
	}

	/**
	 * Change how many places there are. If more are taken none is free until fewer are.
	 * @param number at least 1
	 */
	public synchronized void set(int number) {
		int change = number - this.number;
		this.number = number;
		if (change > 0) {
			this.permits.release(change);
		}
		else if (change < 0) {
			this.permits.reducePermits(-change);
		}
	}

	/**
	 * Take a place, if need be after waiting for one.
	 * @param timeout how long to wait at most, {@code null} for as long as it takes
	 * @return whether there was one in time
	 * @throws InterruptedException if the thread is interrupted while it waits
	 */
	public boolean acquire(@Nullable Duration timeout) throws InterruptedException {
		if (timeout != null) {
			return this.permits.tryAcquire(timeout.toNanos(), TimeUnit.NANOSECONDS);
		}
		this.permits.acquire();
		return true;
	}

	/**
	 * Take a place if there is one.
	 */
	public boolean tryAcquire() {
		return this.permits.tryAcquire();
	}

	/**
	 * Leave a place.
	 */
	public void release() {
		this.permits.release();
	}

	int free() {
		return this.permits.availablePermits();
	}

	private static final class Permits extends Semaphore {

		private static final long serialVersionUID = 1L;

		Permits(int places) {
			super(places);
		}

		@Override
		protected void reducePermits(int reduction) {
			super.reducePermits(reduction);
		}

	}

}
