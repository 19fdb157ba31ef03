package io.lifeguard.engine.failure;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import io.lifeguard.Heap;
import io.lifeguard.PoolSettings;
import io.lifeguard.PoolSnapshot;
import io.lifeguard.ReportSettings;
import io.lifeguard.engine.guard.ExecutorGuard;
import io.lifeguard.engine.pool.Pool;
import io.lifeguard.engine.pool.PoolRegistry;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class FailureStormTests {

	private static final int TASKS = Integer.getInteger("lifeguard.storm", 100_000);

	private static final long MEBIBYTE = 1024 * 1024;

	@Test
	void countsEachFailureOfAStormAndRemembersFew() throws Exception {
		AtomicLong reports = new AtomicLong();
		AtomicLong told = new AtomicLong();
		try (PoolRegistry registry = new PoolRegistry((name) -> PoolSettings.DEFAULT, ReportSettings.DEFAULT)) {
			registry.report(List.of((failure) -> {
				reports.incrementAndGet();
				told.addAndGet(1 + failure.heldBack());
			}));
			ThreadPoolExecutor mail = pool();
			ThreadPoolExecutor orders = pool();
			ExecutorService guardedMail = (ExecutorService) ExecutorGuard.of(mail, registry.register("mail", mail));
			ExecutorService guardedOrders = (ExecutorService) ExecutorGuard.of(orders,
					registry.register("orders", orders));
			failAll(1000, guardedMail, guardedOrders);
			long before = Heap.used();
			long start = System.nanoTime();
			failAll(TASKS, guardedMail, guardedOrders);
			mail.shutdown();
			orders.shutdown();
			assertThat(mail.awaitTermination(10, TimeUnit.MINUTES)).isTrue();
			assertThat(orders.awaitTermination(10, TimeUnit.MINUTES)).isTrue();
			double seconds = (System.nanoTime() - start) / 1e9;
			for (Pool pool : registry.pools()) {
				await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> {
					PoolSnapshot snapshot = pool.snapshot();
					long expected = (TASKS + 1000L) / 2;
					assertThat(snapshot.tasks().submitted()).isEqualTo(expected);
					assertThat(snapshot.tasks().failed()).isEqualTo(expected);
					assertThat(snapshot.failures().uncaught()).isEqualTo(expected);
					assertThat(snapshot.failures().reported() + snapshot.failures().suppressed()).isEqualTo(expected);
				});
			}
			long after = Heap.used();
			double bare = bare(Math.max(1, TASKS / 50)) * 50;
			System.out.printf(
					"FIGURE %,d failing tasks: %.1f s (bare pools whose workers die: about %.1f s), %d reports, heap %+d KiB%n",
					TASKS, seconds, bare, reports.get(), (after - before) / 1024);
			assertThat(after - before).isLessThan(32 * MEBIBYTE);
			assertThat(reports.get()).isLessThanOrEqualTo(2L * 10 * (1 + (long) seconds / 60));
			assertThat(told.get()).isLessThanOrEqualTo(TASKS + 1000);
		}
	}

	private static ThreadPoolExecutor pool() {
		return new ThreadPoolExecutor(2, 2, 1, TimeUnit.MINUTES, new LinkedBlockingQueue<>(10_000),
				new ThreadPoolExecutor.CallerRunsPolicy() {

					@Override
					public void rejectedExecution(Runnable task, ThreadPoolExecutor executor) {
						try {
							executor.getQueue().put(task);
						}
						catch (InterruptedException ex) {
							throw new IllegalStateException(ex);
						}
					}

				});
	}

	private static void failAll(int tasks, ExecutorService... executors) throws InterruptedException {
		CountDownLatch done = new CountDownLatch(tasks);
		for (int i = 0; i < tasks; i++) {
			executors[i % executors.length].execute(() -> {
				done.countDown();
				throw new IllegalStateException("Fails");
			});
		}
		done.await();
	}

	/**
	 * Return the seconds that the given number of tasks take without a guard.
	 */
	private static double bare(int tasks) throws InterruptedException {
		Thread.UncaughtExceptionHandler handler = Thread.getDefaultUncaughtExceptionHandler();
		Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> {
		});
		try {
			ThreadPoolExecutor mail = pool();
			ThreadPoolExecutor orders = pool();
			long start = System.nanoTime();
			failAll(tasks, mail, orders);
			mail.shutdown();
			orders.shutdown();
			mail.awaitTermination(10, TimeUnit.MINUTES);
			orders.awaitTermination(10, TimeUnit.MINUTES);
			return (System.nanoTime() - start) / 1e9;
		}
		finally {
			Thread.setDefaultUncaughtExceptionHandler(handler);
		}
	}

}
