package io.lifeguard.engine.task;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.RejectedExecutionHandler;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor.AbortPolicy;
import java.util.concurrent.ThreadPoolExecutor.DiscardPolicy;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.lifeguard.PoolSettings;
import io.lifeguard.ReportSettings;
import io.lifeguard.engine.guard.ExecutorGuard;
import io.lifeguard.engine.pool.Pool;
import io.lifeguard.engine.pool.PoolRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

@ExtendWith(OutputCaptureExtension.class)
class LossesTests {

	private static final int TASKS = 100;

	private final CountDownLatch release = new CountDownLatch(1);

	@Test
	void namesRejectedTasksAndCountsEach(CapturedOutput output) {
		ThreadPoolExecutor executor = pool(new AbortPolicy());
		try (PoolRegistry registry = new PoolRegistry((name) -> PoolSettings.DEFAULT, ReportSettings.DEFAULT)) {
			ExecutorGuard guard = fill(registry, executor);
			for (int i = 0; i < TASKS; i++) {
				assertThatExceptionOfType(RejectedExecutionException.class)
					.isThrownBy(() -> guard.execute(new Letter()));
			}
		}
		finally {
			this.release.countDown();
			executor.shutdown();
		}
		assertThat(tasksIn(output, "Pool mail has rejected task LossesTests.Letter")).isEqualTo(TASKS);
		assertThat(output).doesNotContain("discarded");
	}

	@Test
	void countsATaskOnceWhosePoolTerminatesMeanwhile() {
		AtomicInteger asked = new AtomicInteger();
		ThreadPoolExecutor executor = new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>()) {

			@Override
			public boolean isTerminated() {
				return isShutdown() && asked.getAndIncrement() > 0;
			}

		};
		try (PoolRegistry registry = new PoolRegistry((name) -> PoolSettings.DEFAULT, ReportSettings.DEFAULT)) {
			fill(registry, executor); // one task runs, one waits
			Pool pool = registry.pool("mail");
			await().until(() -> pool.snapshot().tasks().running() == 1);
			executor.shutdown();
			assertThat(pool.lostTasks().count()).isEqualTo(1);
		}
		finally {
			this.release.countDown();
		}
	}

	@Test
	void namesDiscardedTasksAndCountsEach(CapturedOutput output) {
		ThreadPoolExecutor executor = pool(new DiscardPolicy());
		try (PoolRegistry registry = new PoolRegistry((name) -> PoolSettings.DEFAULT, ReportSettings.DEFAULT)) {
			ExecutorGuard guard = fill(registry, executor);
			for (int i = 0; i < TASKS; i++) {
				guard.execute(new Letter());
			}
		}
		finally {
			this.release.countDown();
			executor.shutdown();
		}
		assertThat(tasksIn(output, "Pool mail has discarded task LossesTests.Letter")).isEqualTo(TASKS);
	}

	@Test
	void leavesTheLogToTheThreadThatWatches(CapturedOutput output) {
		ThreadPoolExecutor executor = pool(new DiscardPolicy());
		try (PoolRegistry registry = new PoolRegistry((name) -> PoolSettings.DEFAULT, ReportSettings.DEFAULT)) {
			fill(registry, executor).execute(new Letter());
			await().until(() -> output.getAll().contains("has discarded"));
			assertThat(output.getAll().lines().filter((line) -> line.contains("has discarded")))
				.allMatch((line) -> line.contains("[lifeguard-watch]"));
		}
		finally {
			this.release.countDown();
			executor.shutdown();
		}
	}

	private ThreadPoolExecutor pool(RejectedExecutionHandler handler) {
		return new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(1), handler);
	}

	private ExecutorGuard fill(PoolRegistry registry, ThreadPoolExecutor executor) {
		ExecutorGuard guard = ExecutorGuard.of(executor, registry.register("mail", executor));
		for (int i = 0; i < 2; i++) {
			guard.execute(() -> {
				try {
					this.release.await();
				}
				catch (InterruptedException ex) {
					throw new IllegalStateException(ex);
				}
			});
		}
		return guard;
	}

	private static long tasksIn(CapturedOutput output, String line) {
		Matcher matcher = Pattern.compile(Pattern.quote(line) + "(?: and (\\d+) more)?").matcher(output);
		long tasks = 0;
		while (matcher.find()) {
			tasks += 1 + ((matcher.group(1) != null) ? Long.parseLong(matcher.group(1)) : 0);
		}
		return tasks;
	}

	private static final class Letter implements Runnable {

		@Override
		public void run() {
		}

	}

}
