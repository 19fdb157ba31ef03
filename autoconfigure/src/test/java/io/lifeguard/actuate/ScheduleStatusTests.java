package io.lifeguard.actuate;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.lifeguard.PoolAlarm;
import io.lifeguard.TaskFailure;
import io.lifeguard.TaskFailureReporter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
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
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.scheduling.concurrent.SimpleAsyncTaskScheduler;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.web.SecurityFilterChain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Everything that can be wrong with a schedule, in every view of it: seen within its
 * grace and two seconds, by the times that the guard itself has noted, told once, and
 * left again.
 */
@ExtendWith(OutputCaptureExtension.class)
class ScheduleStatusTests {

	private static final Duration GRACE = Duration.ofMillis(500);

	private static final Duration PERIOD = Duration.ofMillis(50);

	private static final Duration SEEN = Duration.ofSeconds(2);

	private static final HttpClient http = HttpClient.newHttpClient();

	private static final Reports reports = new Reports();

	private static ConfigurableApplicationContext context;

	@BeforeAll
	static void start() {
		SpringApplication application = new SpringApplication(Application.class);
		application.addInitializers((ConfigurableApplicationContext context) -> {
			for (Way way : Way.values()) {
				way.register((GenericApplicationContext) context);
			}
		});
		context = application.run("--server.port=0", "--server.address=127.0.0.1",
				"--management.endpoints.web.exposure.include=health,prometheus,schedules",
				"--management.endpoint.health.show-details=always", "--spring.main.banner-mode=off",
				"--lifeguard.schedules.overdue-after=" + GRACE.toMillis() + "ms",
				"--lifeguard.schedules.failing-after=2",
				"--lifeguard.schedules.tasks[ScheduleStatusTests.Quiet].max-silence=" + GRACE.toMillis() + "ms");
	}

	@AfterAll
	static void stop() {
		context.close();
	}

	@ParameterizedTest
	@EnumSource
	void isSeenInEveryViewWithinItsGraceAndTwoSecondsAndLeftAgain(Way way, CapturedOutput output) throws Exception {
		reports.clear();
		Work work = way.work();
		work.steps.addAll(way.steps);
		String name = "ScheduleStatusTests." + work.getClass().getSimpleName();
		Object scheduler = context.getBean(way.pool());
		Instant before = Instant.now();
		Future<?> future = way.schedule(scheduler, work);
		await().until(() -> schedule(name).path("status").asString("").equals(way.status));

		JsonNode schedule = schedule(name);
		assertThat(schedule.get("pool").asString()).isEqualTo(way.pool());
		assertThat(schedule.get("reason").asString()).matches(way.reason);
		Health health = health(name, way.status);
		assertThat(health.reason).matches(way.reason);
		Instant due = way.due(schedule, before);
		assertThat(health.since).isBetween(due, due.plus(SEEN));
		assertThat(meters(name)).containsExactly(meter(way.pool(), name, way.status.equals("DEAD") ? "0.0" : "0.5"));
		await().until(() -> reports.toldOf(name, way.status) == 1);
		assertThat(reports.alarms).allMatch((alarm) -> alarm.since().equals(health.since));

		Future<?> revived = way.leave(context, work);
		String left = (revived != null) ? "is scheduled again" : "is UP again";
		await().until(() -> schedule(name).path("status").asString("").equals("UP"));
		assertThat(schedule(name).has("reason")).isFalse();
		assertThat(get("/actuator/health/schedules").body()).isEqualTo("{\"status\":\"UP\"}");
		await().until(() -> output.getOut()
			.contains("Schedule %s %s, after having been %s since %s".formatted(name, left, way.status, health.since)));
		String pool = (revived != null) ? "spare" : way.pool();
		assertThat(meters(name)).containsExactly(meter(pool, name, "1.0"));
		assertThat(reports.toldOf(name, way.status)).isOne();
		future.cancel(true);
		if (revived != null) {
			revived.cancel(true);
		}
		assertThat(get("/actuator/schedules/" + name).statusCode()).isEqualTo(404);
	}

	private static List<String> meters(String name) throws Exception {
		return get("/actuator/prometheus").body()
			.lines()
			.filter((line) -> line.startsWith("lifeguard_schedule_health{") && line.contains("\"" + name + "\""))
			.toList();
	}

	private static String meter(String pool, String name, String value) {
		return "lifeguard_schedule_health{pool=\"%s\",schedule=\"%s\"} %s".formatted(pool, name, value);
	}

	private static JsonNode schedule(String name) throws Exception {
		return JsonMapper.shared().readTree(get("/actuator/schedules/" + name).body());
	}

	private static Health health(String name, String status) throws Exception {
		JsonNode health = JsonMapper.shared().readTree(get("/actuator/health/schedules").body());
		assertThat(health.get("status").asString()).isEqualTo("DEGRADED");
		String detail = health.get("details").get(name).asString();
		Matcher matcher = Pattern.compile(status + " since (\\S+): (.*)").matcher(detail);
		assertThat(matcher.matches()).as(detail).isTrue();
		return new Health(Instant.parse(matcher.group(1)), matcher.group(2));
	}

	private static HttpResponse<String> get(String path) throws IOException, InterruptedException {
		int port = ((ServletWebServerApplicationContext) context).getWebServer().getPort();
		return http.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
				HttpResponse.BodyHandlers.ofString());
	}

	/**
	 * The ways in which a schedule can be unwell.
	 */
	enum Way {

		HUNG("OVERDUE", "it has been due for \\d+ m?s and has not started: its last run has not ended, it has been in "
				+ "ScheduleStatusTests.Work.run for \\d+ m?s", Step.BLOCK) {

			@Override
			Instant due(JsonNode schedule, Instant before) {
				return nextDue(schedule).plus(GRACE);
			}

		},

		STARVED("OVERDUE", "it has been due for \\d+ m?s and has not started: the only thread of starved has been in "
				+ "ScheduleStatusTests.Blocker.run for \\d+ m?s") {

			private final Blocker blocker = new Blocker();

			@Override
			Future<?> schedule(Object scheduler, Work work) {
				((TaskScheduler) scheduler).scheduleWithFixedDelay(this.blocker, Duration.ofHours(1));
				await().until(() -> this.blocker.begun);
				return super.schedule(scheduler, work);
			}

			@Override
			Instant due(JsonNode schedule, Instant before) {
				return nextDue(schedule).plus(GRACE);
			}

			@Override
			Future<?> leave(ConfigurableApplicationContext context, Work work) {
				this.blocker.release.countDown();
				return null;
			}

		},

		NEVER_STARTED("OVERDUE",
				"it has been due for \\d+ m?s and has not started: its scheduler has handed it over " + "and gone on") {

			private final CountDownLatch begin = new CountDownLatch(1);

			@Override
			Object scheduler() {
				SimpleAsyncTaskScheduler scheduler = new SimpleAsyncTaskScheduler();
				scheduler.setTargetTaskExecutor((task) -> {
					if (this.begin.getCount() == 0) {
						task.run();
					}
				});
				return scheduler;
			}

			@Override
			Instant due(JsonNode schedule, Instant before) {
				return before.plus(GRACE);
			}

			@Override
			Future<?> leave(ConfigurableApplicationContext context, Work work) {
				this.begin.countDown();
				return null;
			}

		},

		FAILING("FAILING", "its last 2 runs have failed, the last one with java.lang.IllegalStateException", Step.FAIL,
				Step.FAIL, Step.BLOCK) {

			@Override
			Future<?> schedule(Object scheduler, Work work) {
				return ((TaskScheduler) scheduler).scheduleWithFixedDelay(work, PERIOD);
			}

		},

		SILENT("SILENT", "no run has succeeded for \\d+ m?s", Step.SUCCEED, Step.BLOCK) {

			@Override
			Work work() {
				return new Quiet();
			}

			@Override
			Future<?> schedule(Object scheduler, Work work) {
				return ((TaskScheduler) scheduler).scheduleWithFixedDelay(work, PERIOD);
			}

			@Override
			Instant due(JsonNode schedule, Instant before) {
				return Instant.parse(schedule.get("lastSuccess").asString()).plus(GRACE);
			}

		},

		DEAD_BY_ITS_TRIGGER("DEAD", "its trigger threw java.lang.IllegalStateException when asked for the next time",
				Step.SUCCEED) {

			@Override
			Future<?> schedule(Object scheduler, Work work) {
				return ((TaskScheduler) scheduler).schedule(work, (context) -> {
					if (context.lastCompletion() != null) {
						throw new IllegalStateException("No time is known");
					}
					return Instant.now();
				});
			}

		},

		DEAD_BY_ITS_ERROR_HANDLER("DEAD",
				"it ended with java.lang.IllegalArgumentException, and its scheduler runs it no more", Step.FAIL) {

			@Override
			Object scheduler() {
				ThreadPoolTaskScheduler scheduler = new ThreadPoolTaskScheduler();
				scheduler.setErrorHandler((ex) -> {
					throw new IllegalArgumentException("Translated", ex);
				});
				return scheduler;
			}

		},

		DEAD_BY_ITS_DECORATOR("DEAD", "its run is due, and neither waits nor runs: what decorates it has thrown, or "
				+ "was given it and has not run it") {

			@Override
			Object scheduler() {
				ThreadPoolTaskScheduler scheduler = new ThreadPoolTaskScheduler();
				scheduler.setTaskDecorator((task) -> () -> {
					throw new IllegalStateException("No context");
				});
				return scheduler;
			}

			@Override
			Instant due(JsonNode schedule, Instant before) {
				return before;
			}

		},

		DEAD_BY_WHAT_IT_THREW("DEAD",
				"it ended with java.lang.IllegalStateException, and its scheduler runs it no " + "more", Step.FAIL) {

			@Override
			Object scheduler() {
				return new ScheduledThreadPoolExecutor(1);
			}

			@Override
			Future<?> schedule(Object scheduler, Work work) {
				return ((ScheduledExecutorService) scheduler).scheduleAtFixedRate(work, 0, PERIOD.toMillis(),
						TimeUnit.MILLISECONDS);
			}

		},

		DEAD_WITH_ITS_SCHEDULER("DEAD",
				"its scheduler dead_with_its_scheduler was shut down while the application " + "runs") {

			@Override
			Object scheduler() {
				return new ScheduledThreadPoolExecutor(1);
			}

			@Override
			Future<?> schedule(Object scheduler, Work work) {
				ScheduledExecutorService executor = (ScheduledExecutorService) scheduler;
				Future<?> future = executor.scheduleAtFixedRate(work, 1, 1, TimeUnit.HOURS);
				executor.shutdownNow();
				return future;
			}

			@Override
			Instant due(JsonNode schedule, Instant before) {
				return before;
			}

		};

		private final String status;

		private final String reason;

		private final List<Step> steps;

		Way(String status, String reason, Step... steps) {
			this.status = status;
			this.reason = reason;
			this.steps = List.of(steps);
		}

		String pool() {
			return name().toLowerCase(Locale.ROOT);
		}

		@SuppressWarnings("unchecked")
		void register(GenericApplicationContext context) {
			Object scheduler = scheduler();
			context.registerBean(pool(), (Class<Object>) scheduler.getClass(), () -> scheduler);
		}

		Object scheduler() {
			return new ThreadPoolTaskScheduler();
		}

		Work work() {
			return new Work();
		}

		Future<?> schedule(Object scheduler, Work work) {
			return ((TaskScheduler) scheduler).scheduleAtFixedRate(work, PERIOD);
		}

		/**
		 * Return since when it is so, or is known at the latest: by what the guard has
		 * noted, or before anything was scheduled.
		 */
		Instant due(JsonNode schedule, Instant before) {
			return Instant.parse(schedule.get("lastEnd").asString());
		}

		/**
		 * Mend it.
		 * @return the future of the same work if that had to be scheduled again
		 */
		Future<?> leave(ConfigurableApplicationContext context, Work work) {
			if (!this.status.equals("DEAD")) {
				work.release.countDown();
				return null;
			}
			return context.getBean("spare", TaskScheduler.class).scheduleAtFixedRate(work, PERIOD);
		}

		private static Instant nextDue(JsonNode schedule) {
			return Instant.parse(schedule.get("nextDue").asString());
		}

	}

	private enum Step {

		SUCCEED, FAIL, BLOCK

	}

	private record Health(Instant since, String reason) {

	}

	/**
	 * Takes its steps, one a run, and then succeeds.
	 */
	private static class Work implements Runnable {

		final CountDownLatch release = new CountDownLatch(1);

		private final Queue<Step> steps = new ConcurrentLinkedQueue<>();

		@Override
		public void run() {
			Step step = this.steps.poll();
			if (step == Step.FAIL) {
				throw new IllegalStateException("Fails");
			}
			if (step == Step.BLOCK) {
				Blocker.await(this.release);
			}
		}

	}

	private static final class Quiet extends Work {

	}

	private static final class Blocker implements Runnable {

		final CountDownLatch release = new CountDownLatch(1);

		volatile boolean begun;

		@Override
		public void run() {
			this.begun = true;
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

	private static final class Reports implements TaskFailureReporter {

		private final Queue<PoolAlarm> alarms = new ConcurrentLinkedQueue<>();

		private final Queue<TaskFailure> deaths = new ConcurrentLinkedQueue<>();

		@Override
		public void report(TaskFailure failure) {
			if (failure.dead()) {
				this.deaths.add(failure);
			}
		}

		@Override
		public void reportAlarm(PoolAlarm alarm) {
			this.alarms.add(alarm);
		}

		/**
		 * Return how often it was told that the schedule is so: by an alarm, or by the
		 * report of what it has died of.
		 */
		long toldOf(String name, String status) {
			return this.alarms.stream()
				.filter((alarm) -> alarm.task().equals(name) && alarm.kind().name().equals(status))
				.count() + this.deaths.size();
		}

		void clear() {
			this.alarms.clear();
			this.deaths.clear();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@Bean
		SecurityFilterChain openToAll(HttpSecurity http) {
			return http.authorizeHttpRequests((requests) -> requests.anyRequest().permitAll()).build();
		}

		@Bean
		TaskFailureReporter reports() {
			return reports;
		}

		@Bean
		ThreadPoolTaskScheduler spare() {
			return new ThreadPoolTaskScheduler();
		}

	}

}
