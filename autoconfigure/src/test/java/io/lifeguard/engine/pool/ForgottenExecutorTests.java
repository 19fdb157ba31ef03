package io.lifeguard.engine.pool;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.atomic.AtomicReference;

import io.lifeguard.GuardedApplication;
import io.lifeguard.Lifeguard;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for executors that were guarded by hand and that nobody has any more.
 */
class ForgottenExecutorTests {

	private final GuardedApplication application = new GuardedApplication();

	private final AtomicReference<Thread> worker = new AtomicReference<>();

	private final ThreadFactory threads = (task) -> {
		Thread thread = new Thread(task, "forgotten");
		this.worker.set(thread);
		return thread;
	};

	@Test
	void leaveNeitherAThreadNorAPool() {
		this.application.run(() -> {
			submit(Executors.newSingleThreadExecutor(this.threads), () -> {
			});
			await().untilAsserted(() -> {
				System.gc();
				assertThat(this.worker.get().isAlive()).isFalse();
				assertThat(this.application.poolNames()).doesNotContain("perCall");
			});
		});
	}

	@Test
	void endWithTheirLastThreadWhereNothingElseClosesThem() {
		this.application.run(() -> {
			// Whose thread knows it even when it has ended
			submit(new ThreadPoolExecutor(0, 1, 1, TimeUnit.MILLISECONDS, new SynchronousQueue<>()), () -> {
			});
			await().untilAsserted(() -> {
				System.gc();
				assertThat(this.application.poolNames()).doesNotContain("perCall");
			});
		});
	}

	@Test
	void areWatchedUntilTheirLastTaskHasEnded() {
		CountDownLatch release = new CountDownLatch(1);
		this.application.run(() -> {
			submit(Executors.newSingleThreadExecutor(this.threads), () -> {
				release.await();
				throw new IllegalStateException("too late");
			});
			System.gc();
			Pool pool = this.application.guarded("perCall");
			await().until(() -> {
				System.gc();
				return pool.monitor().isForgotten();
			});
			pool.tick(System.nanoTime() + TimeUnit.SECONDS.toNanos(1));
			assertThat(pool.monitor().isGone()).isFalse();
			release.countDown();
			await().untilAsserted(() -> {
				System.gc();
				assertThat(this.application.reports).singleElement()
					.satisfies((failure) -> assertThat(failure.throwable()).hasMessage("too late"));
				assertThat(this.application.poolNames()).doesNotContain("perCall");
			});
		});
	}

	@Test
	void arePoolsOfTheirOwnAsLongAsSomebodyHasThem() {
		this.application.run(() -> {
			ExecutorService kept = Lifeguard.guard("perCall", Executors.newSingleThreadExecutor(this.threads));
			System.gc();
			assertThat(kept.submit(() -> "done").get()).isEqualTo("done");
			Pool pool = this.application.guarded("perCall");
			pool.tick(System.nanoTime() + TimeUnit.SECONDS.toNanos(1));
			assertThat(pool.monitor().isGone()).isFalse();
			assertThat(pool.snapshot().tasks().succeeded()).isOne();
			kept.shutdown();
		});
	}

	private static void submit(ExecutorService executor, Task task) {
		Lifeguard.guard("perCall", executor).submit(() -> {
			task.run();
			return null;
		});
	}

	private interface Task {

		void run() throws Exception;

	}

}
