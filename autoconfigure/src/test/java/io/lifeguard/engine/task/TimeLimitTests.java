package io.lifeguard.engine.task;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;

import io.lifeguard.GuardedApplication;
import io.lifeguard.LossReason;
import org.junit.jupiter.api.Test;

import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/**
 * Tests for tasks that run or wait for too long, in ways to submit them that make futures
 * of their own.
 */
class TimeLimitTests {

	private final CountDownLatch release = new CountDownLatch(1);

	private int hold() {
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
		return 42;
	}

	private static void awaitLimit() {
		long start = System.nanoTime();
		await().until(() -> System.nanoTime() - start > TimeUnit.MILLISECONDS.toNanos(550));
	}

	@Test
	void lookAfterOtherTasksWhateverDependsOnTheFirst() {
		GuardedApplication application = new GuardedApplication().with("lifeguard.pools.executor.task-timeout=50ms")
			.with("executor", ThreadPoolTaskExecutor.class, () -> {
				ThreadPoolTaskExecutor executor = new ThreadPoolTaskExecutor();
				executor.setCorePoolSize(2);
				return executor;
			});
		application.run(() -> {
			ThreadPoolTaskExecutor executor = application.bean("executor", ThreadPoolTaskExecutor.class);
			AtomicReference<String> thread = new AtomicReference<>();
			executor.submitCompletable(this::hold).exceptionally((failure) -> {
				thread.set(Thread.currentThread().getName());
				return hold();
			});
			await().until(() -> thread.get() != null);
			assertThat(thread.get()).isNotEqualTo("lifeguard-watch");
			Future<Integer> other = executor.submit(this::hold);
			assertThatThrownBy(other::get).hasCauseInstanceOf(TimeoutException.class);
			this.release.countDown();
		});
	}

	@Test
	void areNoFailureOfTheirOwnForATaskThatThrowsAtTheSameMoment() {
		GuardedApplication application = new GuardedApplication().with("lifeguard.pools.executor.task-timeout=20ms")
			.with("executor", ThreadPoolTaskExecutor.class, ThreadPoolTaskExecutor::new);
		application.run(() -> {
			ThreadPoolTaskExecutor executor = application.bean("executor", ThreadPoolTaskExecutor.class);
			TaskDesk desk = application.guarded("executor").ledger().desk();
			VarHandle state = MethodHandles.privateLookupIn(TaskState.class, MethodHandles.lookup())
				.findVarHandle(TaskState.class, "state", byte.class);
			for (int i = 0; i < 20; i++) {
				CompletableFuture<Integer> future = executor.submitCompletable(() -> {
					Task task = desk.currentTask();
					Object running = state.getVolatile(task);
					while (running.equals(state.getVolatile(task))) {
						Thread.onSpinWait();
					}
					throw new IllegalStateException("At the same moment");
				});
				assertThatThrownBy(future::get).hasCauseInstanceOf(TimeoutException.class);
			}
			application.awaitQuiet("executor", 0);
			assertThat(application.pool("executor").failures().observed()).isEqualTo(20);
		});
	}

	@Test
	void endTheFuturesOfManyTasksWhichTheirCallerReads() {
		GuardedApplication application = new GuardedApplication().with("lifeguard.pools.executor.task-timeout=50ms")
			.with("executor", ExecutorService.class, () -> Executors.newFixedThreadPool(2));
		application.run(() -> {
			ExecutorService executor = application.bean("executor", ExecutorService.class);
			List<Callable<Integer>> tasks = List.of(this::hold, () -> 1);
			List<Future<Integer>> futures = executor.invokeAll(tasks);
			assertThatThrownBy(futures.get(0)::get).hasCauseInstanceOf(TimeoutException.class);
			assertThat(futures.get(1).get()).isEqualTo(1);
			this.release.countDown();
			application.awaitQuiet("executor", 0);
			assertThat(application.pool("executor").failures().observed()).isEqualTo(1);
		});
	}

	@Test
	void endTheFuturesOfManyTasksOfExecutorsThatMakeTheirOwn() {
		GuardedApplication application = new GuardedApplication()
			.with("lifeguard.pools.scheduled.task-timeout=50ms", "lifeguard.pools.forkJoin.task-timeout=50ms")
			.with("scheduled", ExecutorService.class, () -> Executors.newScheduledThreadPool(2))
			.with("forkJoin", ExecutorService.class, () -> new ForkJoinPool(2));
		Callable<Integer> late = () -> {
			try {
				this.release.await();
			}
			catch (InterruptedException ex) {
				// its time is over
			}
			return 42;
		};
		Callable<Integer> interrupted = () -> {
			this.release.await();
			return 42;
		};
		application.run(() -> {
			for (String name : List.of("scheduled", "forkJoin")) {
				ExecutorService executor = application.bean(name, ExecutorService.class);
				List<Future<Integer>> futures = executor.invokeAll(List.of(late, interrupted, () -> 1));
				assertThatThrownBy(futures.get(0)::get).hasRootCauseInstanceOf(TimeoutException.class);
				assertThatThrownBy(futures.get(1)::get).hasRootCauseInstanceOf(TimeoutException.class);
				assertThat(futures.get(2).get()).isEqualTo(1);
				application.awaitQuiet(name, 0);
			}
			assertThat(application.pool("scheduled").failures().observed()).isEqualTo(2);
		});
	}

	@Test
	void endAForkJoinTask() {
		GuardedApplication application = new GuardedApplication().with("lifeguard.pools.executor.task-timeout=50ms")
			.with("executor", ForkJoinPool.class, () -> new ForkJoinPool(1));
		application.run(() -> {
			ForkJoinTask<Integer> task = application.bean("executor", ForkJoinPool.class)
				.submit(ForkJoinTask.adapt(this::hold));
			assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> task.get(10, TimeUnit.SECONDS))
				.withRootCauseInstanceOf(TimeoutException.class);
			this.release.countDown();
		});
	}

	@Test
	void endAForkJoinTaskThatHasWaitedForTooLong() {
		GuardedApplication application = new GuardedApplication().with("lifeguard.pools.executor.queue-timeout=500ms")
			.with("executor", ForkJoinPool.class, () -> new ForkJoinPool(1));
		application.run(() -> {
			ForkJoinPool executor = application.bean("executor", ForkJoinPool.class);
			executor.execute(this::hold);
			ForkJoinTask<Integer> task = executor.submit(ForkJoinTask.adapt(() -> 42));
			awaitLimit();
			this.release.countDown();
			assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> task.get(10, TimeUnit.SECONDS))
				.withRootCauseInstanceOf(TimeoutException.class);
			assertThat(application.guarded("executor").lost(LossReason.EXPIRED)).isEqualTo(1);
		});
	}

	@Test
	void leaveATaskAloneForWhichACompletionServiceWouldWaitForEver() {
		GuardedApplication application = new GuardedApplication().with("lifeguard.pools.executor.queue-timeout=500ms")
			.with("executor", ThreadPoolExecutor.class, () -> (ThreadPoolExecutor) Executors.newFixedThreadPool(1));
		application.run(() -> {
			ThreadPoolExecutor executor = application.bean("executor", ThreadPoolExecutor.class);
			executor.execute(this::hold);
			ExecutorCompletionService<Integer> service = new ExecutorCompletionService<>(executor);
			service.submit(() -> 42);
			awaitLimit();
			this.release.countDown();
			assertThat(service.take().get()).isEqualTo(42);
		});
	}

}
