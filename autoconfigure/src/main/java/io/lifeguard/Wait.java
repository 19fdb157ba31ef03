package io.lifeguard;

import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;

import org.jspecify.annotations.Nullable;

/**
 * Notes, while it is open, that a running task waits for its own pool. There is one only
 * where a task really has to wait.
 */
final class Wait implements AutoCloseable {

	private final Task waiting;

	private Wait(Task waiting, BooleanSupplier over) {
		this.waiting = waiting;
		waiting.waitUntil(over);
	}

	/**
	 * Begin to wait for a future of the given pool.
	 * @return {@code null} if there is nothing to wait for, or the current thread runs no
	 * task of that pool
	 */
	static @Nullable Wait begin(Pool pool, Future<?> future) {
		return future.isDone() ? null : begin(pool, future::isDone);
	}

	/**
	 * Begin to wait for what only the given pool can bring about.
	 * @param over whether it has come about
	 * @return {@code null} if the current thread runs no task of that pool
	 */
	static @Nullable Wait begin(Pool pool, BooleanSupplier over) {
		Task waiting = pool.running().on(Thread.currentThread());
		return (waiting != null) ? new Wait(waiting, over) : null;
	}

	@Override
	public void close() {
		this.waiting.waitUntil(null);
	}

}
