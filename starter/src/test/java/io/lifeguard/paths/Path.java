package io.lifeguard.paths;

import java.time.Duration;
import java.util.concurrent.Future;

import org.awaitility.Awaitility;
import io.lifeguard.Handling;

/**
 * A way for a task into a pool, and for its failure out of it.
 *
 * @param pool the name of the pool
 * @param name what tells it from all other paths, and the message of the failure
 * @param handling what is to become of the failure
 * @param action submits a task that fails with a message of its own
 */
record Path(String pool, String name, Handling handling, Action action) {

	void take() throws Exception {
		this.action.submit(this.name);
	}

	/**
	 * Wait until the future has ended, without reading it.
	 */
	static <F extends Future<?>> F ended(F future) {
		Awaitility.await()
			.atMost(Duration.ofSeconds(30))
			.pollDelay(Duration.ZERO)
			.pollInterval(Duration.ofMillis(1))
			.until(future::isDone);
		return future;
	}

	/**
	 * Call what is bound to fail.
	 */
	static void failing(Call call) {
		try {
			call.call();
		}
		catch (Throwable ex) {
			return;
		}
		throw new AssertionError("Nothing was thrown");
	}

	/**
	 * Call what is bound to fail, and look at the exception.
	 */
	@SuppressWarnings("ReturnValueIgnored") // looking is enough
	static void looking(Call call) {
		try {
			call.call();
		}
		catch (Exception ex) {
			ex.getCause();
			return;
		}
		throw new AssertionError("Nothing was thrown");
	}

	/**
	 * Submits a task.
	 */
	interface Action {

		void submit(String message) throws Exception;

	}

	/**
	 * Reads a future.
	 */
	interface Call {

		void call() throws Exception;

	}

}
