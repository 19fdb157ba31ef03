package io.lifeguard.sentry;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

import io.lifeguard.Handling;
import io.lifeguard.autoconfigure.LifeguardAutoConfiguration;
import io.lifeguard.autoconfigure.LifeguardSentryAutoConfiguration;
import io.lifeguard.engine.pool.PoolRegistry;
import io.sentry.Sentry;
import io.sentry.spring.boot4.SentryAutoConfiguration;
import io.sentry.spring.boot4.SentryLogbackAppenderAutoConfiguration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.aop.interceptor.AsyncUncaughtExceptionHandler;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.autoconfigure.task.TaskSchedulingAutoConfiguration;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ContextConsumer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.AsyncConfigurer;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for failures that others log, before or after the guard has seen them, beside
 * Sentry's own appender.
 */
class LoggedFailureTests {

	private static final Logger logger = LoggerFactory.getLogger(LoggedFailureTests.class);

	private final SentryReceiver sentry = SentryReceiver.start();

	@AfterEach
	void close() {
		this.sentry.close();
	}

	@Test
	void areReportedOnceWhenTheHandlerOfAsynchronousFailuresLogsThem() {
		run(Asynchronous.class, (context) -> {
			context.getBean(Work.class).fail();
			assertOneEvent(context, "applicationTaskExecutor");
		});
		assertThat(this.sentry.events()).hasSize(1);
	}

	@Test
	void areReportedOnceWhenTheSchedulerLogsThem() {
		run(Schedule.class, (context) -> assertOneEvent(context, "taskScheduler"));
		assertThat(this.sentry.events()).hasSize(1);
	}

	@Test
	void areLeftToTheAppenderWhenWhoReadsThemLogsThem() {
		run(Asynchronous.class, (context) -> {
			Future<?> future = context.getBean("applicationTaskExecutor", AsyncTaskExecutor.class).submit(() -> {
				throw new IllegalStateException("read");
			});
			try {
				future.get();
			}
			catch (ExecutionException ex) {
				logger.error("Could not", ex);
			}
			Awaitility.await().untilAsserted(() -> assertThat(this.sentry.events()).hasSize(1));
			assertThat(this.sentry.events().toString()).doesNotContain("\"handling\"");
			assertThat(context.getBean(PoolRegistry.class).pool("applicationTaskExecutor").failures(Handling.OBSERVED))
				.isOne();
		});
		assertThat(this.sentry.events()).hasSize(1);
	}

	private void assertOneEvent(AssertableApplicationContext context, String pool) {
		PoolRegistry registry = context.getBean(PoolRegistry.class);
		Awaitility.await()
			.untilAsserted(() -> assertThat(registry.pool(pool).snapshot().failures().reported()).isOne());
		Sentry.flush(10_000);
		assertThat(this.sentry.events()).hasSize(1);

	}

	private void run(Class<?> application, ContextConsumer<AssertableApplicationContext> consumer) {
		new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(TaskExecutionAutoConfiguration.class, TaskSchedulingAutoConfiguration.class,
							SentryAutoConfiguration.class, SentryLogbackAppenderAutoConfiguration.class,
							LifeguardAutoConfiguration.class, LifeguardSentryAutoConfiguration.class))
			.withUserConfiguration(application)
			.withPropertyValues("sentry.dsn=" + this.sentry.dsn())
			.run(consumer);
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAsync
	static class Asynchronous {

		@Bean
		AsyncConfigurer asyncConfigurer() {
			return new AsyncConfigurer() {

				@Override
				public AsyncUncaughtExceptionHandler getAsyncUncaughtExceptionHandler() {
					return (failure, method, arguments) -> logger.error("Could not", failure);
				}

			};
		}

		@Bean
		Work work() {
			return new Work();
		}

	}

	static class Work {

		@Async
		public void fail() {
			throw new IllegalStateException("asynchronous");
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableScheduling
	static class Schedule {

		@Scheduled(fixedRate = 3_600_000)
		void fail() {
			throw new IllegalStateException("scheduled");
		}

	}

}
