package io.lifeguard.engine.task;

import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;

import org.jspecify.annotations.Nullable;

/**
 * Notes, while it is open, that a running task waits for its own pool. There is one only
 * where a task really has to wait.
 */
public final class TaskWait implements AutoCloseable {

	private final Task waiting;

	private TaskWait(Task waiting, BooleanSupplier over) {
		this.waiting = waiting;
		waiting.waitUntil(over);
	}

	/**
	 * Begin to wait for a future of the given pool.
	 * @return {@code null} if there is nothing to wait for, or the current thread runs no
	 * task of that pool
	 */
	public static @Nullable TaskWait begin(Ledger ledger, Future<?> future) {
		return future.isDone() ? null : begin(ledger, future::isDone);
	}

	/**
	 * Begin to wait for what only the given pool can bring about.
	 * @param over whether it has come about
	 * @return {@code null} if the current thread runs no task of that pool
	 */
	public static @Nullable TaskWait begin(Ledger ledger, BooleanSupplier over) {
		Task waiting = ledger.running().on(Thread.currentThread());
		return (waiting != null) ? new TaskWait(waiting, over) : null;
	}

	@Override
	public void close() {
		this.waiting.waitUntil(null);
	}

}
