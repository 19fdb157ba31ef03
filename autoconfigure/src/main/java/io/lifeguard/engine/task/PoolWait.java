package io.lifeguard.engine.task;

import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Notes, while it is open, that the current thread waits without a time limit for what
 * any thread of a pool may bring about: a place for a task, or the first result of
 * several. Who waits for one task says so to the JVM, and notes nothing.
 */
public final class PoolWait implements AutoCloseable {

	private final Map<Thread, PoolWait> waits;

	private final Thread thread = Thread.currentThread();

	private final Ledger ledger;

	private final long since = System.nanoTime();

	/** The wait within which the thread has run a task itself that waits now. */
	private final @Nullable PoolWait outer;

	private PoolWait(Ledger ledger) {
		this.ledger = ledger;
		this.waits = ledger.desk().poolWaits();
		this.outer = this.waits.put(this.thread, this);
	}

	/**
	 * Begin to wait for the pool of the given ledger.
	 */
	public static PoolWait begin(Ledger ledger) {
		return new PoolWait(ledger);
	}

	/**
	 * Return the ledger of the pool that is waited for.
	 */
	public Ledger ledger() {
		return this.ledger;
	}

	/**
	 * Whether the thread has begun to run the given task since, so that it does not wait.
	 */
	public boolean isLeftFor(Task task) {
		return task.since() - this.since > 0;
	}

	@Override
	public void close() {
		if (this.outer != null) {
			this.waits.put(this.thread, this.outer);
		}
		else {
			this.waits.remove(this.thread);
		}
	}

}
