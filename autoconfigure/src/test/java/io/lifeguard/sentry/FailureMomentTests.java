package io.lifeguard.sentry;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import ch.qos.logback.classic.Logger;
import io.lifeguard.autoconfigure.LifeguardAutoConfiguration;
import io.lifeguard.autoconfigure.LifeguardSentryAutoConfiguration;
import io.sentry.ISentryLifecycleToken;
import io.sentry.ITransaction;
import io.sentry.Sentry;
import io.sentry.SentryLevel;
import io.sentry.TransactionOptions;
import io.sentry.protocol.SentryException;
import io.sentry.protocol.User;
import io.sentry.spring7.SentryTaskDecorator;
import io.sentry.spring.boot4.SentryAutoConfiguration;
import io.sentry.spring.boot4.SentryLogbackAppenderAutoConfiguration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.autoconfigure.task.TaskSchedulingAutoConfiguration;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ContextConsumer;
import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.core.task.TaskDecorator;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that an event of the guard's own tells the moment of the failure: what the task
 * had set when it threw, and for the rest what its submitter had set when it submitted.
 */
class FailureMomentTests {

	private final SentryReceiver sentry = SentryReceiver.start();

	@BeforeAll
	static void leaveUncaughtExceptionsAlone() {
		Awaitility.doNotCatchUncaughtExceptionsByDefault();
	}

	@AfterEach
	void close() {
		this.sentry.close();
		Sentry.close();
		MDC.clear();
		((Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME)).detachAppender("SENTRY_APPENDER");
	}

	@ParameterizedTest
	@EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "OWN")
	void isThatOfTheMessageWhoseConsumerHasGoneOnToTheNext(Decorator decorator) {
		run(decorator, (context) -> {
			CountDownLatch changed = new CountDownLatch(1);
			Thread consumer = new Thread(() -> {
				for (String who : List.of("alice", "bob", "carol")) {
					be(who);
					executor(context).execute(() -> {
						await(changed);
						throw new IllegalStateException("Message of " + who);
					});
				}
				be("nobody");
				changed.countDown();
			});
			consumer.start();
			for (JsonNode event : events(3)) {
				String who = value(event).substring("Message of ".length());
				assertIsOf(who, event);
			}
		});
	}

	@Test
	void isThatOfEachMessageWhenTheSameUserIsChangedInPlace() {
		run(Decorator.NONE, (context) -> {
			CountDownLatch changed = new CountDownLatch(1);
			User user = new User();
			Sentry.setUser(user);
			for (String who : List.of("alice", "bob", "carol")) {
				user.setId(who);
				executor(context).execute(() -> {
					await(changed);
					throw new IllegalStateException("Message of " + who);
				});
			}
			user.setId("nobody");
			changed.countDown();
			for (JsonNode event : events(3)) {
				assertThat(event.path("user").path("id").asString())
					.isEqualTo(value(event).substring("Message of ".length()));
			}
		});
	}

	@ParameterizedTest
	@EnumSource
	void isWhatTheTaskHasSetOverWhatItsSubmitterHad(Decorator decorator) {
		run(decorator, (context) -> {
			be("alice");
			Sentry.setTag("kept", "yes");
			executor(context).execute(() -> {
				be("task");
				LoggerFactory.getLogger("shop").info("charging card");
				throw new IllegalStateException("In task");
			});
			JsonNode event = events(1).get(0);
			assertThat(event.path("user").path("id").asString()).isEqualTo("task");
			assertThat(event.path("tags").path("tenant").asString()).isEqualTo("task-inc");
			assertThat(event.path("tags").path("order").asString()).isEqualTo("task-4711");
			assertThat(event.path("tags").path("kept").asString()).isEqualTo("yes");
			assertThat(event.path("breadcrumbs").findValuesAsString("message")).contains("alice clicked",
					"task clicked", "charging card");
			assertThat(event.path("level").asString()).isEqualTo("error");
			assertThat(event.path("exception").path("values").size()).isEqualTo(1);
		});
	}

	@ParameterizedTest
	@EnumSource
	void isNothingOfWhatAnEarlierTaskHasLeftOnTheWorker(Decorator decorator) throws Exception {
		run(decorator, (context) -> {
			executor(context).submit(() -> {
				Sentry.setTag("left", "behind");
				be("earlier");
			}).get();
			executor(context).execute(() -> {
				throw new IllegalStateException("Later");
			});
			JsonNode event = events(1).get(0);
			assertThat(event.toString()).doesNotContain("earlier").doesNotContain("behind");
		});
	}

	@Test
	void isWhatADecoratorHasSetOnTheWorker() {
		run(Decorator.OWN, (context) -> {
			executor(context).execute(() -> {
				throw new IllegalStateException("Decorated");
			});
			assertThat(events(1).get(0).path("user").path("id").asString()).isEqualTo("decorator");
		});
	}

	@Test
	void isThatOfTheSubmitterWhoseScopesThePoolPropagates() {
		run(Decorator.NONE, (context) -> {
			be("alice");
			CountDownLatch changed = new CountDownLatch(1);
			executor(context).execute(() -> {
				await(changed);
				throw new IllegalStateException("Message of alice");
			});
			be("bob");
			changed.countDown();
			assertIsOf("alice", events(1).get(0));
		}, "lifeguard.defaults.propagate-context=true");
	}

	@Test
	void isKeptUntilAnUnreadFailureIsReported() {
		List<Future<?>> kept = new ArrayList<>();
		run(Decorator.NONE, (context) -> {
			be("alice");
			kept.add(executor(context).submit(() -> {
				Sentry.addBreadcrumb("in task");
				throw new IllegalStateException("Message of alice");
			}));
			be("bob");
		});
		JsonNode event = events(1).get(0);
		assertIsOf("alice", event);
		assertThat(event.path("breadcrumbs").findValuesAsString("message")).contains("in task")
			.doesNotContain("bob clicked");
		assertThat(kept).isNotEmpty();
	}

	@Test
	void tellsOfTheTransactionThatIsOver() {
		run(Decorator.NONE, (context) -> {
			CountDownLatch over = new CountDownLatch(1);
			TransactionOptions options = new TransactionOptions();
			options.setBindToScope(true);
			ITransaction transaction = Sentry.startTransaction("unnamed", "http.server", options);
			executor(context).execute(() -> {
				await(over);
				throw new IllegalStateException("After the request");
			});
			transaction.setName("GET /orders");
			transaction.finish();
			over.countDown();
			JsonNode event = events(1).get(0);
			assertThat(event.path("transaction").asString()).isEqualTo("GET /orders");
			assertThat(event.path("contexts").path("trace").path("trace_id").asString())
				.isEqualTo(transaction.getSpanContext().getTraceId().toString());
		}, "sentry.traces-sample-rate=1.0");
	}

	@Test
	void isThatOfTheSubmitterOfATaskThatIsDueLater() {
		run(Decorator.NONE, (context) -> {
			be("alice");
			context.getBean(TaskScheduler.class).schedule(() -> {
				throw new IllegalStateException("Message of alice");
			}, Instant.now().plus(Duration.ofMillis(200)));
			be("bob");
			assertIsOf("alice", events(1).get(0));
		}, "sentry.logging.enabled=false", "lifeguard.defaults.unobserved-after=300ms");
	}

	@Test
	void marksTheThreadOfTheTaskAsCrashed() {
		run(Decorator.NONE, (context) -> {
			executor(context).execute(() -> {
				throw new IllegalStateException("Outer", new IllegalArgumentException("Inner"));
			});
			JsonNode event = events(1).get(0);
			JsonNode exceptions = event.path("exception").path("values");
			List<JsonNode> crashed = new ArrayList<>();
			event.path("threads").path("values").forEach((thread) -> {
				if (thread.path("crashed").asBoolean(false)) {
					crashed.add(thread);
				}
			});
			assertThat(crashed).singleElement()
				.satisfies((thread) -> assertThat(thread.path("name").asString()).startsWith("task-"));
			for (JsonNode exception : exceptions) {
				assertThat(exception.path("thread_id").asLong()).isEqualTo(crashed.get(0).path("id").asLong());
			}
			assertThat(crashed.get(0).path("stacktrace").path("frames").toString()).contains("FailureMomentTests");
		}, "sentry.attach-threads=true");
		assertThat(this.sentry.crashedSessions()).isZero();
	}

	@Test
	void letsACallbackBeforeSendFindTheExceptionFirst() {
		run(Decorator.NONE, (context) -> {
			Sentry.getCurrentScopes().getOptions().setBeforeSend((event, hint) -> {
				SentryException first = Objects.requireNonNull(event.getExceptions()).get(0);
				event.setFingerprints(List.of(Objects.requireNonNull(first.getType()),
						Objects.requireNonNull(first.getValue()).split(":")[0]));
				return event;
			});
			for (int i = 1; i <= 3; i++) {
				executor(context).execute(() -> {
					throw new IllegalStateException("code 7: no stock");
				});
				assertThat(events(i).get(i - 1).path("fingerprint").valueStream().map(JsonNode::asString))
					.containsExactly("IllegalStateException", "code 7");
			}
		});
	}

	@Test
	void isReportedToASentryThatWasInitializedOnceMore() {
		run(Decorator.NONE, (context) -> {
			Sentry.init((options) -> {
				options.setDsn(this.sentry.dsn());
				options.setRelease("second");
			});
			be("alice");
			CountDownLatch changed = new CountDownLatch(1);
			executor(context).execute(() -> {
				await(changed);
				throw new IllegalStateException("Message of alice");
			});
			be("bob");
			changed.countDown();
			JsonNode event = events(1).get(0);
			assertThat(event.path("release").asString()).isEqualTo("second");
			assertThat(event.path("tags").path("handling").asString()).isEqualTo("uncaught");
			assertThat(event.path("user").path("id").asString()).isEqualTo("alice");
			assertThat(event.path("logger").isMissingNode()).isTrue();
		});
	}

	@Test
	void isReportedWhenLazyInitializationHasMadeNoneOfSentrysBeans() {
		Sentry.init((options) -> options.setDsn(this.sentry.dsn()));
		run(Decorator.NONE, (context) -> {
			be("alice");
			executor(context).execute(() -> {
				throw new IllegalStateException("Message of alice");
			});
			assertThat(events(1).get(0).path("user").path("id").asString()).isEqualTo("alice");
		}, "spring.main.lazy-initialization=true");
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void namesTheApplicationsOwnEventAtOnce(boolean handled) {
		run(Decorator.NONE, (context) -> {
			Future<String> reference = executor(context).submit(() -> {
				IllegalStateException failure = new IllegalStateException("Handled");
				String id = Sentry.captureException(failure).toString();
				Sentry.flush(10_000);
				assertThat(this.sentry.events()).hasSize(1);
				assertThat(Sentry.getLastEventId()).hasToString(id);
				if (!handled) {
					throw new IllegalStateException(id, failure);
				}
				return id;
			});
			String id = handled ? reference.get() : messageOf(reference);
			assertThat(events(1).get(0).path("event_id").asString()).isEqualTo(id);
		});
		assertThat(this.sentry.events()).hasSize(1);
	}

	@Test
	void leavesTagsLevelAndFingerprintOfTheApplicationsEventAlone() {
		run(Decorator.NONE, (context) -> {
			executor(context).execute(() -> {
				IllegalStateException failure = new IllegalStateException("tagged");
				Sentry.captureException(failure, (scope) -> {
					scope.setTag("orderId", "7");
					scope.setLevel(SentryLevel.FATAL);
					scope.setFingerprint(List.of("order-failed"));
				});
				throw failure;
			});
			JsonNode event = events(1).get(0);
			assertThat(event.path("tags").path("orderId").asString()).isEqualTo("7");
			assertThat(event.path("tags").path("pool").asString()).isEqualTo("applicationTaskExecutor");
			assertThat(event.path("tags").path("task").asString()).startsWith("FailureMomentTests.");
			assertThat(event.path("level").asString()).isEqualTo("fatal");
			assertThat(event.path("fingerprint").toString()).isEqualTo("[\"order-failed\"]");
			assertThat(event.path("contexts").path("Task Pool").path("pool").asString())
				.isEqualTo("applicationTaskExecutor");
		});
		assertThat(this.sentry.events()).hasSize(1);
	}

	@Test
	void takesNoEventOfAnotherTaskAboutASharedCauseForItsOwn() {
		run(Decorator.NONE, (context) -> {
			IllegalStateException shared = new IllegalStateException("Pool is closed");
			CountDownLatch captured = new CountDownLatch(1);
			executor(context).submit(() -> {
				Sentry.captureException(new IllegalArgumentException("First", shared));
				captured.countDown();
			}).get();
			executor(context).execute(() -> {
				await(captured);
				throw new IllegalArgumentException("Second", shared);
			});
			assertThat(events(2)).extracting(FailureMomentTests::value).containsExactlyInAnyOrder("First", "Second");
		});
	}

	@Test
	void tellsTheClassesOfACircleOfCauses() {
		run(Decorator.NONE, (context) -> {
			Exception first = new IllegalStateException("first");
			Exception second = new IllegalArgumentException("second", first);
			first.initCause(second);
			executor(context).execute(() -> {
				throw (IllegalStateException) first;
			});
			JsonNode exceptions = events(1).get(0).path("exception").path("values");
			assertThat(exceptions.findValuesAsString("type")).contains("IllegalArgumentException",
					"IllegalStateException");
			assertThat(exceptions.get(0).path("module").asString()).isEqualTo("java.lang");
		});
	}

	@Test
	void takesAMessageForNoReport() {
		run(Decorator.NONE, (context) -> {
			executor(context).execute(() -> {
				Sentry.captureMessage("Trouble ahead");
				throw new IllegalStateException("Trouble");
			});
			assertThat(events(2)).anySatisfy((event) -> assertThat(value(event)).isEqualTo("Trouble"));
		});
	}

	@Test
	void blamesNoWrongUserInManyFailuresOfConsumersThatChangeIt() throws Exception {
		run(Decorator.NONE, (context) -> {
			AtomicInteger wrong = new AtomicInteger();
			AtomicInteger failures = new AtomicInteger();
			ScopeCapture capture = new ScopeCapture(new Sightings());
			ExecutorService pool = Executors.newFixedThreadPool(4);
			Thread[] consumers = new Thread[4];
			for (int c = 0; c < consumers.length; c++) {
				String consumer = "consumer" + c;
				consumers[c] = new Thread(() -> {
					for (int message = 0; message < 5_000; message++) {
						String id = consumer + "-" + message;
						User user = new User();
						user.setId(id);
						Sentry.setUser(user);
						Sentry.setTag("message", id);
						ScopeValues submitted = (ScopeValues) capture.capture();
						pool.execute(() -> {
							MomentData data = MomentData.of(submitted, (ScopeValues) capture.capture(), null,
									List.of());
							boolean right = data.user() != null && id.equals(data.user().getId())
									&& id.equals(data.tags().get("message"));
							(right ? failures : wrong).incrementAndGet();
						});
					}
				});
				consumers[c].start();
			}
			for (Thread consumer : consumers) {
				consumer.join();
			}
			pool.shutdown();
			assertThat(pool.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
			assertThat(wrong).hasValue(0);
			assertThat(failures).hasValue(20_000);
		});
	}

	private static String messageOf(Future<?> future) throws InterruptedException {
		try {
			return String.valueOf(future.get());
		}
		catch (ExecutionException ex) {
			return String.valueOf(ex.getCause().getMessage());
		}
	}

	private static void be(String who) {
		User user = new User();
		user.setId(who);
		Sentry.setUser(user);
		Sentry.setTag("tenant", who + "-inc");
		Sentry.addBreadcrumb(who + " clicked");
		MDC.put("order", who + "-4711");
	}

	private static void assertIsOf(String who, JsonNode event) {
		assertThat(event.path("user").path("id").asString()).isEqualTo(who);
		assertThat(event.path("tags").path("tenant").asString()).isEqualTo(who + "-inc");
		assertThat(event.path("tags").path("order").asString()).isEqualTo(who + "-4711");
		List<String> breadcrumbs = event.path("breadcrumbs").findValuesAsString("message");
		assertThat(breadcrumbs).contains(who + " clicked").doesNotContain("nobody clicked");
	}

	private void run(Decorator decorator, ContextConsumer<AssertableApplicationContext> consumer,
			String... properties) {
		ApplicationContextRunner runner = new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(TaskExecutionAutoConfiguration.class, TaskSchedulingAutoConfiguration.class,
							SentryAutoConfiguration.class, SentryLogbackAppenderAutoConfiguration.class,
							LifeguardAutoConfiguration.class, LifeguardSentryAutoConfiguration.class))
			.withPropertyValues("sentry.dsn=" + this.sentry.dsn(), "sentry.context-tags=order",
					"spring.task.execution.pool.core-size=1", "spring.task.scheduling.enabled=true")
			.withBean("taskScheduler", ThreadPoolTaskScheduler.class)
			.withPropertyValues("spring.task.execution.mode=force")
			.withPropertyValues(properties);
		if (decorator.decorator != null) {
			runner = runner.withBean(TaskDecorator.class, () -> decorator.decorator);
		}
		runner.run(consumer);
	}

	private List<JsonNode> events(int count) {
		Awaitility.await().until(() -> this.sentry.events().size() >= count);
		assertThat(this.sentry.events()).hasSize(count);
		return this.sentry.events();
	}

	private static AsyncTaskExecutor executor(AssertableApplicationContext context) {
		return context.getBean("applicationTaskExecutor", AsyncTaskExecutor.class);
	}

	private static String value(JsonNode event) {
		JsonNode values = event.path("exception").path("values");
		return values.isEmpty() ? "" : values.get(values.size() - 1).path("value").asString();
	}

	private static void await(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	enum Decorator {

		NONE(null), SENTRYS(new SentryTaskDecorator()), MDC_COPY((task) -> {
			var context = MDC.getCopyOfContextMap();
			return () -> {
				if (context != null) {
					MDC.setContextMap(context);
				}
				try {
					task.run();
				}
				finally {
					MDC.clear();
				}
			};
		}), OWN((task) -> () -> {
			try (ISentryLifecycleToken token = Sentry.forkedRootScopes("own").makeCurrent()) {
				User user = new User();
				user.setId("decorator");
				Sentry.setUser(user);
				task.run();
			}
		});

		private final TaskDecorator decorator;

		Decorator(TaskDecorator decorator) {
			this.decorator = decorator;
		}

	}

}
