package io.lifeguard.engine.failure;

/**
 * How far a pool is on the way to its end, as its executor and those who close it tell.
 */
public final class PoolLifecycle {

	private final ExecutorStatus executor;

	private volatile boolean closing;

	private volatile boolean interrupting;

	private volatile boolean closedByCaller;

	private volatile boolean shared;

	public PoolLifecycle(ExecutorStatus executor) {
		this.executor = executor;
	}

	/**
	 * Note that there are other executors of the pool, which end at other times.
	 */
	public void shared() {
		this.shared = true;
	}

	public boolean isShared() {
		return this.shared;
	}

	/**
	 * Note that the executor is no bean of the application: its owner may close it at any
	 * time.
	 */
	public void closedByCaller() {
		this.closedByCaller = true;
	}

	public boolean isClosedByCaller() {
		return this.closedByCaller;
	}

	/**
	 * Note that the application itself closes the pool now.
	 */
	public void closing() {
		this.closing = true;
	}

	public boolean isClosing() {
		return this.closing;
	}

	/**
	 * Note that whoever closes the executor now interrupts the tasks that are running.
	 */
	public void interrupting() {
		this.interrupting = true;
	}

	/**
	 * Whether the end of the executor has interrupted the tasks that were running.
	 */
	public boolean isInterrupting() {
		return this.interrupting && isShutdown();
	}

	/**
	 * Whether the executor has let go of what was waiting in it, the given task included:
	 * if that is cancelled in its hands, nobody but who closes it cancels.
	 */
	public boolean hasLetGo(Object task) {
		return this.executor.hasLetGo(task);
	}

	/**
	 * Whether the executor takes no more tasks.
	 */
	public boolean isShutdown() {
		return this.closing || (!this.shared && this.executor.isShutdown());
	}

	/**
	 * Whether the executor will run no task any more.
	 */
	public boolean isTerminated() {
		return !this.shared && this.executor.isTerminated();
	}

}
