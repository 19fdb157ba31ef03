package io.lifeguard.engine.pool;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import io.lifeguard.Heap;
import io.lifeguard.PoolSettings;
import io.lifeguard.PoolSnapshot;
import io.lifeguard.ReportSettings;
import io.lifeguard.engine.guard.ExecutorGuard;
import io.lifeguard.metrics.PoolMetrics;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;
import org.springframework.scheduling.support.TaskUtils;

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
	static void silenceSpringsSchedulers() {
		setLogLevelOfSpringsSchedulers(LogLevel.OFF);
	}

	@AfterAll
	static void letSpringsSchedulersLogAgain() {
		setLogLevelOfSpringsSchedulers(null);
	}

	private static void setLogLevelOfSpringsSchedulers(LogLevel level) {
		LoggingSystem.get(SoakTests.class.getClassLoader()).setLogLevel(TaskUtils.class.getPackageName(), level);
	}

	private final AtomicLong ran = new AtomicLong();

	private final Runnable succeeds = this.ran::incrementAndGet;

	private final Runnable fails = () -> {
		this.ran.incrementAndGet();
		throw new IllegalStateException("Fails");
	};

	private final ThreadPoolExecutor jdk = new ThreadPoolExecutor(1, 4, 1, TimeUnit.SECONDS, new SynchronousQueue<>());

	@Test
	void losesAndDoublesNothing() throws Exception {
		AtomicLong reported = new AtomicLong();
		ThreadPoolTaskExecutor spring = new ThreadPoolTaskExecutor();
		spring.setCorePoolSize(2);
		spring.setQueueCapacity(100);
		spring.initialize();
		ThreadPoolTaskScheduler springScheduled = new ThreadPoolTaskScheduler();
		springScheduled.setPoolSize(2);
		springScheduled.initialize();
		ScheduledThreadPoolExecutor scheduled = new ScheduledThreadPoolExecutor(2);
		ForkJoinPool forkJoin = new ForkJoinPool(2);
		SimpleAsyncTaskExecutor threads = new SimpleAsyncTaskExecutor();
		threads.setConcurrencyLimit(8);
		SimpleAsyncTaskExecutor virtualThreads = new SimpleAsyncTaskExecutor();
		virtualThreads.setVirtualThreads(Runtime.version().feature() >= 21);
		virtualThreads.setConcurrencyLimit(100);
		ExecutorService single = Executors.newSingleThreadExecutor();
		MeterRegistry meters = new SimpleMeterRegistry();
		PoolSettings settings = PoolSettings.DEFAULT;
		try (PoolRegistry registry = new PoolRegistry((name) -> settings, ReportSettings.DEFAULT)) {
			new PoolMetrics(registry).bindTo(meters);
			registry.report(List.of((failure) -> reported.incrementAndGet()));
			List<Object> executors = List.of(spring, springScheduled, this.jdk, scheduled, forkJoin, threads,
					virtualThreads, single);
			List<ExecutorGuard> guards = executors.stream()
				.map((executor) -> ExecutorGuard.of(executor,
						registry.register(executor.getClass().getSimpleName() + executors.indexOf(executor), executor)))
				.toList();
			load(guards, Duration.ofSeconds(1));
			awaitQuiet(registry);
			long heap = Heap.used();
			int liveThreads = Thread.activeCount();
			int metersBefore = meters.getMeters().size();
			load(guards, DURATION);
			awaitQuiet(registry);
			long submitted = 0;
			for (Pool pool : registry.pools()) {
				PoolSnapshot snapshot = pool.snapshot();
				submitted += snapshot.tasks().submitted();
				System.out.println("FIGURE soak " + pool.name() + " " + snapshot.tasks() + " " + snapshot.failures());
				assertThat(snapshot.tasks().lost()).isZero();
			}
			assertThat(this.ran.get()).isEqualTo(submitted);
			long growth = Heap.used() - heap;
			await().pollInSameThread().atMost(Duration.ofSeconds(60)).until(() -> Thread.activeCount() <= liveThreads);
			System.out.printf(
					"FIGURE soak %d s on JDK %d: %,d tasks, %d reports, heap %+d KiB, threads %d -> %d, meters %d -> %d%n",
					DURATION.toSeconds(), Runtime.version().feature(), submitted, reported.get(), growth / 1024,
					liveThreads, Thread.activeCount(), metersBefore, meters.getMeters().size());
			assertThat(growth).isLessThan(32 * MEBIBYTE);
			assertThat(meters.getMeters()).hasSize(metersBefore);
		}
		finally {
			spring.shutdown();
			springScheduled.shutdown();
			List.of(this.jdk, scheduled, forkJoin, single).forEach(ExecutorService::shutdownNow);
			threads.close();
			virtualThreads.close();
		}
	}

	private void load(List<ExecutorGuard> guards, Duration duration) throws Exception {
		long end = System.nanoTime() + duration.toNanos();
		List<ScheduledFuture<?>> periodic = guards.stream()
			.filter(TaskScheduler.class::isInstance)
			.<ScheduledFuture<?>>map(
					(guard) -> ((TaskScheduler) guard).scheduleAtFixedRate(this.fails, Duration.ofMillis(1)))
			.toList();
		ExecutorService submitters = Executors.newFixedThreadPool(3);
		Callable<?> submitter = () -> {
			ThreadLocalRandom random = ThreadLocalRandom.current();
			while (System.nanoTime() - end < 0) {
				try {
					submit(guards.get(random.nextInt(guards.size())), random.nextInt(16));
				}
				catch (RejectedExecutionException ex) {
					Thread.onSpinWait(); // as counted
				}
			}
			return null;
		};
		for (Future<?> done : submitters.invokeAll(Collections.nCopies(3, submitter))) {
			done.get();
		}
		submitters.shutdown();
		periodic.forEach((future) -> future.cancel(false));
	}

	private void submit(ExecutorGuard executor, int kind) {
		switch (kind) {
			case 0, 1 -> executor.execute(this.succeeds);
			case 2 -> executor.execute(this.fails);
			case 3 -> executor.submit(this.succeeds);
			case 4 -> read(executor.submit(this.fails));
			case 5 -> executor.submit(this.fails);
			case 6 -> executor.submitCompletable(this.fails).exceptionally((failure) -> null);
			case 7 -> executor.submitCompletable(this.succeeds).thenRun(() -> {
			});
			case 8 -> read(chain(executor.submitCompletable(this.fails)));
			case 9 -> chain(executor.submitCompletable(this.fails));
			case 10 -> read(executor.submitCompletable(this.succeeds).thenRun(this.fails));
			case 11 -> executor.submitCompletable(this.succeeds).thenRun(this.fails);
			case 12 -> delay(executor, this.succeeds);
			case 13 -> delay(executor, this.fails);
			case 14 -> invokeAll(executor).forEach(SoakTests::read);
			default -> invokeAll(executor);
		}
	}

	private static CompletableFuture<?> chain(CompletableFuture<?> future) {
		return future.thenApply((result) -> result).thenCompose(CompletableFuture::completedFuture).thenRun(() -> {
		});
	}

	private static void delay(ExecutorGuard executor, Runnable task) {
		if (executor instanceof TaskScheduler scheduler) {
			scheduler.schedule(task, Instant.now().plusMillis(1));
		}
		else if (executor.lifeguardPool().executor() instanceof ScheduledExecutorService) {
			((ScheduledExecutorService) executor).schedule(task, 1, TimeUnit.MILLISECONDS);
		}
	}

	/**
	 * Invoke some tasks, where none of them can be rejected: the others would be
	 * cancelled then, whether they run or not.
	 */
	private List<Future<Object>> invokeAll(ExecutorGuard executor) {
		if (!(executor instanceof ExecutorService service) || executor.lifeguardPool().executor() == this.jdk) {
			return List.of();
		}
		try {
			return service.invokeAll(List.of(Executors.callable(this.succeeds), Executors.callable(this.fails)));
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
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
				assertThat(snapshot.active()).isIn(null, 0);
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

}
