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
import io.lifeguard.engine.pool.PoolRegistry;
import io.lifeguard.shop.SlowReport;
import io.sentry.Sentry;
import io.sentry.SentryEvent;
import io.sentry.SentryLevel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.core.task.SimpleAsyncTaskExecutor;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for what {@link SentryTaskFailureReporter} makes of alarms.
 */
class SentryAlarmTests {

	private final BlockingQueue<SentryEvent> events = new LinkedBlockingQueue<>();

	private final PoolRegistry registry = new PoolRegistry((name) -> new PoolSettings(Duration.ofMinutes(1), true,
			Duration.ofMillis(1), Duration.ZERO, Duration.ZERO, false, HealthSettings.DEFAULT), ReportSettings.DEFAULT);

	private final SlowReport report = new SlowReport();

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

}
