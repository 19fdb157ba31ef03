package io.lifeguard.proxy;

import java.util.Iterator;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

import io.lifeguard.GuardedApplication;
import org.junit.jupiter.api.Test;

import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for a queue of the application's own that does not answer.
 */
class HangingQueueTests {

	private final CountDownLatch release = new CountDownLatch(1);

	private final StoreQueue queue = new StoreQueue();

	private final GuardedApplication application = new GuardedApplication()
		.with("lifeguard.pools.mail.task-timeout=50ms")
		.with("mail", ThreadPoolTaskExecutor.class, ThreadPoolTaskExecutor::new)
		.with("own", Hooked.class, () -> new Hooked(this.queue));

	@Test
	void keepsNoOtherPoolFromItsTimeLimitAndNoViewFromAnswering() {
		this.application.run(() -> {
			Hooked own = this.application.bean("own", Hooked.class);
			own.execute(this::hold);
			own.execute(new Letter());
			this.queue.hanging = true;
			await().untilTrue(this.queue.asked);
			Future<?> sent = this.application.bean("mail", ThreadPoolTaskExecutor.class).submit(this::hold);
			assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> sent.get(10, TimeUnit.SECONDS))
				.withCauseInstanceOf(TimeoutException.class);
			assertThat(this.application.pool("own").tasks().submitted()).isEqualTo(2);
			assertThat(this.application.guarded("own").health()).isNotNull();
			this.queue.hanging = false;
			this.queue.up.countDown();
			this.release.countDown();
			await().until(() -> this.application.pool("own").tasks().succeeded() == 2);
		});
	}

	private void hold() {
		boolean held = true;
		while (held) {
			try {
				this.release.await();
				held = false;
			}
			catch (InterruptedException ex) {
				// as code that does not care
			}
		}
	}

	private static final class Letter implements Runnable {

		@Override
		public void run() {
		}

	}

	/**
	 * Sees the application's own tasks as they are.
	 */
	static class Hooked extends ThreadPoolExecutor {

		Hooked(StoreQueue queue) {
			super(1, 1, 0, TimeUnit.SECONDS, queue);
		}

		@Override
		protected void beforeExecute(Thread thread, Runnable task) {
			thread.setName("own");
		}

	}

	/**
	 * Looks into a store that is slow to tell what it holds.
	 */
	static class StoreQueue extends LinkedBlockingQueue<Runnable> {

		private final transient CountDownLatch up = new CountDownLatch(1);

		private final transient AtomicBoolean asked = new AtomicBoolean();

		private volatile boolean hanging;

		@Override
		public Iterator<Runnable> iterator() {
			if (this.hanging) {
				this.asked.set(true);
				try {
					this.up.await();
				}
				catch (InterruptedException ex) {
					Thread.currentThread().interrupt();
				}
			}
			return super.iterator();
		}

	}

}
