package io.lifeguard.proxy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

import io.lifeguard.Handling;
import io.lifeguard.PoolSnapshot;
import io.lifeguard.autoconfigure.LifeguardAutoConfiguration;
import io.lifeguard.engine.pool.Pool;
import io.lifeguard.engine.pool.PoolRegistry;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.task.TaskRejectedException;
import org.springframework.scheduling.concurrent.ConcurrentTaskExecutor;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

/**
 * A guard never changes what a task does: tests of that first law, each of which holds
 * without the guard too.
 */
class TransparencyTests {

	@SuppressWarnings("StaticAssignmentOfThrowable") // known by its identity
	private static final IllegalStateException FAILURE = new IllegalStateException("failure");

	private final List<String> calls = new CopyOnWriteArrayList<>();

	/**
	 * Run the test with and without the guard.
	 */
	private <E extends Executor> void with(Class<E> type, Supplier<E> supplier, boolean guarded, Check<E> test) {
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(LifeguardAutoConfiguration.class))
			.withPropertyValues("lifeguard.enabled=" + guarded)
			.withBean("executor", type, supplier)
			.run((context) -> {
				test.run(context.getBean("executor", type),
						guarded ? context.getBean(PoolRegistry.class).pool("executor") : null);
			});
	}

	private static ThreadPoolTaskExecutor single() {
		ThreadPoolTaskExecutor executor = new ThreadPoolTaskExecutor();
		executor.setCorePoolSize(1);
		executor.setMaxPoolSize(1);
		return executor;
	}

	private static void fail() {
		throw FAILURE;
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void ordersComparableTasks(boolean guarded) {
		with(ThreadPoolExecutor.class, () -> pool(new PriorityBlockingQueue<>()), guarded, (executor, pool) -> {
			CountDownLatch latch = block(executor, (task) -> new Ranked(0, task));
			for (int rank : List.of(3, 1, 2)) {
				executor.execute(new Ranked(rank, () -> this.calls.add("" + rank)));
			}
			latch.countDown();
			Awaitility.await().untilAsserted(() -> assertThat(this.calls).containsExactly("1", "2", "3"));
		});
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void ordersTasksByAComparator(boolean guarded) {
		Comparator<Runnable> comparator = Comparator.comparingInt((task) -> ((RankedOnly) task).rank());
		with(ThreadPoolExecutor.class, () -> pool(new PriorityBlockingQueue<>(10, comparator)), guarded,
				(executor, pool) -> {
					CountDownLatch latch = block(executor, (task) -> new RankedOnly(0, task));
					for (int rank : List.of(3, 1, 2)) {
						executor.execute(new RankedOnly(rank, () -> this.calls.add("" + rank)));
					}
					latch.countDown();
					Awaitility.await().untilAsserted(() -> assertThat(this.calls).containsExactly("1", "2", "3"));
				});
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void findsTasksToRemove(boolean guarded) {
		with(ThreadPoolExecutor.class, () -> pool(new LinkedBlockingQueue<>()), guarded, (executor, pool) -> {
			CountDownLatch latch = block(executor, (task) -> task);
			Runnable task = () -> this.calls.add("executed");
			executor.execute(task);
			Future<?> future = executor.submit(() -> this.calls.add("submitted"));
			assertThat(executor.getQueue()).hasSize(2);
			assertThat(executor.remove(task)).isTrue();
			assertThat(executor.remove((Runnable) future)).isTrue();
			assertThat(executor.remove(task)).isFalse();
			assertThat(executor.getQueue()).isEmpty();
			latch.countDown();
			executor.submit(() -> this.calls.add("last")).get();
			assertThat(this.calls).containsExactly("last");
			if (pool != null) {
				Awaitility.await().untilAsserted(() -> {
					PoolSnapshot.Tasks tasks = pool.snapshot().tasks();
					assertThat(tasks.cancelled()).isEqualTo(2);
					assertThat(tasks.submitted()).isEqualTo(4);
					assertThat(tasks.succeeded()).isEqualTo(2);
					assertThat(tasks.queued()).isZero();
				});
			}
		});
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void showsTheSizeOfItsQueue(boolean guarded) {
		with(ThreadPoolTaskExecutor.class, TransparencyTests::single, guarded, (executor, pool) -> {
			CountDownLatch latch = block(executor, (task) -> task);
			executor.execute(() -> {
			});
			executor.submit(() -> {
			});
			assertThat(executor.getQueueSize()).isEqualTo(2);
			assertThat(executor.getThreadPoolExecutor().getQueue()).hasSize(2);
			assertThat(executor.getActiveCount()).isOne();
			latch.countDown();
		});
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void throwsToACallerThatRunsTheTask(boolean guarded) {
		with(ThreadPoolTaskExecutor.class, () -> {
			ThreadPoolTaskExecutor executor = single();
			executor.setQueueCapacity(0);
			executor.setRejectedExecutionHandler(new ThreadPoolExecutor.CallerRunsPolicy());
			return executor;
		}, guarded, (executor, pool) -> {
			CountDownLatch latch = block(executor, (task) -> task);
			assertThatIllegalStateException().isThrownBy(() -> executor.execute(TransparencyTests::fail))
				.isSameAs(FAILURE);
			Future<?> future = executor.submit(TransparencyTests::fail);
			assertThatExceptionOfType(ExecutionException.class).isThrownBy(future::get).withCause(FAILURE);
			latch.countDown();
			if (pool != null) {
				assertThat(pool.failures(Handling.OBSERVED)).isEqualTo(2);
				assertThat(pool.rejections()).isZero();
			}
		});
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void throwsToACallerOfADirectExecutor(boolean guarded) {
		with(Executor.class, () -> Runnable::run, guarded, (executor, pool) -> {
			assertThatIllegalStateException().isThrownBy(() -> executor.execute(TransparencyTests::fail))
				.isSameAs(FAILURE);
			if (pool != null) {
				assertThat(pool.failures(Handling.OBSERVED)).isOne();
			}
		});
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void decoratesOnceOnTheSubmittingThread(boolean guarded) {
		with(ThreadPoolTaskExecutor.class, () -> {
			ThreadPoolTaskExecutor executor = single();
			executor.setTaskDecorator((task) -> {
				this.calls.add("decorate on " + Thread.currentThread().getName());
				return () -> {
					this.calls.add("before");
					try {
						task.run();
					}
					finally {
						this.calls.add("after");
					}
				};
			});
			return executor;
		}, guarded, (executor, pool) -> {
			List<String> expected = List.of("decorate on " + Thread.currentThread().getName(), "before", "task",
					"after");
			executor.execute(() -> this.calls.add("task"));
			Awaitility.await().untilAsserted(() -> assertThat(this.calls).isEqualTo(expected));
			this.calls.clear();
			executor.submit((Runnable) () -> this.calls.add("task"));
			Awaitility.await().untilAsserted(() -> assertThat(this.calls).isEqualTo(expected));
			this.calls.clear();
			executor.submitCompletable((Runnable) () -> this.calls.add("task"));
			Awaitility.await().untilAsserted(() -> assertThat(this.calls).isEqualTo(expected));
		});
	}

	@Test
	void endsTheFutureOfATaskWhoseDecorationFails() {
		with(ThreadPoolTaskExecutor.class, () -> {
			ThreadPoolTaskExecutor executor = single();
			executor.setTaskDecorator((task) -> TransparencyTests::fail);
			return executor;
		}, true, (executor, pool) -> {
			assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> executor.submit(() -> {
			}).get(10, TimeUnit.SECONDS)).withCause(FAILURE);
			assertThat(pool.failures(Handling.OBSERVED)).isOne();
			assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> executor.submitCompletable(() -> {
			}).get(10, TimeUnit.SECONDS)).withCause(FAILURE);
			executor.execute(() -> {
			});
			Awaitility.await().untilAsserted(() -> assertThat(pool.failures(Handling.UNCAUGHT)).isOne());
			assertThat(pool.snapshot().tasks().queued()).isZero();
		});
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void throwsToTheCallerWhatADecoratorThrows(boolean guarded) {
		with(ThreadPoolTaskExecutor.class, () -> {
			ThreadPoolTaskExecutor executor = single();
			executor.setTaskDecorator((task) -> {
				throw FAILURE;
			});
			return executor;
		}, guarded, (executor, pool) -> {
			assertThatIllegalStateException().isThrownBy(() -> executor.execute(() -> {
			})).isSameAs(FAILURE);
			assertThatIllegalStateException().isThrownBy(() -> executor.submit(() -> {
			})).isSameAs(FAILURE);
			assertThatIllegalStateException().isThrownBy(() -> executor.submitCompletable(() -> {
			})).isSameAs(FAILURE);
			if (pool != null) {
				assertThat(pool.snapshot().tasks().submitted()).isZero();
			}
		});
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void callsTheRejectionHandler(boolean guarded) {
		AtomicInteger rejected = new AtomicInteger();
		with(ThreadPoolTaskExecutor.class, () -> {
			ThreadPoolTaskExecutor executor = single();
			executor.setQueueCapacity(0);
			executor.setRejectedExecutionHandler((task, executorItself) -> {
				rejected.incrementAndGet();
				throw new RejectedExecutionException("full");
			});
			return executor;
		}, guarded, (executor, pool) -> {
			CountDownLatch latch = block(executor, (task) -> task);
			assertThatExceptionOfType(TaskRejectedException.class).isThrownBy(() -> executor.execute(() -> {
			}));
			assertThatExceptionOfType(TaskRejectedException.class).isThrownBy(() -> executor.submit(() -> {
			}));
			assertThatExceptionOfType(TaskRejectedException.class).isThrownBy(() -> executor.submitCompletable(() -> {
			}));
			assertThat(rejected).hasValue(3);
			latch.countDown();
			if (pool != null) {
				assertThat(pool.rejections()).isEqualTo(3);
				assertThat(pool.snapshot().tasks().submitted()).isOne();
			}
		});
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void callsTheHandlerOfTheThreadOnce(boolean guarded) {
		with(ThreadPoolTaskExecutor.class, () -> {
			ThreadPoolTaskExecutor executor = single();
			executor.setThreadFactory((task) -> {
				Thread thread = new Thread(task, "made");
				thread.setUncaughtExceptionHandler((itself, failure) -> this.calls.add(failure.getMessage()));
				return thread;
			});
			return executor;
		}, guarded, (executor, pool) -> {
			executor.execute(TransparencyTests::fail);
			Awaitility.await().untilAsserted(() -> assertThat(this.calls).containsExactly("failure"));
			executor.submit(() -> assertThat(Thread.currentThread().getName()).isEqualTo("made")).get();
			assertThat(this.calls).containsExactly("failure");
		});
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void callsTheDefaultHandlerOnce(boolean guarded) {
		Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
		Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> this.calls.add(failure.getMessage()));
		try {
			with(ThreadPoolTaskExecutor.class, TransparencyTests::single, guarded, (executor, pool) -> {
				executor.execute(TransparencyTests::fail);
				executor.submit(() -> {
				}).get();
				Awaitility.await().untilAsserted(() -> assertThat(this.calls).containsExactly("failure"));
			});
		}
		finally {
			Thread.setDefaultUncaughtExceptionHandler(before);
		}
	}

	@Test
	void keepsTheWorkerAliveWhenATaskFails() {
		with(ThreadPoolTaskExecutor.class, TransparencyTests::single, true, (executor, pool) -> {
			Thread before = executor.submit(Thread::currentThread).get();
			executor.execute(TransparencyTests::fail);
			assertThat(executor.submit(Thread::currentThread).get()).isSameAs(before);
		});
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void showsFailuresToAfterExecute(boolean guarded) {
		with(ThreadPoolExecutor.class,
				() -> new ThreadPoolExecutor(1, 1, 1, TimeUnit.MINUTES, new LinkedBlockingQueue<>(), (task) -> {
					Thread thread = new Thread(task);
					thread.setUncaughtExceptionHandler((itself, failure) -> this.calls.add("handler"));
					return thread;
				}) {

					@Override
					protected void afterExecute(Runnable task, Throwable thrown) {
						if (thrown != null) {
							TransparencyTests.this.calls.add("executed " + thrown.getMessage());
						}
						else if (task instanceof Future<?> future && future.isDone()) {
							try {
								future.get();
							}
							catch (ExecutionException ex) {
								TransparencyTests.this.calls.add("submitted " + ex.getCause().getMessage());
							}
							catch (InterruptedException ex) {
								Thread.currentThread().interrupt();
							}
						}
					}

				}, guarded, (executor, pool) -> {
					executor.execute(TransparencyTests::fail);
					Awaitility.await()
						.untilAsserted(() -> assertThat(this.calls).containsExactly("executed failure", "handler"));
					executor.submit(TransparencyTests::fail);
					Awaitility.await()
						.untilAsserted(() -> assertThat(this.calls).containsExactly("executed failure", "handler",
								"submitted failure"));
					if (pool != null) {
						Awaitility.await().untilAsserted(() -> {
							assertThat(pool.failures(Handling.UNCAUGHT)).isOne();
							assertThat(pool.failures(Handling.OBSERVED)).isOne();
						});
					}
				});
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void interruptsACancelledTask(boolean guarded) {
		with(ThreadPoolTaskExecutor.class, TransparencyTests::single, guarded, (executor, pool) -> {
			CountDownLatch started = new CountDownLatch(1);
			CountDownLatch interrupted = new CountDownLatch(1);
			Future<?> future = executor.submit(() -> {
				started.countDown();
				try {
					new CountDownLatch(1).await();
				}
				catch (InterruptedException ex) {
					interrupted.countDown();
				}
			});
			started.await();
			assertThat(future.cancel(true)).isTrue();
			assertThat(interrupted.await(10, TimeUnit.SECONDS)).isTrue();
			assertThatExceptionOfType(CancellationException.class).isThrownBy(future::get);
			assertThat(executor.submit(() -> Thread.currentThread().isInterrupted()).get()).isFalse();
			if (pool != null) {
				assertThat(pool.snapshot().tasks().cancelled()).isOne();
				assertThat(pool.snapshot().tasks().failed()).isZero();
			}
		});
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void throwsWhatTheTaskThrew(boolean guarded) {
		with(ThreadPoolTaskExecutor.class, TransparencyTests::single, guarded, (executor, pool) -> {
			assertThatExceptionOfType(ExecutionException.class)
				.isThrownBy(() -> executor.submit(TransparencyTests::fail).get())
				.withMessage("java.lang.IllegalStateException: failure")
				.withCause(FAILURE);
			assertThatExceptionOfType(CompletionException.class)
				.isThrownBy(() -> executor.submitCompletable(TransparencyTests::fail).join())
				.withMessage("java.lang.IllegalStateException: failure")
				.withCause(FAILURE);
			assertThatExceptionOfType(ExecutionException.class)
				.isThrownBy(() -> executor.submitCompletable(TransparencyTests::fail).get())
				.withMessage("java.lang.IllegalStateException: failure")
				.withCause(FAILURE);
		});
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void refusesNothingToDo(boolean guarded) {
		with(ThreadPoolExecutor.class, () -> pool(new LinkedBlockingQueue<>()), guarded, (executor, pool) -> {
			assertThatNullPointerException().isThrownBy(() -> executor.execute(null));
			assertThatNullPointerException().isThrownBy(() -> executor.submit((Runnable) null));
			assertThatNullPointerException().isThrownBy(() -> executor.submit((Callable<?>) null));
			assertThatNullPointerException().isThrownBy(() -> executor.invokeAll(null));
			List<Callable<Object>> tasks = new ArrayList<>();
			tasks.add(null);
			assertThatNullPointerException().isThrownBy(() -> executor.invokeAll(tasks));
			if (pool != null) {
				assertThat(pool.snapshot().tasks().submitted()).isZero();
			}
		});
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void finishesItsTasksOnAGracefulShutdown(boolean guarded) {
		AtomicReference<CountDownLatch> latch = new AtomicReference<>();
		with(ThreadPoolTaskExecutor.class, () -> {
			ThreadPoolTaskExecutor executor = single();
			executor.setWaitForTasksToCompleteOnShutdown(true);
			executor.setAwaitTerminationSeconds(5);
			return executor;
		}, guarded, (executor, pool) -> {
			latch.set(block(executor, (task) -> task));
			for (int i = 0; i < 3; i++) {
				executor.execute(() -> this.calls.add("executed"));
			}
			executor.submit(() -> this.calls.add("submitted"));
			new Thread(latch.get()::countDown).start();
		});
		assertThat(this.calls).containsExactly("executed", "executed", "executed", "submitted");
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void callsTheErrorHandlerOfAScheduler(boolean guarded) {
		with(ThreadPoolTaskScheduler.class, () -> {
			ThreadPoolTaskScheduler scheduler = new ThreadPoolTaskScheduler();
			scheduler.setErrorHandler((failure) -> this.calls.add(failure.getMessage()));
			return scheduler;
		}, guarded, (scheduler, pool) -> {
			scheduler.execute(TransparencyTests::fail);
			Awaitility.await().untilAsserted(() -> assertThat(this.calls).containsExactly("failure"));
			assertThat(scheduler.submit(TransparencyTests::fail).get()).isNull();
			assertThat(this.calls).containsExactly("failure", "failure");
			scheduler.scheduleAtFixedRate(TransparencyTests::fail, Duration.ofHours(1));
			Awaitility.await().untilAsserted(() -> assertThat(this.calls).hasSize(3));
		});
	}

	@Test
	void countsTheTasksOfWrappersOnce() {
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(LifeguardAutoConfiguration.class))
			.withUserConfiguration(Wrappers.class)
			.run((context) -> {
				for (String name : List.of("adapter", "decorating", "lambda", "unconfigurable")) {
					Executor executor = context.getBean(name, Executor.class);
					executor.execute(() -> {
					});
					if (executor instanceof ExecutorService service) {
						service.submit(() -> "").get();
						service.invokeAll(List.of(() -> "", () -> ""));
					}
				}
				PoolRegistry registry = context.getBean(PoolRegistry.class);
				Awaitility.await().untilAsserted(() -> {
					assertThat(registry.pool("inner").snapshot().tasks().succeeded()).isEqualTo(10);
					assertThat(registry.pool("inner").snapshot().tasks().submitted()).isEqualTo(10);
				});
				assertThat(registry.pools().stream().mapToLong((pool) -> pool.snapshot().tasks().submitted()).sum())
					.isEqualTo(10);
			});
	}

	@Test
	void seesTasksThatATaskSubmitsInTheCaller() {
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(LifeguardAutoConfiguration.class))
			.withUserConfiguration(DirectWrappers.class)
			.run((context) -> {
				Executor direct = context.getBean("direct", Executor.class);
				Executor wrapper = context.getBean("wrapper", Executor.class);
				wrapper.execute(() -> {
					try {
						direct.execute(TransparencyTests::fail);
					}
					catch (IllegalStateException ex) {
						this.calls.add("thrown");
					}
				});
				Pool pool = context.getBean(PoolRegistry.class).pool("direct");
				assertThat(this.calls).containsExactly("thrown");
				assertThat(pool.snapshot().tasks().submitted()).isEqualTo(2);
				assertThat(pool.failures(Handling.OBSERVED)).isOne();
			});
	}

	private static ThreadPoolExecutor pool(BlockingQueue<Runnable> queue) {
		return new ThreadPoolExecutor(1, 1, 1, TimeUnit.MINUTES, queue);
	}

	/**
	 * Keep the only thread of the executor busy.
	 */
	private static CountDownLatch block(Executor executor, UnaryOperator<Runnable> shape) throws InterruptedException {
		CountDownLatch started = new CountDownLatch(1);
		CountDownLatch latch = new CountDownLatch(1);
		executor.execute(shape.apply(() -> {
			started.countDown();
			try {
				latch.await();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}));
		started.await();
		return latch;
	}

	/**
	 * What is tested.
	 */
	private interface Check<E> {

		void run(E executor, Pool pool) throws Exception;

	}

	record RankedOnly(int rank, Runnable task) implements Runnable {

		@Override
		public void run() {
			this.task.run();
		}

	}

	record Ranked(int rank, Runnable task) implements Runnable, Comparable<Ranked> {

		@Override
		public void run() {
			this.task.run();
		}

		@Override
		public int compareTo(Ranked other) {
			return Integer.compare(this.rank, other.rank);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Wrappers {

		@Bean
		ThreadPoolExecutor inner() {
			return pool(new LinkedBlockingQueue<>());
		}

		@Bean
		@SuppressWarnings("UnnecessaryMethodReference") // of a class nobody knows
		ConcurrentTaskExecutor adapter(ThreadPoolExecutor inner) {
			return new ConcurrentTaskExecutor((Executor) inner::execute);
		}

		@Bean
		Decorating decorating(ThreadPoolExecutor inner) {
			return new Decorating(inner);
		}

		@Bean
		Executor lambda(ThreadPoolExecutor inner) {
			return (task) -> inner.execute(() -> task.run());
		}

		@Bean
		ExecutorService unconfigurable(ThreadPoolExecutor inner) {
			return Executors.unconfigurableExecutorService(inner);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class DirectWrappers {

		@Bean
		Executor direct() {
			return Runnable::run;
		}

		@Bean
		Executor wrapper(Executor direct) {
			return (task) -> direct.execute(() -> task.run());
		}

	}

	/**
	 * Wraps each task, as Spring Security's executors do.
	 */
	static class Decorating extends AbstractExecutorService {

		private final ExecutorService delegate;

		Decorating(ExecutorService delegate) {
			this.delegate = delegate;
		}

		@Override
		public void execute(Runnable task) {
			this.delegate.execute(() -> task.run());
		}

		@Override
		public <T> Future<T> submit(Callable<T> task) {
			return this.delegate.submit(() -> task.call());
		}

		@Override
		public <T> List<Future<T>> invokeAll(Collection<? extends Callable<T>> tasks) throws InterruptedException {
			List<Callable<T>> wrapped = new ArrayList<>();
			tasks.forEach((task) -> wrapped.add(() -> task.call()));
			return this.delegate.invokeAll(wrapped);
		}

		@Override
		public void shutdown() {
		}

		@Override
		public List<Runnable> shutdownNow() {
			return List.of();
		}

		@Override
		public boolean isShutdown() {
			return false;
		}

		@Override
		public boolean isTerminated() {
			return false;
		}

		@Override
		public boolean awaitTermination(long timeout, TimeUnit unit) {
			return true;
		}

	}

}
