package io.lifeguard.shop;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;

/**
 * A task of an application that takes as long as it is let.
 */
public class SlowReport {

	private final CountDownLatch end = new CountDownLatch(1);

	/**
	 * Build the report on one of the given executor's threads.
	 */
	public void submitTo(Executor executor) {
		executor.execute(this::build);
	}

	/**
	 * Let the report come to an end.
	 */
	public void end() {
		this.end.countDown();
	}

	private void build() {
		try {
			this.end.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
