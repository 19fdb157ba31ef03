package io.lifeguard.sentry;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import io.lifeguard.ReportOutcome;
import io.lifeguard.autoconfigure.LifeguardAutoConfiguration;
import io.lifeguard.autoconfigure.LifeguardSentryAutoConfiguration;
import io.lifeguard.engine.pool.Pool;
import io.lifeguard.engine.pool.PoolRegistry;
import io.sentry.Sentry;
import io.sentry.SentryLevel;
import io.sentry.spring.boot4.SentryAutoConfiguration;
import io.sentry.spring.boot4.SentryLogbackAppenderAutoConfiguration;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

import org.springframework.aop.interceptor.AsyncUncaughtExceptionHandler;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.autoconfigure.task.TaskSchedulingAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.AsyncConfigurer;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that a failure is one event, of the application's own or of the guard's, however
 * it is submitted and whoever logs or captures what of it.
 */
class EventCountTests {

	private static final org.slf4j.Logger logger = LoggerFactory.getLogger(EventCountTests.class);

	private final SentryReceiver sentry = SentryReceiver.start();

	@BeforeAll
	static void leaveUncaughtExceptionsAlone() {
		Awaitility.doNotCatchUncaughtExceptionsByDefault();
	}

	@AfterEach
	void close() {
		this.sentry.close();
		Sentry.close();
		((Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME)).detachAppender("SENTRY_APPENDER");
		((Logger) logger).detachAndStopAllAppenders();
	}

	@ParameterizedTest
	@EnumSource
	void isOneOnEachPathForEachWayToTellOfIt(Setting setting) {
		List<Cell> cells = new ArrayList<>();
		for (Route route : Route.values()) {
			for (Telling telling : Telling.values()) {
				if (route.allows(telling)) {
					cells.add(new Cell(route, telling));
				}
			}
		}
		new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(TaskExecutionAutoConfiguration.class, TaskSchedulingAutoConfiguration.class,
							SentryAutoConfiguration.class, SentryLogbackAppenderAutoConfiguration.class,
							LifeguardAutoConfiguration.class, LifeguardSentryAutoConfiguration.class))
			.withUserConfiguration(Application.class)
			.withPropertyValues("sentry.dsn=" + this.sentry.dsn(), "sentry.max-queue-size=1000",
					"lifeguard.report.max-per-minute=1000", "lifeguard.defaults.unobserved-after=500ms",
					"spring.task.execution.mode=force", "sentry.logging.enabled=" + (setting != Setting.NO_APPENDER),
					"sentry.enable-deduplication=" + (setting != Setting.NO_DEDUPLICATION))
			.run((context) -> {
				AsyncAppender asynchronous = (setting == Setting.ASYNCHRONOUS_APPENDER) ? makeAsynchronous() : null;
				List<@Nullable Object> kept = new ArrayList<>();
				for (Cell cell : cells) {
					kept.add(cell.route.submit(context, cell));
				}
				awaitEnd(context.getBean(PoolRegistry.class), cells.size());
				if (asynchronous != null) {
					asynchronous.stop();
				}
				Sentry.flush(10_000);
				List<JsonNode> events = this.sentry.events();
				for (Cell cell : cells) {
					assertThat(events.stream().filter((event) -> event.toString().contains('"' + cell.id() + '"')))
						.as(cell.id() + " with " + setting + ": "
								+ events.stream().filter((event) -> event.toString().contains(cell.id())).toList())
						.hasSize(cell.expected(setting))
						.allSatisfy((event) -> {
							assertThat(event.path("tags").path("pool").asString()).endsWith("Executor");
							assertThat(event.path("tags").path("task").asString()).startsWith("EventCountTests.");
							assertThat(event.path("contexts").path("Task Pool").isObject()).isTrue();
						});
				}
				assertThat(kept).isNotEmpty();
			});
	}

	/**
	 * Let Sentry's appender work behind an asynchronous one.
	 */
	private static AsyncAppender makeAsynchronous() {
		LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
		Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
		Appender<ILoggingEvent> appender = root.getAppender("SENTRY_APPENDER");
		assertThat(appender).isNotNull();
		root.detachAppender(appender);
		AsyncAppender asynchronous = new AsyncAppender();
		asynchronous.setContext(context);
		asynchronous.addAppender(appender);
		asynchronous.start();
		((Logger) logger).addAppender(asynchronous);
		return asynchronous;
	}

	/**
	 * Wait until each failure is handled, and each report has been sent or was found to
	 * be needless.
	 */
	private static void awaitEnd(PoolRegistry registry, int failures) {
		Awaitility.await().until(() -> {
			long ended = 0;
			for (Pool pool : registry.pools()) {
				ended += pool.reports(ReportOutcome.SENT) + pool.snapshot().failures().observed();
			}
			return ended == failures;
		});
	}

	enum Setting {

		APPENDER, NO_APPENDER, ASYNCHRONOUS_APPENDER, NO_DEDUPLICATION

	}

	/**
	 * What the application does about a failure, but for throwing it.
	 */
	enum Telling {

		NONE, ITSELF_LOGGED, CAUSE_LOGGED, WRAPPER_LOGGED, SHARED_CAUSE_LOGGED, CAPTURED, LOGGED_BY_READER,
		LOGGED_BY_HANDLER;

		void fail(String id) {
			awaitTimeStampAfterStart();
			IllegalStateException cause = new IllegalStateException(id);
			RuntimeException failure = new RuntimeException("Wrapped", cause);
			switch (this) {
				case ITSELF_LOGGED -> logger.error("Could not", failure);
				case CAUSE_LOGGED -> logger.error("Could not", cause);
				case WRAPPER_LOGGED -> logger.error("Could not", new IllegalArgumentException("Outer", failure));
				case SHARED_CAUSE_LOGGED -> logger.error("Could not", new IllegalArgumentException("Other", cause));
				case CAPTURED -> Sentry.captureException(failure, (scope) -> scope.setLevel(SentryLevel.FATAL));
				default -> {
				}
			}
			throw failure;
		}

		/**
		 * An event from an asynchronous appender tells only to the millisecond when it
		 * was made, so what a younger task has logged names no task rather than a wrong
		 * one.
		 */
		private static void awaitTimeStampAfterStart() {
			long start = System.currentTimeMillis();
			while (System.currentTimeMillis() < start + 2) {
				Thread.onSpinWait();
			}
		}

	}

	enum Route {

		EXECUTE {

			@Override
			@Nullable Object submit(ApplicationContext context, Cell cell) {
				executor(context).execute(cell::fail);
				return null;
			}

		},

		SUBMIT_UNREAD {

			@Override
			Object submit(ApplicationContext context, Cell cell) {
				return executor(context).submit(cell::fail);
			}

		},

		SUBMIT_READ {

			@Override
			Object submit(ApplicationContext context, Cell cell) {
				return read(executor(context).submit(cell::fail), cell);
			}

		},

		ASYNC_VOID {

			@Override
			@Nullable Object submit(ApplicationContext context, Cell cell) {
				context.getBean(Work.class).fail(cell);
				return null;
			}

		},

		ASYNC_FUTURE_UNREAD {

			@Override
			Object submit(ApplicationContext context, Cell cell) {
				return context.getBean(Work.class).failLater(cell);
			}

		},

		ASYNC_FUTURE_READ {

			@Override
			Object submit(ApplicationContext context, Cell cell) {
				return read(context.getBean(Work.class).failLater(cell), cell);
			}

		},

		SUBMIT_COMPLETABLE_UNREAD {

			@Override
			Object submit(ApplicationContext context, Cell cell) {
				return executor(context).submitCompletable(cell::fail);
			}

		},

		SUBMIT_COMPLETABLE_READ {

			@Override
			Object submit(ApplicationContext context, Cell cell) {
				return read(executor(context).submitCompletable(cell::fail), cell);
			}

		},

		SCHEDULED {

			@Override
			Object submit(ApplicationContext context, Cell cell) {
				CountDownLatch once = new CountDownLatch(1);
				return context.getBean(TaskScheduler.class).scheduleAtFixedRate(() -> {
					if (once.getCount() > 0) {
						once.countDown();
						cell.fail();
					}
				}, Duration.ofHours(1));
			}

		};

		abstract @Nullable Object submit(ApplicationContext context, Cell cell);

		boolean isRead() {
			return name().endsWith("_READ");
		}

		boolean isHandled() {
			return this == ASYNC_VOID || this == SCHEDULED;
		}

		boolean allows(Telling telling) {
			return switch (telling) {
				case LOGGED_BY_READER -> isRead();
				case LOGGED_BY_HANDLER -> isHandled();
				default -> true;
			};
		}

		static AsyncTaskExecutor executor(ApplicationContext context) {
			return context.getBean("applicationTaskExecutor", AsyncTaskExecutor.class);
		}

		static Object read(Future<?> future, Cell cell) {
			try {
				return String.valueOf(future.get());
			}
			catch (ExecutionException ex) {
				if (cell.telling == Telling.LOGGED_BY_READER) {
					logger.error("Could not", ex);
				}
				return ex;
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
		}

	}

	record Cell(Route route, Telling telling) {

		String id() {
			return this.route + " " + this.telling;
		}

		void fail() {
			this.telling.fail(id());
		}

		int expected(Setting setting) {
			boolean own = switch (this.telling) {
				case NONE -> false;
				case CAPTURED -> true;
				default -> setting != Setting.NO_APPENDER;
			};
			return (own || !this.route.isRead()) ? 1 : 0;
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAsync
	@EnableScheduling
	static class Application {

		@Bean
		AsyncConfigurer asyncConfigurer() {
			return new AsyncConfigurer() {

				@Override
				public AsyncUncaughtExceptionHandler getAsyncUncaughtExceptionHandler() {
					return (failure, method, arguments) -> handle(failure);
				}

			};
		}

		@Bean
		ThreadPoolTaskScheduler applicationScheduledExecutor() {
			ThreadPoolTaskScheduler scheduler = new ThreadPoolTaskScheduler();
			scheduler.setErrorHandler(Application::handle);
			return scheduler;
		}

		@Bean
		Work work() {
			return new Work();
		}

		private static void handle(Throwable failure) {
			if (failure.getCause().getMessage().contains(Telling.LOGGED_BY_HANDLER.name())) {
				logger.error("Could not", failure);
			}
		}

	}

	static class Work {

		@Async
		public void fail(Cell cell) {
			cell.fail();
		}

		@Async
		public CompletableFuture<String> failLater(Cell cell) {
			cell.fail();
			return CompletableFuture.completedFuture("unreachable");
		}

	}

}
