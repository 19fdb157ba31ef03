package io.lifeguard.actuate;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.Semaphore;

import io.lifeguard.AlarmReporter;
import io.lifeguard.PoolAlarm;
import io.lifeguard.TaskFailureReporter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.web.SecurityFilterChain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What schedules show of themselves in a running application: endpoint, health, meters
 * and alarms.
 */
@ExtendWith(OutputCaptureExtension.class)
class ScheduleApplicationTests {

	private static final String NAME = "ScheduleApplicationTests.";

	private static final Queue<PoolAlarm> alarms = new ConcurrentLinkedQueue<>();

	private static ConfigurableApplicationContext context;

	@BeforeAll
	static void start() {
		context = new SpringApplication(Application.class).run("--server.port=0", "--server.address=127.0.0.1",
				"--management.endpoints.web.exposure.include=health,prometheus,schedules",
				"--management.endpoint.health.show-details=always", "--spring.main.banner-mode=off",
				"--lifeguard.schedules.overdue-after=500ms", "--lifeguard.schedules.failing-after=2",
				"--lifeguard.schedules.tasks[" + NAME + "Quiet].max-silence=500ms");
	}

	@AfterAll
	static void stop() {
		context.close();
	}

	@Test
	void showsWhatItIs() throws Exception {
		await().until(() -> schedule("Jobs.count").path("runs").asLong() > 1);
		JsonNode schedule = schedule("Jobs.count");
		assertThat(schedule.propertyNames()).containsExactlyInAnyOrder("pool", "task", "trigger", "status", "running",
				"runs", "failures", "consecutiveFailures", "lastStart", "lastEnd", "lastOutcome", "lastSuccess",
				"lastDuration", "lag", "nextDue");
		assertThat(schedule.get("pool").asString()).isEqualTo("taskScheduler");
		assertThat(schedule.get("task").asString()).isEqualTo(NAME + "Jobs.count");
		assertThat(schedule.get("status").asString()).isEqualTo("UP");
		assertThat(schedule.get("lastOutcome").asString()).isEqualTo("success");
		assertThat(schedule.get("trigger").toString()).isEqualTo("{\"type\":\"fixed-rate\",\"period\":\"PT0.05S\"}");
		assertThat(schedule("Jobs.nightly").get("trigger").toString())
			.isEqualTo("{\"type\":\"cron\",\"expression\":\"0 0 3 * * *\",\"zone\":\"Europe/Berlin\"}");
		assertThat(schedule("Jobs.later").get("trigger").toString())
			.isEqualTo("{\"type\":\"fixed-delay\",\"period\":\"PT1H\"}");
		assertThat(schedule("Jobs.later").has("lastStart")).isFalse();
		assertThat(get("/actuator/schedules/nobody").statusCode()).isEqualTo(404);
		assertThat(prometheus()).contains(
				"lifeguard_schedule_runs_seconds_count{outcome=\"failure\",pool=\"taskScheduler\",schedule=\"" + NAME
						+ "Jobs.nightly\"} 0",
				"lifeguard_schedule_lag_seconds_count{pool=\"taskScheduler\",schedule=\"" + NAME + "Jobs.nightly\"} 0",
				"lifeguard_schedule_last_success_seconds{pool=\"taskScheduler\",schedule=\"" + NAME
						+ "Jobs.nightly\"} NaN",
				"lifeguard_schedule_health{pool=\"taskScheduler\",schedule=\"" + NAME + "Jobs.nightly\"} 1.0");
	}

	@Test
	void namesAnInheritedMethodAfterItsBean() throws Exception {
		assertThat(schedule("First.work").get("task").asString()).isEqualTo(NAME + "First.work");
		assertThat(schedule("Second.work").get("task").asString()).isEqualTo(NAME + "Second.work");
	}

	@Test
	void isOverdueWhileItsSchedulerIsBusy(CapturedOutput output) throws Exception {
		ThreadPoolTaskScheduler scheduler = context.getBean("busy", ThreadPoolTaskScheduler.class);
		Blocker blocker = new Blocker();
		ScheduledFuture<?> blocking = scheduler.scheduleWithFixedDelay(blocker, Duration.ofHours(1));
		blocker.started.acquire();
		ScheduledFuture<?> starved = scheduler.scheduleAtFixedRate(new Starved(), Duration.ofMillis(100));
		awaitStatus("Starved", "OVERDUE");
		assertThat(schedule("Starved").get("reason").asString()).matches("it has been due for \\d+ m?s and has not "
				+ "started: the only thread of busy has been in ScheduleApplicationTests.Blocker.run for \\d+ m?s");
		awaitHealth("DEGRADED", NAME + "Starved", "OVERDUE since ");
		awaitMeter("busy", "Starved", "0.5");
		PoolAlarm alarm = awaitAlarm("Starved");
		assertThat(alarm.kind()).isEqualTo(PoolAlarm.Kind.OVERDUE);
		assertThat(alarm.pool()).isEqualTo("busy");
		assertThat(alarm.thread()).isEqualTo("busy-1");
		assertThat(List.of(alarm.throwable().getStackTrace()).toString()).contains("Blocker.run");
		blocker.release.countDown();
		awaitStatus("Starved", "UP");
		await().until(() -> output.getOut()
			.contains("Schedule " + NAME + "Starved is UP again, after having been OVERDUE since "));
		assertThat(alarms).filteredOn((other) -> other.task().equals(NAME + "Starved")).hasSize(1);
		blocking.cancel(false);
		starved.cancel(false);
		assertThat(get("/actuator/schedules/" + NAME + "Starved").statusCode()).isEqualTo(404);
		assertThat(prometheus()).doesNotContain("schedule=\"" + NAME + "Starved\"");
	}

	@Test
	void isOverdueWhileItsLastRunHangs() throws Exception {
		ThreadPoolTaskScheduler scheduler = context.getBean("hanging", ThreadPoolTaskScheduler.class);
		Hanging hanging = new Hanging();
		ScheduledFuture<?> future = scheduler.scheduleAtFixedRate(hanging, Duration.ofMillis(100));
		awaitStatus("Hanging", "OVERDUE");
		assertThat(schedule("Hanging").get("reason").asString()).matches("it has been due for \\d+ m?s and has not "
				+ "started: its last run has not ended, it has been in ScheduleApplicationTests.Hanging.run for \\d+ "
				+ "m?s");
		assertThat(schedule("Hanging").get("running").asInt()).isOne();
		hanging.release.countDown();
		awaitStatus("Hanging", "UP");
		future.cancel(false);
	}

	@Test
	void isFailingWhileItsRunsFail() throws Exception {
		Failing failing = new Failing();
		ScheduledFuture<?> future = context.getBean("failing", ThreadPoolTaskScheduler.class)
			.scheduleAtFixedRate(failing, Duration.ofMillis(20));
		awaitStatus("Failing", "FAILING");
		assertThat(schedule("Failing").get("reason").asString())
			.matches("its last \\d+ runs have failed, the last one with java.lang.IllegalStateException");
		awaitMeter("failing", "Failing", "0.5");
		assertThat(awaitAlarm("Failing").kind()).isEqualTo(PoolAlarm.Kind.FAILING);
		failing.fails = false;
		awaitStatus("Failing", "UP");
		assertThat(schedule("Failing").get("consecutiveFailures").asInt()).isZero();
		future.cancel(false);
	}

	@Test
	void isSilentWhileNoRunSucceeds() throws Exception {
		Quiet quiet = new Quiet();
		ScheduledFuture<?> future = context.getBean("quiet", ThreadPoolTaskScheduler.class)
			.scheduleWithFixedDelay(quiet, Duration.ofMillis(20));
		awaitStatus("Quiet", "SILENT");
		assertThat(schedule("Quiet").get("reason").asString()).matches("no run has succeeded for \\d+ m?s");
		assertThat(awaitAlarm("Quiet").kind()).isEqualTo(PoolAlarm.Kind.SILENT);
		quiet.release.countDown();
		awaitStatus("Quiet", "UP");
		future.cancel(false);
	}

	@Test
	void isDeadWhenItsErrorHandlerThrows() throws Exception {
		ScheduledFuture<?> future = context.getBean("strict", ThreadPoolTaskScheduler.class)
			.scheduleAtFixedRate(new Dying(), Duration.ofMillis(20));
		awaitStatus("Dying", "DEAD");
		awaitMeter("strict", "Dying", "0.0");
		assertThat(schedule("Dying").has("nextDue")).isFalse();
		future.cancel(false);
		assertThat(get("/actuator/schedules/" + NAME + "Dying").statusCode()).isEqualTo(404);
	}

	@Test
	void owesNothingWhileItsSchedulerIsPaused() throws Exception {
		ThreadPoolTaskScheduler scheduler = context.getBean("paused", ThreadPoolTaskScheduler.class);
		scheduler.stop();
		ScheduledFuture<?> future = scheduler.scheduleAtFixedRate(new Paused(), Duration.ofMillis(20));
		JsonNode schedule = schedule("Paused");
		// Another one, on a scheduler that is not paused, is overdue by then
		Late late = new Late();
		ScheduledFuture<?> other = context.getBean("late", ThreadPoolTaskScheduler.class)
			.scheduleAtFixedRate(late, Duration.ofMillis(20));
		awaitStatus("Late", "OVERDUE");
		assertThat(schedule.get("status").asString()).isEqualTo("UP");
		assertThat(schedule("Paused").get("status").asString()).isEqualTo("UP");
		assertThat(schedule("Paused").get("runs").asInt()).isZero();
		scheduler.start();
		await().until(() -> schedule("Paused").get("runs").asInt() > 0);
		late.release.countDown();
		future.cancel(false);
		other.cancel(false);
		assertThat(alarms).noneMatch((alarm) -> alarm.task().equals(NAME + "Paused"));
	}

	private static void awaitStatus(String name, String status) {
		await().until(() -> schedule(name).path("status").asString("").equals(status));
	}

	private static void awaitHealth(String status, String... details) {
		await().untilAsserted(
				() -> assertThat(get("/actuator/health/schedules").body()).contains("\"status\":\"" + status + "\"")
					.contains(details));
	}

	private static void awaitMeter(String pool, String name, String value) {
		await().until(() -> prometheus()
			.contains("lifeguard_schedule_health{pool=\"" + pool + "\",schedule=\"" + NAME + name + "\"} " + value));
	}

	private static PoolAlarm awaitAlarm(String name) {
		return await().until(
				() -> alarms.stream().filter((alarm) -> alarm.task().equals(NAME + name)).findFirst().orElse(null),
				(alarm) -> alarm != null);
	}

	private static JsonNode schedule(String name) throws Exception {
		return JsonMapper.builder().build().readTree(get("/actuator/schedules/" + NAME + name).body());
	}

	private static String prometheus() throws Exception {
		return get("/actuator/prometheus").body();
	}

	private static HttpResponse<String> get(String path) throws IOException, InterruptedException {
		int port = ((ServletWebServerApplicationContext) context).getWebServer().getPort();
		return HttpClient.newHttpClient()
			.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
					HttpResponse.BodyHandlers.ofString());
	}

	static final class Blocker implements Runnable {

		final Semaphore started = new Semaphore(0);

		final CountDownLatch release = new CountDownLatch(1);

		@Override
		public void run() {
			this.started.release();
			await(this.release);
		}

		static void await(CountDownLatch latch) {
			try {
				latch.await();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}

	}

	static final class Starved implements Runnable {

		@Override
		public void run() {
		}

	}

	static final class Paused implements Runnable {

		@Override
		public void run() {
		}

	}

	static final class Hanging implements Runnable {

		final CountDownLatch release = new CountDownLatch(1);

		@Override
		public void run() {
			Blocker.await(this.release);
		}

	}

	static final class Late implements Runnable {

		final CountDownLatch release = new CountDownLatch(1);

		@Override
		public void run() {
			Blocker.await(this.release);
		}

	}

	static final class Quiet implements Runnable {

		final CountDownLatch release = new CountDownLatch(1);

		@Override
		public void run() {
			Blocker.await(this.release);
		}

	}

	static final class Failing implements Runnable {

		volatile boolean fails = true;

		@Override
		public void run() {
			if (this.fails) {
				throw new IllegalStateException("secret");
			}
		}

	}

	static final class Dying implements Runnable {

		@Override
		public void run() {
			throw new IllegalStateException("Dies");
		}

	}

	static class Jobs {

		@Scheduled(fixedRate = 50)
		void count() {
		}

		@Scheduled(cron = "0 0 3 * * *", zone = "Europe/Berlin")
		void nightly() {
		}

		@Scheduled(fixedDelay = 3_600_000, initialDelay = 3_600_000)
		void later() {
		}

	}

	abstract static class Worker {

		@Scheduled(cron = "0 0 4 * * *")
		void work() {
		}

	}

	static class First extends Worker {

	}

	static class Second extends Worker {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@EnableScheduling
	static class Application {

		@Bean
		SecurityFilterChain openToAll(HttpSecurity http) {
			return http.authorizeHttpRequests((requests) -> requests.anyRequest().permitAll()).build();
		}

		@Bean
		TaskFailureReporter alarms() {
			return new AlarmReporter(alarms);
		}

		@Bean
		Jobs jobs() {
			return new Jobs();
		}

		@Bean
		First first() {
			return new First();
		}

		@Bean
		Second second() {
			return new Second();
		}

		@Bean
		ThreadPoolTaskScheduler taskScheduler() {
			return new ThreadPoolTaskScheduler();
		}

		@Bean
		ThreadPoolTaskScheduler busy() {
			return new ThreadPoolTaskScheduler();
		}

		@Bean
		ThreadPoolTaskScheduler hanging() {
			return new ThreadPoolTaskScheduler();
		}

		@Bean
		ThreadPoolTaskScheduler failing() {
			return new ThreadPoolTaskScheduler();
		}

		@Bean
		ThreadPoolTaskScheduler quiet() {
			return new ThreadPoolTaskScheduler();
		}

		@Bean
		ThreadPoolTaskScheduler paused() {
			return new ThreadPoolTaskScheduler();
		}

		@Bean
		ThreadPoolTaskScheduler late() {
			return new ThreadPoolTaskScheduler();
		}

		@Bean
		ThreadPoolTaskScheduler strict() {
			ThreadPoolTaskScheduler scheduler = new ThreadPoolTaskScheduler();
			scheduler.setErrorHandler((ex) -> {
				throw new IllegalArgumentException(ex);
			});
			return scheduler;
		}

	}

}
