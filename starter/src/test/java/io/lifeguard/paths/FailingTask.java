package io.lifeguard.paths;

import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A task that fails when it is run for the first time.
 */
final class FailingTask implements Runnable, Callable<String>, Supplier<String> {

	private final CountDownLatch begun = new CountDownLatch(1);

	private final AtomicBoolean ran = new AtomicBoolean();

	private final String message;

	FailingTask(String message) {
		this.message = message;
	}

	/**
	 * Schedule a failing task, and wait until it has begun: however busy the machine is,
	 * it then fails in the test that has scheduled it.
	 */
	static void schedule(String message, Consumer<FailingTask> scheduler) throws InterruptedException {
		FailingTask task = new FailingTask(message);
		scheduler.accept(task);
		task.begun.await();
	}

	@Override
	public void run() {
		this.begun.countDown();
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
