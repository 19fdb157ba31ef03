package io.lifeguard.sentry;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.lifeguard.HealthSettings;
import io.lifeguard.LoggingTaskFailureReporter;
import io.lifeguard.PoolSettings;
import io.lifeguard.ReportSettings;
import io.lifeguard.engine.guard.ExecutorGuard;
import io.lifeguard.engine.pool.Pool;
import io.lifeguard.engine.pool.PoolRegistry;
import io.lifeguard.shop.Errands;
import io.lifeguard.shop.SlowReport;
import io.sentry.Sentry;
import io.sentry.SentryEvent;
import io.sentry.SentryLevel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.core.task.TaskRejectedException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for what {@link SentryTaskFailureReporter} makes of alarms.
 */
class SentryAlarmTests {

	private final BlockingQueue<SentryEvent> events = new LinkedBlockingQueue<>();

	private final PoolRegistry registry = new PoolRegistry((name) -> new PoolSettings(Duration.ofMinutes(1), true,
			Duration.ofMillis(1), Duration.ZERO, Duration.ZERO, false, HealthSettings.DEFAULT), ReportSettings.DEFAULT);

	private final SlowReport report = new SlowReport();

	private final Errands errands = new Errands();

	@BeforeEach
	void initSentry() {
		Sentry.init((options) -> {
			options.setDsn("http://public@127.0.0.1:9/1");
			options.setBeforeSend((event, hint) -> {
				this.events.add(event);
				return null;
			});
		});
	}

	@AfterEach
	void close() {
		this.report.end();
		this.registry.close();
		Sentry.close();
	}

	@Test
	void isOneWarningForAStuckTask() throws Exception {
		this.registry.report(List.of(new LoggingTaskFailureReporter(), new SentryTaskFailureReporter(this.registry)));
		SimpleAsyncTaskExecutor executor = new SimpleAsyncTaskExecutor("mail-");
		Sentry.setTag("order", "4711");
		this.report.submitTo(ExecutorGuard.of(executor, this.registry.register("mail", executor)));
		SentryEvent event = this.events.poll(10, TimeUnit.SECONDS);
		assertThat(event).isNotNull();
		assertThat(event.getLevel()).isEqualTo(SentryLevel.WARNING);
		assertThat(event.getTags()).containsEntry("pool", "mail")
			.containsEntry("task", "SlowReport.build")
			.containsEntry("alarm", "stuck")
			.containsEntry("order", "4711");
		assertThat(event.getExceptions()).singleElement().satisfies((exception) -> {
			assertThat(exception.getType()).isEqualTo("StuckTaskException");
			assertThat(exception.getStacktrace().getFrames()).anyMatch((frame) -> "build".equals(frame.getFunction()));
		});
		assertThat(event.getContexts().get("Task Pool")).asString().contains("runningSince");
		this.report.end();
		this.registry.close();
		assertThat(this.events).isEmpty();
	}

	@Test
	void isOneWarningForAFullPool() {
		try (SentryReceiver receiver = SentryReceiver.start()) {
			Sentry.init((options) -> options.setDsn(receiver.dsn()));
			this.registry
				.report(List.of(new LoggingTaskFailureReporter(), new SentryTaskFailureReporter(this.registry)));
			SimpleAsyncTaskExecutor executor = new SimpleAsyncTaskExecutor("mail-");
			executor.setConcurrencyLimit(6);
			executor.setRejectTasksWhenLimitReached(true);
			Pool pool = this.registry.register("mail", executor);
			ExecutorGuard guard = ExecutorGuard.of(executor, pool);
			this.errands.giveTo(guard);
			await().until(() -> pool.runningTasks(true)
				.stream()
				.filter((task) -> task.stack().toString().contains("CompletableFuture.waitingGet"))
				.count() == 6);
			for (int i = 0; i < 10; i++) {
				assertThatExceptionOfType(TaskRejectedException.class).isThrownBy(() -> guard.execute(() -> {
				}));
			}
			List<JsonNode> full = await().until(() -> receiver.events()
				.stream()
				.filter((event) -> event.path("tags").path("alarm").asString().equals("full"))
				.toList(), (events) -> !events.isEmpty());
			this.errands.end();
			this.registry.close();
			assertThat(full).singleElement().satisfies((event) -> {
				assertThat(event.path("level").asString()).isEqualTo("warning");
				assertThat(event.path("tags").path("pool").asString()).isEqualTo("mail");
				assertThat(event.path("tags").path("task").asString()).isEqualTo("Errands.mail");
				assertThat(event.path("fingerprint").toString()).isEqualTo("[\"full\",\"mail\"]");
				JsonNode context = event.path("contexts").path("Task Pool");
				assertThat(context.path("running").asInt()).isEqualTo(6);
				assertThat(context.has("fullSince")).isTrue();
				assertThat(context.path("atWork")).extracting((kind) -> kind.asString().split("\\(")[0])
					.containsExactly("3 Errands.mail, 2 of them at io.lifeguard.shop.Errands.deliver",
							"2 Errands.print, all at io.lifeguard.shop.Errands.print",
							"1 Errands.count at io.lifeguard.shop.Errands.count");
				JsonNode exceptions = event.path("exception").path("values");
				JsonNode thrown = exceptions.get(exceptions.size() - 1);
				assertThat(thrown.path("value").asString())
					.matches("Pool mail is full and has refused \\d+ tasks?: 6 of 6 threads at work");
				assertThat(thrown.path("mechanism").path("handled").asBoolean()).isTrue();
				assertThat(thrown.path("stacktrace").toString()).contains("\"deliver\"");
				assertThat(exceptions).hasSize(3);
			});
		}
	}

}
