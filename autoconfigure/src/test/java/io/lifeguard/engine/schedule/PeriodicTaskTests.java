package io.lifeguard.engine.schedule;

import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import io.lifeguard.GuardedApplication;
import org.junit.jupiter.api.Test;

import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;
import org.springframework.scheduling.support.TaskUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link PeriodicTask}.
 */
class PeriodicTaskTests {

	private static void fail() {
		throw new IllegalStateException("Fails");
	}

	@Test
	void isDeadWhereTheErrorHandlerPropagates() {
		GuardedApplication application = new GuardedApplication().with("scheduler", ThreadPoolTaskScheduler.class,
				() -> {
					ThreadPoolTaskScheduler scheduler = new ThreadPoolTaskScheduler();
					scheduler.setErrorHandler(TaskUtils.LOG_AND_PROPAGATE_ERROR_HANDLER);
					return scheduler;
				});
		application.run(() -> {
			ThreadPoolTaskScheduler scheduler = application.bean("scheduler", ThreadPoolTaskScheduler.class);
			scheduler.scheduleAtFixedRate(PeriodicTaskTests::fail, Duration.ofMillis(5));
			await().until(() -> application.dead("scheduler").size() == 1);
		});
	}

	@Test
	void livesOnWhereTheErrorHandlerDoesNot() {
		GuardedApplication application = new GuardedApplication().with("scheduler", ThreadPoolTaskScheduler.class,
				ThreadPoolTaskScheduler::new);
		application.run(() -> {
			ThreadPoolTaskScheduler scheduler = application.bean("scheduler", ThreadPoolTaskScheduler.class);
			scheduler.scheduleAtFixedRate(PeriodicTaskTests::fail, Duration.ofMillis(5));
			await().until(() -> application.pool("scheduler").tasks().failed() > 2);
			assertThat(application.dead("scheduler")).isEmpty();
		});
	}

	@Test
	void isSubmittedWhereItWasScheduled() {
		GuardedApplication application = new GuardedApplication().with("lifeguard.report.submission-site=always")
			.with("scheduler", ScheduledExecutorService.class, () -> new ScheduledThreadPoolExecutor(1))
			.with("spring", ThreadPoolTaskScheduler.class, ThreadPoolTaskScheduler::new);
		application.run(() -> {
			application.bean("spring", ThreadPoolTaskScheduler.class)
				.scheduleAtFixedRate(PeriodicTaskTests::fail, Duration.ofMillis(5));
			await().until(() -> application.reports.size() > 1);
			application.bean("scheduler", ScheduledExecutorService.class)
				.scheduleAtFixedRate(PeriodicTaskTests::fail, 0, 5, TimeUnit.MILLISECONDS);
			await().until(() -> application.reports.stream().anyMatch((report) -> report.pool().equals("scheduler")));
			assertThat(application.reports).allSatisfy((report) -> assertThat(String.valueOf(report.submissionSite()))
				.doesNotContain("DelegatingErrorHandlingRunnable")
				.doesNotContain("java.util.concurrent"));
		});
	}

}
