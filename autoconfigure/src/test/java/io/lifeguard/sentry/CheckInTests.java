package io.lifeguard.sentry;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.lifeguard.Schedule;
import io.lifeguard.autoconfigure.LifeguardAutoConfiguration;
import io.lifeguard.autoconfigure.LifeguardSentryAutoConfiguration;
import io.lifeguard.engine.pool.PoolRegistry;
import io.sentry.MonitorConfig;
import io.sentry.Sentry;
import io.sentry.spring.boot4.SentryAutoConfiguration;
import io.sentry.spring7.checkin.SentryCheckIn;
import io.sentry.spring7.checkin.SentryCheckInAdviceConfiguration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import org.springframework.aop.Pointcut;
import org.springframework.aop.framework.autoproxy.DefaultAdvisorAutoProxyCreator;
import org.springframework.aop.support.annotation.AnnotationMatchingPointcut;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.scheduling.Trigger;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;
import org.springframework.scheduling.support.CronTrigger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link CheckIns}, with a Sentry that listens.
 */
@ExtendWith(OutputCaptureExtension.class)
class CheckInTests {

	private static final Duration HOUR = Duration.ofHours(1);

	private final SentryReceiver sentry = SentryReceiver.start();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(SentryAutoConfiguration.class, LifeguardAutoConfiguration.class,
				LifeguardSentryAutoConfiguration.class))
		.withBean("taskScheduler", ThreadPoolTaskScheduler.class, ThreadPoolTaskScheduler::new)
		.withPropertyValues("sentry.dsn=" + this.sentry.dsn(), "sentry.shutdown-timeout-millis=100",
				"lifeguard.report.sentry.check-ins=true", "lifeguard.schedules.overdue-after=90s",
				"lifeguard.defaults.stuck-after=10m");

	@AfterEach
	void close() {
		this.sentry.close();
	}

	@Test
	void carryTheirMonitorAndEndAsTheRunDoes() {
		this.runner.run((context) -> {
			TaskScheduler scheduler = context.getBean(TaskScheduler.class);
			scheduler.scheduleAtFixedRate(new Succeeding(), Duration.ofSeconds(61));
			scheduler.scheduleWithFixedDelay(new Failing(), HOUR);
			await().until(() -> this.sentry.checkIns().size() == 4);
			Map<String, List<JsonNode>> checkIns = this.sentry.checkIns()
				.stream()
				.collect(Collectors.groupingBy((checkIn) -> checkIn.get("monitor_slug").asString()));
			List<JsonNode> succeeding = checkIns.get("checkintests-succeeding");
			assertThat(statuses(succeeding)).containsExactly("in_progress", "ok");
			assertThat(succeeding.get(0).get("monitor_config").toString())
				.isEqualTo("{\"schedule\":{\"type\":\"interval\",\"value\":2,\"unit\":\"minute\"},"
						+ "\"checkin_margin\":2,\"max_runtime\":10}");
			assertThat(succeeding.get(1).get("check_in_id")).isEqualTo(succeeding.get(0).get("check_in_id"));
			assertThat(succeeding.get(1).get("duration").asDouble()).isPositive();
			List<JsonNode> failing = checkIns.get("checkintests-failing");
			assertThat(statuses(failing)).containsExactly("in_progress", "error");
			assertThat(failing.get(1).get("check_in_id")).isEqualTo(failing.get(0).get("check_in_id"))
				.isNotEqualTo(succeeding.get(0).get("check_in_id"));
		});
	}

	@Test
	void goByTheSlugThatPropertiesName() {
		this.runner.withPropertyValues("lifeguard.schedules.tasks[CheckInTests.Succeeding].check-in=stock-count")
			.run((context) -> {
				context.getBean(TaskScheduler.class).scheduleAtFixedRate(new Succeeding(), HOUR);
				await().until(() -> this.sentry.checkIns().size() == 2);
				assertThat(this.sentry.checkIns().get(0).get("monitor_slug").asString()).isEqualTo("stock-count");
			});
	}

	@Test
	void haveACrontabWithItsZone() {
		this.runner.run((context) -> {
			context.getBean(TaskScheduler.class)
				.schedule(new Succeeding(), new CronTrigger("0 0 3 * * *", ZoneId.of("Europe/Berlin")));
			Schedule schedule = context.getBean(PoolRegistry.class).schedule("CheckInTests.Succeeding");
			MonitorConfig config = Monitor.of(schedule, Duration.ZERO).config(Duration.ZERO);
			assertThat(config.getSchedule().getType()).isEqualTo("crontab");
			assertThat(config.getSchedule().getValue()).isEqualTo("0 3 * * *");
			assertThat(config.getTimezone()).isEqualTo("Europe/Berlin");
			assertThat(config.getCheckinMargin()).isEqualTo(2);
			assertThat(config.getMaxRuntime()).isNull();
		});
	}

	@Test
	void ofAFixedDelayMayBeAsLateAsItsLongestRunTakes() {
		this.runner.run((context) -> {
			context.getBean(TaskScheduler.class)
				.scheduleWithFixedDelay(new Succeeding(), Instant.now().plus(HOUR), HOUR);
			Schedule schedule = context.getBean(PoolRegistry.class).schedule("CheckInTests.Succeeding");
			Monitor monitor = Monitor.of(schedule, Duration.ZERO);
			assertThat(monitor.config(Duration.ofMinutes(7)).getCheckinMargin()).isEqualTo(9);
		});
	}

	@Test
	void haveSlugsThatSentryNeedNotCut() {
		assertThat(Monitor.slug("Stock.count#2")).isEqualTo("stock-count-2");
		String name = "AVeryLongNameOfABeanThatCountsTheStock.countAllOfTheStock";
		assertThat(Monitor.slug(name)).hasSize(50).matches("averylongnameofabeanthatcountsthestock-co-[0-9a-f]{8}");
		assertThat(Monitor.slug(name + "Again")).isNotEqualTo(Monitor.slug(name));
	}

	@Test
	void areNotMadeWhereTheirTimesCannotBeTold(CapturedOutput output) {
		this.runner.run((context) -> {
			TaskScheduler scheduler = context.getBean(TaskScheduler.class);
			scheduler.scheduleAtFixedRate(new Succeeding(), Duration.ofSeconds(59));
			scheduler.schedule(new Failing(), atOnce());
			CountDownLatch ran = new CountDownLatch(1);
			scheduler.scheduleAtFixedRate(new Last(ran), HOUR);
			ran.await();
			await().until(() -> this.sentry.checkIns().size() == 2);
			assertThat(this.sentry.checkIns())
				.allMatch((checkIn) -> checkIn.get("monitor_slug").asString().equals("checkintests-last"));
			assertThat(output)
				.containsOnlyOnce("Schedule CheckInTests.Succeeding has no monitor in Sentry: its period is "
						+ "shorter than a minute, which is the least for a monitor");
			assertThat(output).containsOnlyOnce(
					"Schedule CheckInTests.Failing has no monitor in Sentry: only its trigger knows when it is due");
		});
	}

	@Test
	void areNotMadeUnlessWanted() {
		this.runner.withPropertyValues("lifeguard.report.sentry.check-ins=false")
			.run((context) -> assertThat(context).doesNotHaveBean(CheckIns.class));
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void areLeftToAMethodThatChecksInByItself(boolean advised) {
		this.runner.withUserConfiguration(advised ? Advised.class : Annotated.class).run((context) -> {
			await().until(() -> this.sentry.checkIns().size() >= 2);
			context.getBean(TaskScheduler.class).scheduleAtFixedRate(new Succeeding(), HOUR);
			await().until(() -> this.sentry.checkIns().size() == 4);
			assertThat(
					this.sentry.checkIns().stream().map((checkIn) -> checkIn.get("monitor_slug").asString()).distinct())
				.containsExactly(advised ? "own" : "checkintests-jobs-count", "checkintests-succeeding");
		});
	}

	@Test
	void loseNothingAndCrowdNothingOutWhenFiveHundredAreDueAtOnce() {
		this.runner.run((context) -> {
			ThreadPoolTaskScheduler scheduler = context.getBean(ThreadPoolTaskScheduler.class);
			scheduler.setPoolSize(4);
			Instant start = Instant.now().plusMillis(300);
			for (int i = 0; i < 500; i++) {
				scheduler.scheduleAtFixedRate((i % 100 == 0) ? new Failing() : new Succeeding(), start, HOUR);
			}
			await().until(() -> !this.sentry.checkIns().isEmpty());
			for (int i = 0; i < 20; i++) {
				Sentry.captureException(new IllegalStateException("The application's own " + i));
			}
			await().atMost(Duration.ofMinutes(1)).until(() -> this.sentry.checkIns().size() == 1000);
			await().until(() -> this.sentry.events().size() == 25);
			Map<String, List<JsonNode>> runs = this.sentry.checkIns()
				.stream()
				.collect(Collectors.groupingBy((checkIn) -> checkIn.get("check_in_id").asString()));
			assertThat(runs).hasSize(500)
				.allSatisfy((id, checkIns) -> assertThat(statuses(checkIns)).hasSize(2)
					.startsWith("in_progress")
					.doesNotHaveDuplicates());
			assertThat(runs.values()).filteredOn((checkIns) -> statuses(checkIns).contains("error")).hasSize(5);
			assertThat(runs.values()).filteredOn((checkIns) -> statuses(checkIns).contains("ok")).hasSize(495);
		});
	}

	@ParameterizedTest
	@EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "WELL")
	void costNothingWhileSentryIsIll(SentryReceiver.Health health) {
		this.sentry.become(health);
		this.runner.run((context) -> {
			ThreadPoolTaskScheduler scheduler = context.getBean(ThreadPoolTaskScheduler.class);
			CountDownLatch ran = new CountDownLatch(3000);
			IntStream.range(0, 300).forEach((i) -> scheduler.scheduleAtFixedRate(new Last(ran), HOUR));
			IntStream.range(0, 3).forEach((i) -> scheduler.scheduleAtFixedRate(new Last(ran), Duration.ofMillis(1)));
			ran.await();
		});
	}

	private static List<String> statuses(List<JsonNode> checkIns) {
		return checkIns.stream().map((checkIn) -> checkIn.get("status").asString()).toList();
	}

	/**
	 * Return a trigger that is due at once, and then never in this test.
	 */
	private static Trigger atOnce() {
		return (context) -> Instant.now().plus((context.lastCompletion() != null) ? HOUR : Duration.ZERO);
	}

	private static final class Succeeding implements Runnable {

		@Override
		public void run() {
		}

	}

	private static final class Failing implements Runnable {

		@Override
		public void run() {
			throw new IllegalStateException("Fails");
		}

	}

	private record Last(CountDownLatch ran) implements Runnable {

		@Override
		public void run() {
			this.ran.countDown();
		}

	}

	static class Jobs {

		@Scheduled(fixedRate = 3_600_000)
		@SentryCheckIn("own")
		public void count() {
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableScheduling
	static class Annotated {

		@Bean
		Jobs jobs() {
			return new Jobs();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(SentryCheckInAdviceConfiguration.class)
	static class Advised extends Annotated {

		@Bean
		static DefaultAdvisorAutoProxyCreator autoProxies() {
			DefaultAdvisorAutoProxyCreator creator = new DefaultAdvisorAutoProxyCreator();
			creator.setProxyTargetClass(true);
			return creator;
		}

		@Bean
		static Pointcut sentryCheckInPointcut() {
			return new AnnotationMatchingPointcut(null, SentryCheckIn.class, true);
		}

	}

}
