package io.lifeguard;

/**
 * How far a pool is on the way to its end, as its executor and those who close it tell.
 */
final class PoolLifecycle {

	private final ExecutorView view;

	private volatile boolean closing;

	private volatile boolean closedByCaller;

	private volatile boolean shared;

	PoolLifecycle(ExecutorView view) {
		this.view = view;
	}

	/**
	 * Note that there are other executors of the pool, which end at other times.
	 */
	void shared() {
		this.shared = true;
	}

	/**
	 * Note that the executor is no bean of the application: its owner may close it at any
	 * time.
	 */
	void closedByCaller() {
		this.closedByCaller = true;
	}

	boolean isClosedByCaller() {
		return this.closedByCaller;
	}

	/**
	 * Note that the application itself closes the pool now.
	 */
	void closing() {
		this.closing = true;
	}

	boolean isClosing() {
		return this.closing;
	}

	/**
	 * Whether the executor takes no more tasks.
	 */
	boolean isShutdown() {
		return this.closing || (!this.shared && this.view.isShutdown());
	}

	/**
	 * Whether the executor will run no task any more.
	 */
	boolean isTerminated() {
		return !this.shared && this.view.isTerminated();
	}

}
