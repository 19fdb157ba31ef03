package io.lifeguard.engine.pool;

import java.time.Duration;
import java.util.Iterator;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import io.lifeguard.HealthSettings;
import io.lifeguard.PoolSettings;
import io.lifeguard.ReportSettings;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class WatcherTests {

	@Test
	void goesOnAfterAFaultThatTheLogCannotTell() throws Exception {
		CountDownLatch looks = new CountDownLatch(3);
		ExecutorService executor = Executors.newSingleThreadExecutor();
		try (PoolRegistry registry = new PoolRegistry((name) -> PoolSettings.DEFAULT, ReportSettings.DEFAULT)) {
			registry.onTick((last) -> {
				looks.countDown();
				throw new Untellable();
			});
			registry.register("mail", executor);
			assertThat(looks.await(30, TimeUnit.SECONDS)).isTrue();
		}
		finally {
			executor.shutdown();
		}
	}

	@Test
	void looksOnWhileSomebodyInterruptsEachOfItsWaits() throws Exception {
		CompletableFuture<Thread> watch = new CompletableFuture<>();
		CountDownLatch looks = new CountDownLatch(5);
		ExecutorService executor = Executors.newSingleThreadExecutor();
		try (PoolRegistry registry = new PoolRegistry((name) -> PoolSettings.DEFAULT, ReportSettings.DEFAULT)) {
			registry.onTick((last) -> {
				watch.complete(Thread.currentThread());
				looks.countDown();
			});
			registry.register("mail", executor);
			Thread thread = watch.get(30, TimeUnit.SECONDS);
			long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
			while (looks.getCount() > 0 && System.nanoTime() - deadline < 0) {
				if (thread.getState() == Thread.State.TIMED_WAITING) {
					thread.interrupt();
				}
				Thread.onSpinWait();
			}
			assertThat(looks.getCount()).isZero();
		}
		finally {
			executor.shutdown();
		}
	}

	@Test
	void looksAtEachPoolWhateverAnotherOneThrows() throws Exception {
		CountDownLatch looks = new CountDownLatch(3);
		PoolSettings settings = new PoolSettings(Duration.ofMinutes(1), true, Duration.ZERO, Duration.ZERO,
				Duration.ofMillis(40), false, HealthSettings.DEFAULT);
		try (PoolRegistry registry = new PoolRegistry((name) -> settings, ReportSettings.DEFAULT)) {
			registry.register("first", executor(new ObservedQueue(() -> {
				throw new IllegalStateException("Can't be looked at");
			})));
			registry.register("second", executor(new ObservedQueue(looks::countDown)));
			assertThat(looks.await(30, TimeUnit.SECONDS)).isTrue();
		}
	}

	private static ThreadPoolExecutor executor(BlockingQueue<Runnable> queue) {
		return new ThreadPoolExecutor(1, 1, 1, TimeUnit.SECONDS, queue);
	}

	/** Tells when somebody looks through it. */
	@SuppressWarnings("serial")
	private static final class ObservedQueue extends LinkedBlockingQueue<Runnable> {

		private final Runnable look;

		ObservedQueue(Runnable look) {
			this.look = look;
		}

		@Override
		public Iterator<Runnable> iterator() {
			this.look.run();
			return super.iterator();
		}

	}

	@SuppressWarnings("serial")
	private static final class Untellable extends RuntimeException {

		@Override
		public String getMessage() {
			throw new IllegalStateException("No log can tell this");
		}

	}

}
