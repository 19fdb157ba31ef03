package io.lifeguard.sentry;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import io.lifeguard.PoolSnapshot;
import io.lifeguard.TaskFailureReporter;
import io.lifeguard.autoconfigure.LifeguardAutoConfiguration;
import io.lifeguard.autoconfigure.LifeguardSentryAutoConfiguration;
import io.lifeguard.engine.pool.Pool;
import io.lifeguard.engine.pool.PoolRegistry;
import io.lifeguard.sentry.SentryReceiver.Health;
import io.sentry.Sentry;
import io.sentry.spring.boot4.SentryAutoConfiguration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class FailingSentryTests {

	private static final int TASKS = 500;

	private static final String POOL = "applicationTaskExecutor";

	private SentryReceiver sentry = SentryReceiver.start();

	@AfterEach
	void close() {
		this.sentry.close();
	}

	private ApplicationContextRunner runner() {
		return runnerWithoutSentry().withPropertyValues("sentry.dsn=" + this.sentry.dsn());
	}

	private static ApplicationContextRunner runnerWithoutSentry() {
		return new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(TaskExecutionAutoConfiguration.class, SentryAutoConfiguration.class,
							LifeguardAutoConfiguration.class, LifeguardSentryAutoConfiguration.class))
			.withPropertyValues("spring.task.execution.pool.core-size=4", "sentry.shutdown-timeout-millis=100",
					"sentry.flush-timeout-millis=100", "sentry.connection-timeout-millis=2000",
					"sentry.read-timeout-millis=2000", "lifeguard.report.max-per-minute=1000");
	}

	@ParameterizedTest
	@EnumSource
	void neitherSlowsNorStopsWorkers(Health health) {
		this.sentry.become(health);
		runner().run((context) -> print(health.toString(), failAll(context)));
	}

	@Test
	void neitherSlowsNorStopsWorkersWhenSentryIsOutOfReachFromTheStart() {
		this.sentry.close();
		runner().run((context) -> print("unreachable", failAll(context)));
	}

	@Test
	void neitherSlowsNorStopsWorkersAnyMoreThanNoSentryAtAll() {
		this.sentry.become(Health.SILENT);
		runnerWithoutSentry().run(FailingSentryTests::failAll); // warms the JVM up
		StringBuilder figures = new StringBuilder();
		runnerWithoutSentry().run((context) -> {
			assertThat(Sentry.isEnabled()).isFalse();
			figures.append("none: ").append(failAll(context));
		});
		runner().run((context) -> {
			assertThat(Sentry.isEnabled()).isTrue();
			print(figures + "; SILENT", failAll(context));
		});
		assertThat(this.sentry.requests()).isPositive();
	}

	@ParameterizedTest
	@EnumSource(mode = Mode.EXCLUDE, names = "WELL")
	void reportsAgainOnceSentryIsWell(Health health) {
		this.sentry.become(health);
		runner().run((context) -> {
			fail(context, 1);
			await().until(() -> this.sentry.requests() > 0);
			this.sentry.become(Health.WELL);
			await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(300)).until(() -> {
				fail(context, 1);
				return !this.sentry.events().isEmpty();
			});
		});
	}

	@Test
	void reportsAgainOnceSentryCanBeReached() {
		int port = this.sentry.port();
		ApplicationContextRunner runner = runner();
		this.sentry.close();
		runner.run((context) -> {
			fail(context, 1);
			this.sentry = SentryReceiver.startAt(port);
			await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(300)).until(() -> {
				fail(context, 1);
				return !this.sentry.events().isEmpty();
			});
		});
	}

	@Test
	void neverLetsAWorkerWaitForAReporter() {
		CountDownLatch release = new CountDownLatch(1);
		runner().withBean(TaskFailureReporter.class, () -> (failure) -> {
			try {
				release.await();
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
		}).run((context) -> {
			ThreadPoolTaskExecutor executor = context.getBean(ThreadPoolTaskExecutor.class);
			Set<Thread> threads = ConcurrentHashMap.newKeySet();
			for (int i = 0; i < 10_000; i++) {
				executor.execute(() -> {
					threads.add(Thread.currentThread());
					throw new IllegalStateException();
				});
			}
			Pool pool = context.getBean(PoolRegistry.class).pool(POOL);
			await().until(() -> pool.snapshot().failures().uncaught() == 10_000);
			assertThat(threads).hasSize(4);
			release.countDown();
			await().until(() -> {
				PoolSnapshot.Failures failures = pool.snapshot().failures();
				return failures.reported() + failures.suppressed() == 10_000;
			});
		});
	}

	private static Round failAll(ApplicationContext context) {
		Set<Thread> threads = ConcurrentHashMap.newKeySet();
		AtomicInteger live = new AtomicInteger();
		ThreadPoolTaskExecutor executor = context.getBean(ThreadPoolTaskExecutor.class);
		Pool pool = context.getBean(PoolRegistry.class).pool(POOL);
		long start = System.nanoTime();
		for (int i = 0; i < TASKS; i++) {
			executor.execute(() -> {
				threads.add(Thread.currentThread());
				live.accumulateAndGet(livePoolThreads(), Math::max);
				throw new IllegalStateException("Fails");
			});
		}
		await().pollInterval(Duration.ofMillis(1)).until(() -> pool.snapshot().tasks().failed() == TASKS);
		Duration duration = Duration.ofNanos(System.nanoTime() - start);
		assertThat(live).hasValueLessThanOrEqualTo(4);
		assertThat(threads).hasSize(4);
		await().untilAsserted(() -> {
			PoolSnapshot.Failures failures = pool.snapshot().failures();
			assertThat(failures.uncaught()).isEqualTo(TASKS);
			assertThat(failures.reported() + failures.suppressed()).isEqualTo(TASKS);
		});
		return new Round(duration, live.get());
	}

	private static void print(String what, Round round) {
		System.out.println("FIGURE Sentry " + what + ": " + round);
	}

	private static int livePoolThreads() {
		Thread[] threads = new Thread[2000];
		int count = Thread.enumerate(threads);
		int live = 0;
		for (int i = 0; i < count; i++) {
			live += threads[i].getName().startsWith("task-") ? 1 : 0;
		}
		return live;
	}

	private static void fail(ApplicationContext context, int times) {
		for (int i = 0; i < times; i++) {
			context.getBean(ThreadPoolTaskExecutor.class).execute(() -> {
				throw new IllegalStateException("Fails");
			});
		}
	}

	private record Round(Duration duration, int live) {

		@Override
		public String toString() {
			return TASKS + " failing tasks in " + this.duration.toMillis() + " ms, at most " + this.live
					+ " live pool threads";
		}

	}

}
