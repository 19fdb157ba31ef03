package io.lifeguard.engine.task;

import java.lang.Thread.UncaughtExceptionHandler;
import java.time.Duration;
import java.util.Comparator;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.lifeguard.GuardedApplication;
import io.lifeguard.TaskFailureReporter;
import io.lifeguard.engine.pool.PoolRegistry;
import io.lifeguard.sentry.SentryTaskFailureReporter;
import io.sentry.Sentry;
import io.sentry.UncaughtExceptionHandlerIntegration;
import org.junit.jupiter.api.Test;

import org.springframework.scheduling.TaskScheduler;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for whoever sees a failure besides the guard: handlers of threads, of the JVM and
 * of schedulers, and {@code afterExecute}.
 */
class UncaughtHandlerTests {

	private final Queue<Throwable> seen = new ConcurrentLinkedQueue<>();

	private final Queue<Thread> threads = new ConcurrentLinkedQueue<>();

	private final IllegalStateException failure = new IllegalStateException("Fails");

	private void fail() {
		throw this.failure;
	}

	@Test
	void areCalledOnceAndTheWorkerLivesOn() {
		GuardedApplication application = new GuardedApplication().with("pool", ExecutorService.class,
				() -> Executors.newFixedThreadPool(1, (worker) -> {
					Thread thread = new Thread(worker, "own");
					thread.setUncaughtExceptionHandler((failed, thrown) -> this.seen.add(thrown));
					this.threads.add(thread);
					return thread;
				}));
		application.run(() -> {
			Executor pool = application.bean("pool", Executor.class);
			pool.execute(this::fail);
			Thread[] next = new Thread[1];
			pool.execute(() -> next[0] = Thread.currentThread());
			application.awaitQuiet("pool", 1);
			assertThat(this.seen).containsExactly(this.failure);
			assertThat(this.threads).containsExactly(next[0]);
		});
	}

	@Test
	void areCalledOnceWhereTheyAreTheDefault() {
		UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
		Thread.setDefaultUncaughtExceptionHandler((thread, thrown) -> this.seen.add(thrown));
		try {
			GuardedApplication application = new GuardedApplication().with("pool", ExecutorService.class,
					() -> Executors.newFixedThreadPool(1));
			application.run(() -> {
				application.bean("pool", Executor.class).execute(this::fail);
				application.awaitQuiet("pool", 1);
				assertThat(this.seen).containsExactly(this.failure);
			});
		}
		finally {
			Thread.setDefaultUncaughtExceptionHandler(before);
		}
	}

	@Test
	void areCalledOnceBehindSentrysWhichIsNot() {
		UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
		Thread.setDefaultUncaughtExceptionHandler((thread, thrown) -> this.seen.add(thrown));
		AtomicInteger events = new AtomicInteger();
		try {
			Sentry.init((options) -> {
				options.setDsn("http://key@localhost:1/1");
				options.setBeforeSend((event, hint) -> {
					events.incrementAndGet();
					return null;
				});
			});
			assertThat(Thread.getDefaultUncaughtExceptionHandler())
				.isInstanceOf(UncaughtExceptionHandlerIntegration.class);
			GuardedApplication application = new GuardedApplication()
				.with("pool", ThreadPoolExecutor.class,
						() -> new ThreadPoolExecutor(1, 1, 1, TimeUnit.MINUTES,
								new PriorityBlockingQueue<>(11, Comparator.comparing(Object::toString))))
				.with("jdk", ExecutorService.class, () -> Executors.newFixedThreadPool(1));
			application.run(() -> {
				new SentryTaskFailureReporter(application.bean("lifeguardPoolRegistry", PoolRegistry.class));
				application.bean("jdk", Executor.class).execute(this::fail);
				application.awaitQuiet("jdk", 1);
				application.bean("pool", Executor.class).execute(() -> {
					throw new IllegalArgumentException("Fails too");
				});
				await().untilAsserted(() -> assertThat(this.seen).hasSize(2));
				assertThat(application.pool("pool").failures().uncaught()).isEqualTo(1);
				assertThat(events).hasValue(0);
			});
		}
		finally {
			Sentry.close();
			Thread.setDefaultUncaughtExceptionHandler(before);
		}
	}

	@Test
	void areStillCalledForWhatEndsAThreadLater() {
		Queue<Throwable> crashes = new ConcurrentLinkedQueue<>();
		UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
		Thread.setDefaultUncaughtExceptionHandler((thread, thrown) -> crashes.add(thrown));
		try {
			GuardedApplication application = new GuardedApplication().with("loop", EventLoop.class, EventLoop::new);
			application.run(() -> {
				EventLoop loop = application.bean("loop", EventLoop.class);
				loop.execute(this::fail);
				application.awaitQuiet("loop", 1);
				loop.crash();
				await().untilAsserted(() -> assertThat(crashes).singleElement().isInstanceOf(AssertionError.class));
			});
		}
		finally {
			Thread.setDefaultUncaughtExceptionHandler(before);
		}
	}

	@Test
	void reportsOneInstanceThrownFiveTimesOnceAndCountsFive() {
		GuardedApplication application = new GuardedApplication().with("pool", ExecutorService.class,
				() -> Executors.newFixedThreadPool(1));
		application.run(() -> {
			for (int i = 0; i < 5; i++) {
				application.bean("pool", Executor.class).execute(this::fail);
			}
			application.awaitQuiet("pool", 1);
			await().until(() -> application.pool("pool").failures().suppressed() == 4);
			assertThat(application.pool("pool").failures().uncaught()).isEqualTo(5);
			assertThat(application.reports.element().throwable()).isSameAs(this.failure);
		});
	}

	@Test
	void afterExecuteSeesFailuresAndReadsFutures() {
		GuardedApplication application = new GuardedApplication().with("pool", ThreadPoolExecutor.class,
				() -> new Watching(this.seen));
		application.run(() -> {
			ThreadPoolExecutor pool = application.bean("pool", ThreadPoolExecutor.class);
			pool.submit(this::fail);
			await().untilAsserted(() -> assertThat(this.seen).containsExactly(this.failure));
			application.awaitQuiet("pool", 0);
			assertThat(application.pool("pool").failures().observed()).isEqualTo(1);
			pool.execute(this::fail);
			application.awaitQuiet("pool", 1);
			await().untilAsserted(() -> assertThat(this.seen).containsExactly(this.failure, this.failure));
		});
	}

	@Test
	void errorHandlersOfASchedulerAreCalledAndThePeriodGoesOn() {
		GuardedApplication application = new GuardedApplication().with("pool", ThreadPoolTaskScheduler.class, () -> {
			ThreadPoolTaskScheduler scheduler = new ThreadPoolTaskScheduler();
			scheduler.setErrorHandler(this.seen::add);
			return scheduler;
		});
		application.run(() -> {
			AtomicInteger runs = new AtomicInteger();
			Future<?> future = application.bean("pool", TaskScheduler.class).scheduleAtFixedRate(() -> {
				if (runs.incrementAndGet() == 1) {
					throw this.failure;
				}
			}, Duration.ofMillis(5));
			await().until(() -> runs.get() > 2);
			future.cancel(false);
			application.awaitQuiet("pool", 1);
			assertThat(this.seen).containsExactly(this.failure);
			assertThat(application.reports.element().dead()).isFalse();
		});
	}

	@Test
	void aPeriodicTaskOfTheJdkIsReportedDeadOnce() {
		GuardedApplication application = new GuardedApplication().with("pool", ScheduledExecutorService.class,
				() -> Executors.newScheduledThreadPool(1));
		application.run(() -> {
			Future<?> future = application.bean("pool", ScheduledExecutorService.class)
				.scheduleAtFixedRate(this::fail, 0, 1, TimeUnit.MILLISECONDS);
			await().until(future::isDone);
			application.awaitQuiet("pool", 1);
			assertThat(application.reports.element().dead()).isTrue();
			assertThat(application.pool("pool").tasks().failed()).isEqualTo(1);
		});
	}

	@Test
	void aReporterThatThrowsKeepsNoOtherFromItsReport() {
		GuardedApplication application = new GuardedApplication().with("faulty", TaskFailureReporter.class, () -> {
			return (reported) -> {
				throw new IllegalArgumentException("Reporter");
			};
		}).with("pool", ExecutorService.class, () -> Executors.newFixedThreadPool(1));
		application.run(() -> {
			application.bean("pool", Executor.class).execute(this::fail);
			application.awaitQuiet("pool", 1);
		});
	}

	/**
	 * Reads what it has run, in the way that the documentation of the JDK shows.
	 */
	static class Watching extends ThreadPoolExecutor {

		private final Queue<Throwable> seen;

		Watching(Queue<Throwable> seen) {
			super(1, 1, 1, TimeUnit.MINUTES, new LinkedBlockingQueue<>());
			this.seen = seen;
		}

		@Override
		protected void afterExecute(Runnable task, Throwable thrown) {
			if (thrown != null) {
				this.seen.add(thrown);
			}
			else if (task instanceof Future<?> future) {
				try {
					future.get();
				}
				catch (ExecutionException ex) {
					this.seen.add(ex.getCause());
				}
				catch (InterruptedException ex) {
					Thread.currentThread().interrupt();
				}
			}
		}

	}

	/**
	 * Runs its tasks on one thread, whatever exceptions they throw.
	 */
	static class EventLoop implements Executor {

		private final BlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();

		EventLoop() {
			Thread thread = new Thread(this::loop);
			thread.setDaemon(true);
			thread.start();
		}

		private void loop() {
			while (true) {
				try {
					this.tasks.take().run();
				}
				catch (RuntimeException | InterruptedException ex) {
					// the next one
				}
			}
		}

		@Override
		public void execute(Runnable task) {
			this.tasks.add(task);
		}

		void crash() {
			this.tasks.add(() -> {
				throw new AssertionError("The loop is broken");
			});
		}

	}

}
