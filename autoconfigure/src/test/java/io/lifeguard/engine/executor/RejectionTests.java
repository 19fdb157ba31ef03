package io.lifeguard.engine.executor;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.RejectedExecutionHandler;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.lifeguard.GuardedApplication;
import io.lifeguard.Lifeguard;
import io.lifeguard.LossReason;
import io.lifeguard.engine.pool.Pool;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.context.support.DefaultLifecycleProcessor;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/**
 * Tests for full pools, for executors that run tasks in the caller, and for pools that
 * close: as without a guard.
 */
class RejectionTests {

	private final CountDownLatch release = new CountDownLatch(1);

	private final Queue<Integer> ran = new ConcurrentLinkedQueue<>();

	private ThreadPoolExecutor pool(RejectedExecutionHandler handler) {
		return new ThreadPoolExecutor(1, 1, 1, TimeUnit.MINUTES, new ArrayBlockingQueue<>(1), handler);
	}

	private void fill(Executor pool) {
		pool.execute(this::hold);
		pool.execute(() -> this.ran.add(1));
	}

	private void hold() {
		try {
			this.release.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	@Test
	void throwToTheCallerWhoRunsTheTask() {
		GuardedApplication application = new GuardedApplication()
			.with("pool", ThreadPoolExecutor.class, () -> pool(new ThreadPoolExecutor.CallerRunsPolicy()))
			.with("direct", Executor.class, () -> Runnable::run);
		application.run(() -> {
			fill(application.bean("pool", Executor.class));
			for (String name : new String[] { "pool", "direct" }) {
				IllegalStateException failure = new IllegalStateException("Fails");
				assertThatThrownBy(() -> application.bean(name, Executor.class).execute(() -> {
					throw failure;
				})).isSameAs(failure);
				assertThat(application.pool(name).failures().observed()).isEqualTo(1);
			}
			this.release.countDown();
			application.awaitQuiet("pool", 0);
			application.awaitQuiet("direct", 0);
		});
	}

	@Test
	void neverCountBackwardsWhileTheyAreRead() {
		GuardedApplication application = new GuardedApplication().with("pool", ThreadPoolExecutor.class,
				() -> pool(new ThreadPoolExecutor.DiscardPolicy()));
		application.run(() -> {
			ThreadPoolExecutor executor = application.bean("pool", ThreadPoolExecutor.class);
			fill(executor);
			Thread submitter = new Thread(() -> {
				for (int i = 0; i < 100_000; i++) {
					executor.execute(this::hold);
				}
			});
			submitter.start();
			Pool pool = application.guarded("pool");
			long discarded = 0;
			while (submitter.isAlive()) {
				assertThat(pool.lost(LossReason.SHUTDOWN)).isZero();
				assertThat(pool.lost(LossReason.DISCARDED)).isGreaterThanOrEqualTo(discarded);
				discarded = pool.lost(LossReason.DISCARDED);
			}
			assertThat(pool.lost(LossReason.DISCARDED)).isEqualTo(100_000);
			this.release.countDown();
			application.awaitQuiet("pool", 0);
		});
	}

	@Test
	void countWhatAHandlerLetsGoAndNotWhatItRunsLater() {
		List<Runnable> kept = new ArrayList<>();
		AtomicInteger calls = new AtomicInteger();
		GuardedApplication application = new GuardedApplication().with("pool", ThreadPoolExecutor.class,
				() -> pool((task, pool) -> {
					if (calls.incrementAndGet() == 1) {
						kept.add(task);
					}
				}));
		application.run(() -> {
			Executor pool = application.bean("pool", Executor.class);
			fill(pool);
			pool.execute(() -> this.ran.add(2));
			pool.execute(() -> this.ran.add(3));
			assertThat(calls).hasValue(2);
			kept.get(0).run();
			assertThat(this.ran).containsExactly(2);
			assertThat(application.guarded("pool").lost(LossReason.DISCARDED)).isEqualTo(1);
			this.release.countDown();
			application.awaitQuiet("pool", 0);
			assertThat(application.pool("pool").tasks().succeeded()).isEqualTo(3);
		});
	}

	@ParameterizedTest
	@CsvSource({ "false, 1", "true, 2" })
	void countWhatThePoliciesOfTheJdkDiscard(boolean oldest, int survivor) {
		GuardedApplication application = new GuardedApplication().with("pool", ThreadPoolExecutor.class, () -> pool(
				oldest ? new ThreadPoolExecutor.DiscardOldestPolicy() : new ThreadPoolExecutor.DiscardPolicy()));
		application.run(() -> {
			Executor pool = application.bean("pool", Executor.class);
			fill(pool);
			pool.execute(() -> this.ran.add(2));
			this.release.countDown();
			application.awaitQuiet("pool", 0);
			assertThat(this.ran).containsExactly(survivor);
			assertThat(application.guarded("pool").lost(LossReason.DISCARDED)).isEqualTo(1);
		});
	}

	@ParameterizedTest
	@CsvSource({ "true", "false" })
	void closeAsAPlainPoolDoes(boolean graceful) throws Exception {
		String plain = new RejectionTests().close(new GuardedApplication().unguarded(), graceful);
		assertThat(new RejectionTests().close(new GuardedApplication(), graceful)).isEqualTo(plain);
		assertThat(plain).contains("TaskRejectedException").startsWith(graceful ? "ran [1, 2]" : "ran []");
	}

	/**
	 * Close an application with a running and two waiting tasks, and tell how they ended.
	 */
	private String close(GuardedApplication application, boolean graceful) throws Exception {
		List<Future<?>> futures = new ArrayList<>();
		List<String> rejection = new ArrayList<>();
		List<Thread> releasing = new ArrayList<>();
		application.with("pool", ThreadPoolTaskExecutor.class, () -> closing(graceful))
			.with("lifecycleProcessor", DefaultLifecycleProcessor.class, () -> {
				DefaultLifecycleProcessor lifecycle = new DefaultLifecycleProcessor();
				lifecycle.setTimeoutPerShutdownPhase(200);
				return lifecycle;
			})
			.run(() -> {
				ThreadPoolTaskExecutor pool = application.bean("pool", ThreadPoolTaskExecutor.class);
				futures.add(start(pool));
				releasing.add(releaseOnShutdown(pool, rejection));
			});
		releasing.get(0).join();
		Future<?> future = futures.get(0);
		return "ran " + this.ran + ", done " + future.isDone() + ", cancelled " + future.isCancelled() + ", then "
				+ rejection;
	}

	private static ThreadPoolTaskExecutor closing(boolean graceful) {
		ThreadPoolTaskExecutor pool = new ThreadPoolTaskExecutor();
		pool.setWaitForTasksToCompleteOnShutdown(graceful);
		pool.setAwaitTerminationSeconds(5);
		pool.setCorePoolSize(1);
		return pool;
	}

	private Future<?> start(ThreadPoolTaskExecutor pool) {
		CountDownLatch running = new CountDownLatch(1);
		pool.execute(() -> {
			running.countDown();
			hold();
		});
		pool.execute(() -> this.ran.add(1));
		Future<?> future = pool.submit(() -> this.ran.add(2));
		await().until(() -> running.getCount() == 0);
		return future;
	}

	/**
	 * Submit once more when the pool has begun to close, then let its tasks go on.
	 */
	private Thread releaseOnShutdown(ThreadPoolTaskExecutor pool, List<String> rejection) {
		ThreadPoolExecutor threads = pool.getThreadPoolExecutor();
		Thread thread = new Thread(() -> {
			await().until(threads::isShutdown);
			try {
				pool.execute(this::hold);
			}
			catch (RejectedExecutionException ex) {
				rejection.add(ex.getClass().getName());
			}
			this.release.countDown();
		});
		thread.start();
		return thread;
	}

	@Test
	void cancelWithAnInterrupt() {
		GuardedApplication application = new GuardedApplication().with("pool", ExecutorService.class,
				() -> Executors.newFixedThreadPool(1));
		application.run(() -> {
			CountDownLatch running = new CountDownLatch(1);
			CountDownLatch interrupted = new CountDownLatch(1);
			Future<?> future = application.bean("pool", ExecutorService.class).submit(() -> {
				running.countDown();
				try {
					this.release.await();
				}
				catch (InterruptedException ex) {
					interrupted.countDown();
					throw ex;
				}
				return null;
			});
			running.await();
			assertThat(future.cancel(true)).isTrue();
			interrupted.await();
			application.awaitQuiet("pool", 0);
			assertThat(application.pool("pool").tasks().cancelled()).isEqualTo(1);
		});
	}

	@Test
	void ignoreAFutureOnRequest() {
		GuardedApplication application = new GuardedApplication().with("pool", ExecutorService.class,
				() -> Executors.newFixedThreadPool(1));
		application.run(() -> {
			Lifeguard.ignore(application.bean("pool", ExecutorService.class).submit(() -> {
				throw new IllegalStateException("Fails");
			}));
			await().until(() -> application.pool("pool").failures().observed() == 1);
			application.awaitQuiet("pool", 0);
		});
	}

}
