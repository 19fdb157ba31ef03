package io.lifeguard.sentry;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import io.lifeguard.Handling;
import io.lifeguard.TaskFailure;
import io.lifeguard.autoconfigure.LifeguardAutoConfiguration;
import io.lifeguard.autoconfigure.LifeguardSentryAutoConfiguration;
import io.lifeguard.shop.MailService;
import io.sentry.EventProcessor;
import io.sentry.IScopes;
import io.sentry.ISentryLifecycleToken;
import io.sentry.Sentry;
import io.sentry.protocol.User;
import io.sentry.spring.boot4.SentryAutoConfiguration;
import io.sentry.spring.boot4.SentryLogbackAppenderAutoConfiguration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ContextConsumer;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.scheduling.annotation.EnableAsync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class SentryReportTests {

	private static final Path SCHEMA = Path.of(System.getProperty("lifeguard.schemas", "/nowhere"),
			"sentry-event.schema.json");

	private final SentryReceiver sentry = SentryReceiver.start();

	@AfterEach
	void close() {
		this.sentry.close();
	}

	private void run(ContextConsumer<AssertableApplicationContext> consumer) {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(TaskExecutionAutoConfiguration.class,
					SentryAutoConfiguration.class, SentryLogbackAppenderAutoConfiguration.class,
					LifeguardAutoConfiguration.class, LifeguardSentryAutoConfiguration.class))
			.withUserConfiguration(App.class)
			.withPropertyValues("sentry.dsn=" + this.sentry.dsn(), "sentry.release=shop@1.0",
					"sentry.in-app-includes=io.lifeguard.shop", "spring.task.execution.pool.core-size=2")
			.run(consumer);
	}

	@Test
	void saysEverythingAboutAFailedTask() {
		run((context) -> {
			context.getBean(MailService.class).send("secret-recipient");
			JsonNode event = onlyEvent();
			assertThat(event.path("level").asString()).isEqualTo("error");
			assertThat(event.path("tags").path("pool").asString()).isEqualTo("applicationTaskExecutor");
			assertThat(event.path("tags").path("task").asString()).isEqualTo("MailService.send");
			assertThat(event.path("tags").path("handling").asString()).isEqualTo("uncaught");
			JsonNode pool = event.path("contexts").path("Task Pool");
			assertThat(pool.path("thread").asString()).startsWith("task-");
			assertThat(pool.path("waited").asString()).startsWith("PT");
			assertThat(pool.path("ran").asString()).startsWith("PT");
			assertThat(pool.path("core").asInt()).isEqualTo(2);
			assertThat(pool.path("size").asInt()).isEqualTo(1);
			assertThat(pool.has("active")).isTrue();
			assertThat(pool.has("queued")).isTrue();
			JsonNode thrown = last(event);
			assertThat(thrown.path("type").asString()).isEqualTo("IllegalStateException");
			assertThat(thrown.path("mechanism").path("type").asString()).isEqualTo("lifeguard");
			assertThat(thrown.path("mechanism").path("handled").asBoolean(true)).isFalse();
			assertThat(event.toString()).doesNotContain("secret-recipient");
		});
		assertThat(this.sentry.crashedSessions()).isZero();
	}

	@Test
	void showsWhereTaskWasSubmittedOnceOfAKindThatFailedBefore() {
		run((context) -> {
			context.getBean(MailService.class).send("first");
			onlyEvent();
			context.getBean(MailService.class).send("second");
			JsonNode second = events(2).get(1);
			JsonNode before = events(2).get(0);
			assertThat(second.path("exception").path("values").size())
				.isEqualTo(before.path("exception").path("values").size());
			assertThat(frames(last(second))).isEqualTo(frames(last(before)));
			JsonNode pool = second.path("contexts").path("Task Pool");
			assertThat(pool.path("submittedFrom").asString()).contains("SentryReportTests");
			assertThat(pool.path("submissionStack").toString()).contains("SentryReportTests");
			assertThat(second.toString()).doesNotContain("second");
		});
	}

	@Test
	void carriesTheScopeOfTheSubmitterAndOfNobodyElse() {
		run((context) -> {
			Executor executor = context.getBean("applicationTaskExecutor", Executor.class);
			for (String name : List.of("anna", "bert")) {
				try (ISentryLifecycleToken token = Sentry.forkedRootScopes(name).makeCurrent()) {
					User user = new User();
					user.setId(name);
					Sentry.setUser(user);
					Sentry.setTag("tenant", name + "-inc");
					Sentry.continueTrace(traceOf(name) + "-bbbbbbbbbbbbbbbb-1", null);
					Sentry.addBreadcrumb(name + " clicked");
					executor.execute(() -> {
						throw new IllegalStateException("For " + name);
					});
				}
			}
			executor.execute(() -> {
				throw new IllegalStateException("For nobody");
			});
			for (JsonNode event : events(3)) {
				String message = last(event).path("value").asString();
				String name = message.substring("For ".length());
				String text = event.toString();
				if (name.equals("nobody")) {
					assertThat(text).doesNotContain("anna").doesNotContain("bert");
					continue;
				}
				assertThat(event.path("contexts").path("trace").path("trace_id").asString()).isEqualTo(traceOf(name));
				assertThat(event.path("user").path("id").asString()).isEqualTo(name);
				assertThat(event.path("tags").path("tenant").asString()).isEqualTo(name + "-inc");
				assertThat(event.path("breadcrumbs").toString()).contains(name + " clicked");
				assertThat(text).doesNotContain(name.equals("anna") ? "bert" : "anna");
			}
		});
	}

	@Test
	void leavesNothingOfAReportInTheSubmittersScope() {
		run((context) -> {
			Executor executor = context.getBean("applicationTaskExecutor", Executor.class);
			executor.execute(context.getBean(MailService.class).task());
			onlyEvent();
			Sentry.captureMessage("Mine");
			JsonNode mine = events(2).get(1);
			assertThat(mine.path("tags").has("pool")).isFalse();
			assertThat(mine.path("contexts").has("Task Pool")).isFalse();
		});
	}

	@Test
	void reportsAnInstanceAgainThatIsThrownAgain() {
		run((context) -> {
			SentryTaskFailureReporter reporter = context.getBean(SentryTaskFailureReporter.class);
			Throwable cached = new IllegalStateException("Cached");
			TaskFailure failure = new TaskFailure("mail", "MailService.send", Handling.UNCAUGHT, cached, Instant.now(),
					Duration.ZERO, Duration.ZERO, "mail-1", null, false, false, 0);
			reporter.report(failure);
			Sentry.captureException(cached); // is one too many
			reporter.report(failure);
			Sentry.captureMessage("Last");
			assertThat(events(3)).extracting((event) -> event.path("tags").path("pool").asString())
				.containsExactly("mail", "mail", "");
		});
	}

	@Test
	void reportsAnUnreadFutureOnTheWayOutBeforeSentryCloses() {
		run((context) -> {
			CompletableFuture<String> future = context.getBean(MailService.class).sendLater("nobody");
			await().until(future::isDone);
			context.getBeanFactory().registerSingleton("future", future);
		});
		JsonNode event = onlyEvent();
		assertThat(event.path("tags").path("handling").asString()).isEqualTo("unobserved");
		assertThat(event.path("tags").path("task").asString()).isEqualTo("MailService.sendLater");
	}

	@Test
	void tellsTheLostTasksBeforeSentryCloses() {
		CountDownLatch started = new CountDownLatch(2);
		run((context) -> {
			MailService mail = context.getBean(MailService.class);
			CountDownLatch never = new CountDownLatch(1);
			for (int i = 0; i < 2 + 50; i++) {
				mail.await(started, never);
			}
			context.getBean("applicationTaskExecutor", Executor.class).execute(mail.task());
			started.await();
		});
		List<JsonNode> lost = this.sentry.events()
			.stream()
			.filter((event) -> event.path("tags").path("lost").asString().equals("shutdown"))
			.toList();
		assertThat(lost).hasSize(1);
		assertThat(lost.get(0).path("contexts").path("Lost Tasks").path("applicationTaskExecutor").asString())
			.isEqualTo("applicationTaskExecutor: 51 (50 x MailService.await, 1 x MailService)");
		assertThat(this.sentry.events()).filteredOn((event) -> !event.path("tags").has("lost"))
			.isNotEmpty()
			.allMatch((event) -> event.path("contexts")
				.path("Task Pool")
				.path("interrupted")
				.asString()
				.equals("by the shutdown of the pool"));
	}

	@Test
	void tellsWhatAnApplicationThatDoesNotStartHasLost() {
		new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(TaskExecutionAutoConfiguration.class, SentryAutoConfiguration.class,
							LifeguardAutoConfiguration.class, LifeguardSentryAutoConfiguration.class))
			.withUserConfiguration(DoesNotStart.class)
			.withPropertyValues("sentry.dsn=" + this.sentry.dsn(), "spring.task.execution.pool.core-size=1")
			.run((context) -> assertThat(context).hasFailed());
		assertThat(this.sentry.events()).filteredOn((event) -> event.path("tags").has("lost")).hasSize(1);
		assertThat(this.sentry.events())
			.anyMatch((event) -> event.path("tags").path("handling").asString().equals("uncaught"));
	}

	@Test
	void leavesNothingInASentryThatLivesOn() {
		Sentry.init((options) -> options.setDsn(this.sentry.dsn()));
		try {
			List<EventProcessor> processors = List.copyOf(Sentry.getCurrentScopes().getOptions().getEventProcessors());
			int global = Sentry.getGlobalScope().getEventProcessors().size();
			new ApplicationContextRunner()
				.withConfiguration(AutoConfigurations.of(TaskExecutionAutoConfiguration.class,
						LifeguardAutoConfiguration.class, LifeguardSentryAutoConfiguration.class))
				.run((context) -> {
					assertThat(Sentry.getGlobalScope().getEventProcessors()).hasSize(global + 1);
					Sentry.setTag("tenant", "acme");
					context.getBean("applicationTaskExecutor", Executor.class).execute(new MailService().task());
					onlyEvent();
				});
			assertThat(Sentry.getCurrentScopes().getOptions().getEventProcessors()).isEqualTo(processors);
			assertThat(Sentry.getCurrentScopes().getOptions().getScopeObservers()).isEmpty();
			assertThat(Sentry.getGlobalScope().getEventProcessors()).hasSize(global);
		}
		finally {
			Sentry.close();
		}
	}

	@Test
	void sendsEventsThatFitSentrysSchema() throws Exception {
		run((context) -> {
			context.getBean(MailService.class).send("first");
			onlyEvent();
			Sentry.addBreadcrumb("clicked");
			context.getBean(MailService.class).send("second");
			events(2);
		});
		if (!Files.exists(SCHEMA)) {
			System.out.println("No schema at " + SCHEMA + ": name its folder by -Dlifeguard.schemas");
			return;
		}
		ObjectMapper json = new ObjectMapper();
		var schema = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V7)
			.getSchema(json.readTree(SCHEMA.toFile()),
					SchemaValidatorsConfig.builder().formatAssertionsEnabled(false).build());
		for (String raw : this.sentry.rawEvents()) {
			ObjectNode event = (ObjectNode) json.readTree(raw);
			if (event.path("breadcrumbs").isArray()) {
				event.set("breadcrumbs", json.createObjectNode().set("values", event.get("breadcrumbs")));
			}
			for (com.fasterxml.jackson.databind.JsonNode exception : event.path("exception").path("values")) {
				for (com.fasterxml.jackson.databind.JsonNode frame : exception.path("stacktrace").path("frames")) {
					((ObjectNode) frame).remove("native");
				}
			}
			Set<ValidationMessage> messages = schema.validate(event);
			assertThat(messages).isEmpty();
		}
	}

	private JsonNode onlyEvent() {
		return events(1).get(0);
	}

	private List<JsonNode> events(int count) {
		await().until(() -> this.sentry.events().size() >= count);
		assertThat(this.sentry.events()).hasSize(count);
		return this.sentry.events();
	}

	private static String traceOf(String name) {
		return (name.equals("anna") ? "a" : "b").repeat(32);
	}

	private static JsonNode last(JsonNode event) {
		JsonNode values = event.path("exception").path("values");
		return values.get(values.size() - 1);
	}

	private static String frames(JsonNode exception) {
		StringBuilder frames = new StringBuilder();
		for (JsonNode frame : exception.path("stacktrace").path("frames")) {
			frames.append(frame.path("module").asString())
				.append('.')
				.append(frame.path("function").asString())
				.append(frame.path("in_app").asBoolean(false))
				.append(' ');
		}
		return frames.toString();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAsync
	static class App {

		@Bean
		MailService mailService() {
			return new MailService();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class DoesNotStart {

		@Bean
		String failing(IScopes scopes, AsyncTaskExecutor applicationTaskExecutor) throws InterruptedException {
			CountDownLatch started = new CountDownLatch(1);
			applicationTaskExecutor.execute(() -> {
				throw new IllegalStateException("Early");
			});
			applicationTaskExecutor.execute(() -> {
				started.countDown();
				try {
					new CountDownLatch(1).await();
				}
				catch (InterruptedException ex) {
					Thread.currentThread().interrupt();
				}
			});
			applicationTaskExecutor.execute(() -> {
			});
			started.await();
			throw new IllegalStateException("Does not start");
		}

	}

}
