package io.lifeguard.paths;

import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * A task that fails when it is run for the first time.
 */
final class FailingTask implements Runnable, Callable<String>, Supplier<String> {

	private final AtomicBoolean ran = new AtomicBoolean();

	private final String message;

	FailingTask(String message) {
		this.message = message;
	}

	@Override
	public void run() {
		if (this.ran.compareAndSet(false, true)) {
			throw new IllegalStateException(this.message);
		}
	}

	@Override
	public String call() {
		run();
		return "";
	}

	@Override
	public String get() {
		return call();
	}

}
