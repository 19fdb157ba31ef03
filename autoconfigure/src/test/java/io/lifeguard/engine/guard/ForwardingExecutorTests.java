package io.lifeguard.engine.guard;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

import io.lifeguard.GuardedApplication;
import org.junit.jupiter.api.Test;

import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.core.task.TaskDecorator;
import org.springframework.core.task.TaskExecutor;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.scheduling.concurrent.ConcurrentTaskExecutor;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;
import org.springframework.security.concurrent.DelegatingSecurityContextScheduledExecutorService;
import org.springframework.security.scheduling.DelegatingSecurityContextTaskScheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/**
 * Tests for executors over executors, and for decorators in either.
 */
class ForwardingExecutorTests {

	private final AtomicInteger decorated = new AtomicInteger();

	private final AtomicInteger ran = new AtomicInteger();

	private final ThreadLocal<Boolean> inside = ThreadLocal.withInitial(() -> false);

	private final GuardedApplication application = new GuardedApplication()
		.with("pool", ThreadPoolTaskExecutor.class, this::decoratedPool)
		.with("jdk", ExecutorService.class, () -> Executors.newFixedThreadPool(1))
		.with("spring", ConcurrentTaskExecutor.class, () -> new ConcurrentTaskExecutor(pool()))
		.with("lambda", Executor.class, () -> {
			Executor inner = pool();
			return (task) -> inner.execute(() -> task.run());
		})
		.with("delegating", TaskExecutor.class, () -> new Delegating(pool()))
		.with("unconfigurable", ExecutorService.class,
				() -> Executors.unconfigurableExecutorService(bean("jdk", ExecutorService.class)));

	@Test
	void countTasksOnceThatTheSubmitterRunsItself() {
		CountDownLatch release = new CountDownLatch(1);
		GuardedApplication application = new GuardedApplication().with("pool", ThreadPoolExecutor.class,
				() -> new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new SynchronousQueue<>(),
						new ThreadPoolExecutor.CallerRunsPolicy()));
		application
			.with("view", ExecutorService.class, () -> new Wrapping(application.bean("pool", ExecutorService.class)))
			.run(() -> {
				application.bean("pool", Executor.class).execute(() -> await().until(() -> release.getCount() == 0));
				List<Callable<Integer>> tasks = List.of(() -> 1, () -> 2, () -> 3);
				assertThat(application.bean("view", ExecutorService.class).invokeAll(tasks)).allMatch(Future::isDone);
				release.countDown();
				application.awaitQuiet("pool", 0);
				assertThat(application.pool("pool").tasks().submitted()).isEqualTo(4);
			});
	}

	@Test
	void countTasksOfSchedulersOnce() {
		GuardedApplication application = new GuardedApplication().with("pool", ThreadPoolTaskScheduler.class,
				ThreadPoolTaskScheduler::new);
		application
			.with("view", TaskScheduler.class,
					() -> new DelegatingSecurityContextTaskScheduler(application.bean("pool", TaskScheduler.class)))
			.run(() -> {
				TaskScheduler view = application.bean("view", TaskScheduler.class);
				Runnable failing = () -> {
					throw new IllegalStateException("Scheduled");
				};
				Duration hour = Duration.ofHours(1);
				view.schedule(failing, (context) -> (context.lastCompletion() == null) ? Instant.now() : null);
				view.scheduleAtFixedRate(failing, hour);
				view.scheduleAtFixedRate(failing, Instant.now(), hour);
				view.scheduleWithFixedDelay(failing, hour);
				view.scheduleWithFixedDelay(failing, Instant.now(), hour);
				assertThatThrownBy(view.schedule(failing, Instant.now())::get).hasRootCauseMessage("Scheduled");
				application.awaitQuiet("pool", 5);
				assertThat(application.pool("pool").tasks().failed()).isEqualTo(6);
				assertThat(application.pool("pool").failures().observed()).isEqualTo(1);
				assertThat(application.poolNames()).doesNotContain("view");
			});
	}

	@Test
	void countScheduledTasksOnce() {
		GuardedApplication application = new GuardedApplication().with("pool", ScheduledExecutorService.class,
				() -> Executors.newScheduledThreadPool(1));
		application
			.with("view", ScheduledExecutorService.class,
					() -> new DelegatingSecurityContextScheduledExecutorService(
							application.bean("pool", ScheduledExecutorService.class)))
			.run(() -> {
				ScheduledExecutorService view = application.bean("view", ScheduledExecutorService.class);
				Runnable failing = () -> {
					throw new IllegalStateException("Scheduled");
				};
				view.scheduleAtFixedRate(failing, 0, 1, TimeUnit.HOURS);
				view.scheduleWithFixedDelay(failing, 0, 1, TimeUnit.HOURS);
				assertThatThrownBy(view.schedule(failing, 0, TimeUnit.HOURS)::get).hasRootCauseMessage("Scheduled");
				application.awaitQuiet("pool", 2);
				assertThat(application.pool("pool").tasks().failed()).isEqualTo(3);
				assertThat(application.pool("pool").failures().observed()).isEqualTo(1);
				assertThat(application.poolNames()).doesNotContain("view");
			});
	}

	@Test
	void haveAPoolOfTheirOwnWhereTheyHaveThreadsToo() {
		GuardedApplication application = new GuardedApplication().with("timer", ScheduledExecutorService.class,
				() -> Executors.newScheduledThreadPool(1));
		application
			.with("timed", Executor.class,
					() -> new Timed(application.bean("timer", ScheduledExecutorService.class),
							Executors.newSingleThreadExecutor()))
			.run(() -> {
				application.bean("timed", Executor.class).execute(this.ran::incrementAndGet);
				await().until(() -> application.pool("timed").tasks().succeeded() == 1);
				assertThat(application.pool("timer").tasks().submitted()).isZero();
			});
	}

	@Test
	void countACompletableTaskOnce() {
		GuardedApplication application = new GuardedApplication().with("pool", ThreadPoolTaskExecutor.class,
				ThreadPoolTaskExecutor::new);
		application
			.with("view", AsyncTaskExecutor.class,
					() -> new Completing(application.bean("pool", AsyncTaskExecutor.class)))
			.run(() -> {
				AsyncTaskExecutor view = application.bean("view", AsyncTaskExecutor.class);
				assertThat(view.submitCompletable(() -> 42).get()).isEqualTo(42);
				assertThat(view.submitCompletable(() -> {
				}).get()).isNull();
				application.awaitQuiet("pool", 0);
				assertThat(application.poolNames()).containsExactly("pool");
				assertThat(application.pool("pool").tasks().submitted()).isEqualTo(2);
			});
	}

	@Test
	void reportOnceWhatTheySendToAnyOfSeveral() {
		Executor failing = (task) -> {
			throw new RejectedExecutionException("Full");
		};
		GuardedApplication application = new GuardedApplication().with("one", Executor.class, () -> failing)
			.with("other", ExecutorService.class, () -> Executors.newFixedThreadPool(1));
		Supplier<Executor> router = () -> new Router(
				List.of(application.bean("one", Executor.class), application.bean("other", Executor.class)));
		application.with("router", Executor.class, router).run(() -> {
			application.bean("router", Executor.class).execute(() -> {
				throw new IllegalStateException("Fails");
			});
			application.awaitQuiet("router", 1);
			await().untilAsserted(() -> assertThat(application.pool("other").failures().observed()).isEqualTo(1));
			assertThat(application.reports).hasSize(1);
		});
	}

	private ThreadPoolTaskExecutor decoratedPool() {
		ThreadPoolTaskExecutor pool = new ThreadPoolTaskExecutor();
		pool.setTaskDecorator((task) -> {
			this.decorated.incrementAndGet();
			return () -> {
				this.inside.set(true);
				try {
					task.run();
				}
				finally {
					this.inside.remove();
				}
			};
		});
		return pool;
	}

	private Executor pool() {
		return bean("pool", Executor.class);
	}

	private <T> T bean(String name, Class<T> type) {
		return this.application.bean(name, type);
	}

	private void runInside() {
		if (this.inside.get()) {
			this.ran.incrementAndGet();
		}
	}

	@Test
	void countTasksOnceAndKeepTheDecoratorOfTheInnerOne() {
		this.application.run(() -> {
			for (String name : new String[] { "pool", "spring", "lambda", "delegating" }) {
				bean(name, Executor.class).execute(this::runInside);
			}
			bean("pool", AsyncTaskExecutor.class).submit(this::runInside).get();
			bean("spring", AsyncTaskExecutor.class).submit(this::runInside).get();
			bean("spring", AsyncTaskExecutor.class).submit(() -> {
				runInside();
				return 1;
			}).get();
			this.application.awaitQuiet("pool", 0);
			assertThat(this.application.pool("pool").tasks().submitted()).isEqualTo(7);
			assertThat(this.ran).hasValue(7);
			assertThat(this.decorated).hasValue(7);
		});
	}

	@Test
	void countAndReportFailuresOnce() {
		this.application.run(() -> {
			for (String name : new String[] { "spring", "lambda", "delegating" }) {
				bean(name, Executor.class).execute(() -> {
					throw new IllegalStateException(name);
				});
			}
			this.application.awaitQuiet("pool", 3);
			assertThat(this.application.pool("pool").tasks().failed()).isEqualTo(3);
			assertThat(this.application.pool("pool").tasks().submitted()).isEqualTo(3);
		});
	}

	@Test
	void countTasksBehindAnUnconfigurableServiceOnce() {
		this.application.run(() -> {
			Future<?> future = bean("unconfigurable", ExecutorService.class).submit(() -> {
				throw new IllegalStateException("Fails");
			});
			assertThatThrownBy(future::get).hasRootCauseInstanceOf(IllegalStateException.class);
			bean("unconfigurable", ExecutorService.class).execute(this.ran::incrementAndGet);
			await().untilAsserted(() -> {
				assertThat(this.application.poolNames()).doesNotHaveDuplicates();
				long submitted = this.application.pool("jdk").tasks().submitted();
				assertThat(submitted + ((this.application.guarded("unconfigurable") != null)
						? this.application.pool("unconfigurable").tasks().submitted() : 0))
					.isEqualTo(2);
			});
		});
	}

	@Test
	void endTheFutureWhenADecoratorFails() {
		GuardedApplication failing = new GuardedApplication().with("decorator", TaskDecorator.class,
				() -> (task) -> () -> {
					throw new IllegalStateException("Decorator");
				});
		failing.run(() -> {
			AsyncTaskExecutor boot = failing.bean("applicationTaskExecutor", AsyncTaskExecutor.class);
			assertThatThrownBy(boot.submit(this.ran::incrementAndGet)::get).hasRootCauseMessage("Decorator");
			boot.execute(this.ran::incrementAndGet);
			failing.awaitQuiet("applicationTaskExecutor", 1);
			assertThat(this.ran).hasValue(0);
			assertThat(failing.pool("applicationTaskExecutor").failures().observed()).isEqualTo(1);
			assertThat(failing.pool("applicationTaskExecutor").tasks().failed()).isEqualTo(2);
		});
	}

	private record Timed(ScheduledExecutorService timer, ExecutorService own) implements Executor {

		@Override
		public void execute(Runnable task) {
			this.own.execute(task);
		}

	}

	private record Delegating(Executor delegate) implements TaskExecutor {

		@Override
		public void execute(Runnable task) {
			this.delegate.execute(() -> task.run());
		}

	}

	/**
	 * Lets another executor run what it puts around its tasks.
	 */
	private static final class Wrapping extends AbstractExecutorService {

		private final ExecutorService executor;

		Wrapping(ExecutorService executor) {
			this.executor = executor;
		}

		@Override
		public void execute(Runnable task) {
			this.executor.execute(() -> task.run());
		}

		@Override
		public void shutdown() {
			this.executor.shutdown();
		}

		@Override
		public List<Runnable> shutdownNow() {
			return this.executor.shutdownNow();
		}

		@Override
		public boolean isShutdown() {
			return this.executor.isShutdown();
		}

		@Override
		public boolean isTerminated() {
			return this.executor.isTerminated();
		}

		@Override
		public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
			return this.executor.awaitTermination(timeout, unit);
		}

	}

	/**
	 * Sends each task to the first executor that takes it.
	 */
	private record Router(List<Executor> executors) implements Executor {

		@Override
		public void execute(Runnable task) {
			for (Executor executor : this.executors) {
				try {
					executor.execute(() -> task.run());
					return;
				}
				catch (RejectedExecutionException ex) {
					// the next one may take it
				}
			}
		}

	}

	static class Completing implements AsyncTaskExecutor {

		private final AsyncTaskExecutor inner;

		Completing(AsyncTaskExecutor inner) {
			this.inner = inner;
		}

		@Override
		public void execute(Runnable task) {
			this.inner.execute(task);
		}

		@Override
		public CompletableFuture<Void> submitCompletable(Runnable task) {
			return this.inner.submitCompletable(task);
		}

		@Override
		public <T> CompletableFuture<T> submitCompletable(Callable<T> task) {
			return this.inner.submitCompletable(task);
		}

	}

}
