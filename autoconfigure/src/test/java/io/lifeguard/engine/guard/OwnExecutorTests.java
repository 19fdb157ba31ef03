package io.lifeguard.engine.guard;

import java.lang.Thread.UncaughtExceptionHandler;
import java.lang.ref.WeakReference;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RecursiveTask;
import java.util.concurrent.RunnableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

import io.lifeguard.GuardedApplication;
import io.lifeguard.PoolSnapshot;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.MDC;

import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.core.task.TaskDecorator;
import org.springframework.scheduling.concurrent.ConcurrentTaskExecutor;
import org.springframework.scheduling.concurrent.SimpleAsyncTaskScheduler;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.awaitility.Awaitility.await;

/**
 * Tests for executors that have ways of their own: with the guard they keep them.
 */
class OwnExecutorTests {

	private final Queue<Throwable> seen = new ConcurrentLinkedQueue<>();

	private final IllegalStateException failure = new IllegalStateException("Fails");

	private void fail() {
		throw this.failure;
	}

	private <E> void with(Class<E> type, Supplier<E> executor, boolean guarded, Check<E> check) {
		GuardedApplication application = new GuardedApplication().with("executor", type, executor);
		if (!guarded) {
			application.unguarded();
		}
		application.run(() -> check.run(application.bean("executor", type)));
	}

	private Runnable catching(Runnable task) {
		return () -> {
			try {
				task.run();
			}
			catch (RuntimeException ex) {
				this.seen.add(ex);
			}
		};
	}

	static Stream<Named<Function<OwnExecutorTests, Executor>>> catchingExecutors() {
		return Stream.of(Named.of("ThreadPoolTaskExecutor", (tests) -> new ThreadPoolTaskExecutor() {
			@Override
			public void execute(Runnable task) {
				super.execute(tests.catching(task));
			}
		}), Named.of("ThreadPoolExecutor",
				(tests) -> new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>()) {
					@Override
					public void execute(Runnable task) {
						super.execute(tests.catching(task));
					}
				}),
				Named.of("AsyncTaskExecutor",
						(tests) -> (AsyncTaskExecutor) (task) -> new Thread(tests.catching(task)).start()),
				Named.of("ConcurrentTaskExecutor", (tests) -> {
					ConcurrentTaskExecutor executor = new ConcurrentTaskExecutor((task) -> new Thread(task).start());
					executor.setTaskDecorator(tests::catching);
					return executor;
				}));
	}

	@ParameterizedTest
	@MethodSource("catchingExecutors")
	void seeWhatTheTasksThrowThatTheyRun(Function<OwnExecutorTests, Executor> executor) {
		with(Executor.class, () -> executor.apply(this), true, (own) -> {
			own.execute(this::fail);
			await().untilAsserted(() -> assertThat(this.seen).containsExactly(this.failure));
		});
	}

	static Stream<Supplier<ScheduledExecutorService>> schedulers() {
		return Stream.of(() -> new ScheduledThreadPoolExecutor(1), Executors::newSingleThreadScheduledExecutor);
	}

	@ParameterizedTest
	@MethodSource("schedulers")
	void keepFailuresFromHandlersIfTheyDoSo(Supplier<ScheduledExecutorService> scheduler) {
		UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
		Thread.setDefaultUncaughtExceptionHandler((thread, thrown) -> this.seen.add(thrown));
		try {
			with(ScheduledExecutorService.class, scheduler, true, (own) -> {
				own.execute(this::fail);
				own.submit(() -> {
				}).get();
				assertThat(this.seen).isEmpty();
			});
		}
		finally {
			Thread.setDefaultUncaughtExceptionHandler(before);
		}
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void tellTheThreadGroupThatTheyHave(boolean guarded) {
		ThreadGroup group = new ThreadGroup("own") {
			@Override
			public void uncaughtException(Thread thread, Throwable thrown) {
				OwnExecutorTests.this.seen.add(thrown);
			}
		};
		with(ThreadPoolTaskExecutor.class, () -> {
			ThreadPoolTaskExecutor executor = new ThreadPoolTaskExecutor();
			executor.setThreadGroup(group);
			return executor;
		}, guarded, (own) -> {
			own.execute(this::fail);
			await().untilAsserted(() -> assertThat(this.seen).containsExactly(this.failure));
		});
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void tellTheHandlerWhatTheirDecoratorThrows(boolean guarded) {
		with(ThreadPoolTaskExecutor.class, () -> {
			ThreadPoolTaskExecutor executor = new ThreadPoolTaskExecutor();
			executor.setThreadFactory((worker) -> {
				Thread thread = new Thread(worker);
				thread.setUncaughtExceptionHandler((failed, thrown) -> this.seen.add(thrown));
				return thread;
			});
			executor.setTaskDecorator((task) -> () -> {
				task.run();
				fail();
			});
			return executor;
		}, guarded, (own) -> {
			own.submit(() -> {
			});
			await().untilAsserted(() -> assertThat(this.seen).containsExactly(this.failure));
		});
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void haveTheirDecoratorReplaced(boolean guarded) {
		Queue<String> calls = new ConcurrentLinkedQueue<>();
		TaskDecorator second = noting("second", calls);
		with(ThreadPoolTaskExecutor.class, () -> {
			ThreadPoolTaskExecutor executor = new ThreadPoolTaskExecutor();
			executor.setTaskDecorator(noting("first", calls));
			return executor;
		}, guarded, (own) -> {
			own.setTaskDecorator(second);
			runOn(own, calls);
		});
		with(SimpleAsyncTaskExecutor.class, () -> {
			SimpleAsyncTaskExecutor executor = new SimpleAsyncTaskExecutor();
			executor.setTaskDecorator(noting("first", calls));
			return executor;
		}, guarded, (own) -> {
			own.setTaskDecorator(second);
			runOn(own, calls);
		});
		with(SimpleAsyncTaskScheduler.class, SimpleAsyncTaskScheduler::new, guarded, (own) -> {
			own.setTaskDecorator(second);
			runOn(own, calls);
		});
	}

	private static void runOn(AsyncTaskExecutor executor, Queue<String> calls) throws Exception {
		executor.submit(() -> calls.add("run")).get();
		executor.submitCompletable(() -> calls.add("run")).get();
		assertThat(calls).containsExactly("second", "run", "second", "run");
		calls.clear();
	}

	private static TaskDecorator noting(String name, Queue<String> calls) {
		return (task) -> {
			calls.add(name);
			return task;
		};
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void makeFuturesOfTheirOwnKind(boolean guarded) {
		with(ThreadPoolExecutor.class,
				() -> new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>()) {
					@Override
					protected <T> RunnableFuture<T> newTaskFor(Callable<T> task) {
						return new OwnFuture<>(task);
					}
				}, guarded, (own) -> {
					List<Callable<Integer>> tasks = List.of(() -> 42);
					assertThat(own.submit(tasks.get(0))).isInstanceOf(OwnFuture.class);
					assertThat(own.invokeAll(tasks)).hasOnlyElementsOfType(OwnFuture.class);
					assertThat(own.invokeAll(tasks, 1, TimeUnit.MINUTES)).hasOnlyElementsOfType(OwnFuture.class);
				});
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void decorateWhatTheySubmitToThemselves(boolean guarded) {
		Queue<String> calls = new ConcurrentLinkedQueue<>();
		with(Firing.class, () -> {
			Firing executor = new Firing();
			executor.setTaskDecorator((task) -> {
				calls.add("decorated");
				return task;
			});
			return executor;
		}, guarded, (own) -> {
			own.fire(() -> calls.add("run"));
			await().untilAsserted(() -> assertThat(calls).containsExactly("decorated", "run"));
		});
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void forgetTheTaskOfAFutureThatIsKept(boolean guarded) {
		with(AsyncTaskExecutor.class, ThreadPoolTaskExecutor::new, guarded, (own) -> {
			for (Function<Callable<Integer>, Future<?>> way : List
				.<Function<Callable<Integer>, Future<?>>>of(own::submit, own::submitCompletable)) {
				byte[] payload = new byte[1000];
				WeakReference<byte[]> reference = new WeakReference<>(payload);
				Future<?> kept = way.apply(length(payload));
				payload = null;
				assertThat(kept.get()).isEqualTo(1000);
				await().untilAsserted(() -> {
					System.gc();
					assertThat(reference.get()).isNull();
				});
				assertThat(kept.isDone()).isTrue();
			}
		});
	}

	private static Callable<Integer> length(byte[] payload) {
		return () -> payload.length;
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void letTheApplicationRunWhatItHasTakenOut(boolean guarded) {
		with(ThreadPoolExecutor.class,
				() -> new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>()), guarded,
				(own) -> {
					CountDownLatch release = new CountDownLatch(1);
					own.execute(() -> await().until(() -> release.getCount() == 0));
					Future<Integer> future = own.submit(() -> 42);
					assertThat(own.remove((Runnable) future)).isTrue();
					((Runnable) future).run();
					release.countDown();
					assertThat(future.get()).isEqualTo(42);
				});
	}

	private void retry(Runnable task) {
		for (int i = 0; i < 5; i++) {
			try {
				task.run();
				return;
			}
			catch (IllegalStateException ex) {
				this.seen.add(ex);
			}
		}
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void tryATaskAgain(boolean guarded) {
		AtomicInteger attempts = new AtomicInteger();
		with(Executor.class, () -> this::retry, guarded, (own) -> own.execute(() -> {
			if (attempts.incrementAndGet() < 3) {
				fail();
			}
		}));
		assertThat(attempts).hasValue(3);
		assertThat(this.seen).hasSize(2);
	}

	@Test
	void tryATaskAgainInTheSameContext() {
		Queue<String> users = new ConcurrentLinkedQueue<>();
		GuardedApplication application = new GuardedApplication().with("lifeguard.defaults.propagate-context=true")
			.with("executor", Executor.class, () -> (task) -> new Thread(() -> retry(task)).start());
		MDC.put("user", "first");
		try {
			application.run(() -> {
				application.bean("executor", Executor.class).execute(() -> {
					users.add(String.valueOf(MDC.get("user")));
					if (users.size() == 1) {
						fail();
					}
				});
				await().until(() -> users.size() == 2);
			});
		}
		finally {
			MDC.clear();
		}
		assertThat(users).containsExactly("first", "first");
	}

	@Test
	void takeBackATaskWhoseCompletableFutureTheyRefuse() {
		GuardedApplication application = new GuardedApplication().with("executor", AsyncTaskExecutor.class,
				() -> new Refusing(this.failure));
		application.run(() -> {
			AsyncTaskExecutor own = application.bean("executor", AsyncTaskExecutor.class);
			assertThatIllegalStateException().isThrownBy(() -> own.submitCompletable(() -> 42)).isSameAs(this.failure);
			PoolSnapshot.Tasks tasks = application.pool("executor").tasks();
			assertThat(tasks.rejected()).isEqualTo(1);
			assertThat(tasks.queued() + tasks.running()).isZero();
		});
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void refuseNoTask(boolean guarded) {
		with(ForkJoinPool.class, () -> new ForkJoinPool(1), guarded, (own) -> {
			assertThatNullPointerException().isThrownBy(() -> own.submit((Runnable) null));
			assertThatNullPointerException().isThrownBy(() -> own.submit((ForkJoinTask<?>) null));
			assertThatNullPointerException().isThrownBy(() -> own.execute((ForkJoinTask<?>) null));
		});
		with(ThreadPoolTaskScheduler.class, ThreadPoolTaskScheduler::new, guarded,
				(own) -> assertThatIllegalArgumentException().isThrownBy(() -> own.schedule(null, Instant.now())));
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void refuseNoFunction(boolean guarded) {
		with(AsyncTaskExecutor.class, ThreadPoolTaskExecutor::new, guarded, (own) -> {
			CompletableFuture<Integer> future = own.submitCompletable(() -> 42);
			assertThatNullPointerException().isThrownBy(() -> future.thenApply(null));
			assertThatNullPointerException().isThrownBy(() -> future.thenAccept(null));
			assertThatNullPointerException().isThrownBy(() -> future.thenRun(null));
			assertThatNullPointerException().isThrownBy(() -> future.thenCompose(null));
			assertThatNullPointerException().isThrownBy(() -> future.thenCombine(future, null));
			assertThatNullPointerException().isThrownBy(() -> future.thenAcceptBoth(future, null));
			assertThatNullPointerException().isThrownBy(() -> future.handle(null));
			assertThatNullPointerException().isThrownBy(() -> future.whenComplete(null));
			assertThatNullPointerException().isThrownBy(() -> future.exceptionally(null));
			assertThatNullPointerException().isThrownBy(() -> future.exceptionallyCompose(null));
			assertThatIllegalArgumentException().isThrownBy(() -> own.submitCompletable((Callable<?>) null));
		});
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void runNestedForkJoinTasksOnTheThreadThatWaits(boolean guarded) {
		with(ForkJoinPool.class, () -> new ForkJoinPool(1), guarded,
				(own) -> assertThat(own.invoke(new Nested(own, 100))).isLessThan(10));
	}

	interface Check<E> {

		void run(E executor) throws Exception;

	}

	static class Refusing implements AsyncTaskExecutor {

		private final RuntimeException refusal;

		Refusing(RuntimeException refusal) {
			this.refusal = refusal;
		}

		@Override
		public void execute(Runnable task) {
			task.run();
		}

		@Override
		public <T> CompletableFuture<T> submitCompletable(Callable<T> task) {
			throw this.refusal;
		}

	}

	static class Firing extends ThreadPoolTaskExecutor {

		void fire(Runnable task) {
			execute(task);
		}

	}

	static class OwnFuture<T> extends FutureTask<T> {

		OwnFuture(Callable<T> task) {
			super(task);
		}

	}

	static class Nested extends RecursiveTask<Integer> {

		private final ForkJoinPool pool;

		private final int depth;

		Nested(ForkJoinPool pool, int depth) {
			this.pool = pool;
			this.depth = depth;
		}

		@Override
		protected Integer compute() {
			return (this.depth == 0) ? this.pool.getPoolSize()
					: this.pool.invoke(new Nested(this.pool, this.depth - 1));
		}

	}

}
