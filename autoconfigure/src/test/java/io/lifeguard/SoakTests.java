package io.lifeguard;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Mixed load on all kinds of pools, for the seconds that the system property
 * {@code lifeguard.soak} says.
 */
@Tag("soak")
class SoakTests {

	private static final Duration DURATION = Duration.ofSeconds(Integer.getInteger("lifeguard.soak", 5));

	private static final long MEBIBYTE = 1024 * 1024;

	@BeforeAll
	static void leaveUncaughtExceptionsAlone() {
		Awaitility.doNotCatchUncaughtExceptionsByDefault();
	}

	@Test
	void losesAndDoublesNothing() throws Exception {
		AtomicLong ran = new AtomicLong();
		AtomicLong reported = new AtomicLong();
		ThreadPoolTaskExecutor spring = new ThreadPoolTaskExecutor();
		spring.setCorePoolSize(2);
		spring.setQueueCapacity(100);
		spring.initialize();
		ThreadPoolExecutor jdk = new ThreadPoolExecutor(1, 4, 1, TimeUnit.SECONDS, new SynchronousQueue<>());
		ScheduledThreadPoolExecutor scheduled = new ScheduledThreadPoolExecutor(2);
		ForkJoinPool forkJoin = new ForkJoinPool(2);
		SimpleAsyncTaskExecutor threads = new SimpleAsyncTaskExecutor();
		threads.setConcurrencyLimit(8);
		ExecutorService single = Executors.newSingleThreadExecutor();
		PoolSettings settings = PoolSettings.DEFAULT;
		try (PoolRegistry registry = new PoolRegistry((name) -> settings, ReportSettings.DEFAULT)) {
			registry.report(List.of((failure) -> reported.incrementAndGet()));
			List<Object> executors = List.of(spring, jdk, scheduled, forkJoin, threads, single);
			List<ExecutorGuard> guards = executors.stream()
				.map((executor) -> ExecutorGuard.of(executor,
						registry.register(executor.getClass().getSimpleName() + executors.indexOf(executor), executor)))
				.toList();
			load(guards, ran, Duration.ofSeconds(1));
			awaitQuiet(registry);
			long heap = usedHeap();
			int liveThreads = Thread.activeCount();
			load(guards, ran, DURATION);
			awaitQuiet(registry);
			long submitted = 0;
			for (Pool pool : registry.pools()) {
				PoolSnapshot snapshot = pool.snapshot();
				submitted += snapshot.tasks().submitted();
				System.out.println("FIGURE soak " + pool.name() + " " + snapshot.tasks() + " " + snapshot.failures());
				assertThat(snapshot.tasks().lost()).isZero();
			}
			assertThat(ran.get()).isEqualTo(submitted);
			long growth = usedHeap() - heap;
			System.out.printf("FIGURE soak %d s: %,d tasks, %d reports, heap %+d KiB, threads %d -> %d%n",
					DURATION.toSeconds(), submitted, reported.get(), growth / 1024, liveThreads, Thread.activeCount());
			assertThat(growth).isLessThan(32 * MEBIBYTE);
		}
		finally {
			spring.shutdown();
			List.of(jdk, scheduled, forkJoin, single).forEach(ExecutorService::shutdownNow);
			threads.close();
		}
	}

	private static void load(List<ExecutorGuard> guards, AtomicLong ran, Duration duration)
			throws InterruptedException {
		long end = System.nanoTime() + duration.toNanos();
		int submitters = 3;
		CountDownLatch done = new CountDownLatch(submitters);
		for (int i = 0; i < submitters; i++) {
			new Thread(() -> {
				ThreadLocalRandom random = ThreadLocalRandom.current();
				while (System.nanoTime() - end < 0) {
					try {
						submit(guards.get(random.nextInt(guards.size())), random.nextInt(8), ran);
					}
					catch (RejectedExecutionException ex) {
						Thread.onSpinWait(); // as counted
					}
				}
				done.countDown();
			}).start();
		}
		done.await();
	}

	private static void submit(AsyncTaskExecutor executor, int kind, AtomicLong ran) {
		Runnable succeeds = ran::incrementAndGet;
		Runnable fails = () -> {
			ran.incrementAndGet();
			throw new IllegalStateException("Fails");
		};
		switch (kind) {
			case 0, 1 -> executor.execute(succeeds);
			case 2 -> executor.execute(fails);
			case 3 -> executor.submit(succeeds);
			case 4 -> read(executor.submit(fails));
			case 5 -> executor.submit(fails);
			case 6 -> {
				CompletableFuture<?> future = executor.submitCompletable(fails);
				future.exceptionally((failure) -> null);
			}
			default -> executor.submitCompletable(succeeds).thenRun(() -> {
			});
		}
	}

	private static void read(Future<?> future) {
		try {
			future.get(10, TimeUnit.SECONDS);
		}
		catch (Exception ex) {
			// is what it is to be
		}
	}

	private static void awaitQuiet(PoolRegistry registry) {
		for (Pool pool : registry.pools()) {
			await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
				System.gc(); // which decides on what nobody reads
				PoolSnapshot snapshot = pool.snapshot();
				PoolSnapshot.Tasks tasks = snapshot.tasks();
				PoolSnapshot.Failures failures = snapshot.failures();
				assertThat(tasks.running() + tasks.queued()).isZero();
				assertThat(tasks.submitted())
					.isEqualTo(tasks.succeeded() + tasks.failed() + tasks.cancelled() + tasks.lost());
				assertThat(failures.watched()).isZero();
				assertThat(tasks.failed()).isEqualTo(failures.uncaught() + failures.unobserved() + failures.observed());
				assertThat(failures.uncaught() + failures.unobserved())
					.isEqualTo(failures.reported() + failures.suppressed());
			});
		}
	}

	private static long usedHeap() {
		Runtime runtime = Runtime.getRuntime();
		long used = Long.MAX_VALUE;
		for (int i = 0; i < 5; i++) {
			System.gc();
			used = Math.min(used, runtime.totalMemory() - runtime.freeMemory());
		}
		return used;
	}

}
