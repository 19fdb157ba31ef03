package io.lifeguard.engine.task;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.lifeguard.GuardedApplication;
import io.lifeguard.PoolSnapshot;
import org.junit.jupiter.api.Test;

import org.springframework.scheduling.TaskScheduler;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for cancellation, in whatever way it comes: no failure, whatever the task throws
 * because of it.
 */
class CancellationTests {

	private final CountDownLatch running = new CountDownLatch(1);

	private int sleep() {
		try {
			this.running.countDown();
			TimeUnit.MINUTES.sleep(1);
			return 1;
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException("Interrupted", ex);
		}
	}

	private <E> void with(Class<E> type, E executor, Consumer<E> test, int cancelled) {
		GuardedApplication application = new GuardedApplication().with("executor", type, () -> executor);
		application.run(() -> {
			test.accept(application.bean("executor", type));
			await().untilAsserted(() -> {
				PoolSnapshot.Tasks tasks = application.pool("executor").tasks();
				assertThat(tasks.running() + tasks.queued()).isZero();
				assertThat(tasks.cancelled()).isEqualTo(cancelled);
				assertThat(tasks.failed()).isZero();
			});
			assertThat(application.reports).isEmpty();
			assertThat(application.dead("executor")).isEmpty();
		});
	}

	@Test
	void ofManyTasksThatTookTooLong() {
		List<Callable<Integer>> tasks = Collections.nCopies(8, this::sleep);
		with(ExecutorService.class, Executors.newFixedThreadPool(8), (executor) -> {
			for (int i = 0; i < 10; i++) {
				try {
					assertThat(executor.invokeAll(tasks, 10, TimeUnit.MILLISECONDS)).allMatch(Future::isCancelled);
				}
				catch (InterruptedException ex) {
					throw new IllegalStateException(ex);
				}
			}
		}, 80);
	}

	@Test
	void ofManyTasksWhoseCallerWasInterrupted() {
		List<Callable<Integer>> tasks = Collections.nCopies(8, this::sleep);
		with(ExecutorService.class, Executors.newFixedThreadPool(8), (executor) -> {
			Thread caller = Thread.currentThread();
			Thread interrupter = new Thread(() -> {
				await().until(() -> this.running.getCount() == 0);
				caller.interrupt();
			});
			interrupter.start();
			assertThatExceptionOfType(InterruptedException.class).isThrownBy(() -> executor.invokeAll(tasks));
		}, 8);
	}

	@Test
	void ofATaskOfACompletionService() {
		with(ThreadPoolExecutor.class, (ThreadPoolExecutor) Executors.newFixedThreadPool(1), (executor) -> {
			Future<Integer> future = new ExecutorCompletionService<Integer>(executor).submit(this::sleep);
			await().until(() -> this.running.getCount() == 0);
			future.cancel(true);
		}, 1);
	}

	@Test
	void ofAPeriodicTaskOfTheJdk() {
		with(ScheduledThreadPoolExecutor.class, new ScheduledThreadPoolExecutor(1), (executor) -> {
			Future<?> future = executor.scheduleAtFixedRate(this::sleep, 0, 1, TimeUnit.MILLISECONDS);
			await().until(() -> this.running.getCount() == 0);
			future.cancel(true);
		}, 1);
	}

	@Test
	void ofAPeriodicTaskOfSpring() {
		with(TaskScheduler.class, new ThreadPoolTaskScheduler(), (scheduler) -> {
			Future<?> future = scheduler.scheduleWithFixedDelay(this::sleep, Duration.ofMillis(1));
			await().until(() -> this.running.getCount() == 0);
			future.cancel(true);
		}, 1);
	}

	@Test
	void ofTheStageThatAStageIsComposedOf() {
		with(ThreadPoolTaskExecutor.class, new ThreadPoolTaskExecutor(), (executor) -> {
			CompletableFuture<Object> inner = new CompletableFuture<>();
			CompletableFuture<Object> composed = executor.submitCompletable(() -> 1).thenCompose((one) -> inner);
			inner.cancel(true);
			await().until(composed::isDone);
		}, 0);
	}

}
