package io.lifeguard.engine.executor;

import java.util.concurrent.Semaphore;

/**
 * A semaphore whose number of permits can change while they are in use. Waiting for one
 * does not pin a virtual thread.
 */
public final class ResizableSemaphore extends Semaphore {

	private static final long serialVersionUID = 1L;

	private int size;

	/**
	 * Create a semaphore.
	 * @param size the number of permits, at least 1
	 */
	public ResizableSemaphore(int size) {
		super(size);
		this.size = size;
	}

	/**
	 * Return how many permits there are, taken or not.
	 */
	public synchronized int size() {
		return this.size;
	}

	/**
	 * Change how many permits there are. If more are taken none is free until fewer are.
	 * @param size at least 1
	 */
	public synchronized void resize(int size) {
		int change = size - this.size;
		this.size = size;
		if (change > 0) {
			release(change);
		}
		else {
			reducePermits(-change);
		}
	}

}
