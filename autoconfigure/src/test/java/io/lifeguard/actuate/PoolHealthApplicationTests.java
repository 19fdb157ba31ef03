package io.lifeguard.actuate;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.task.TaskRejectedException;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.web.SecurityFilterChain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.awaitility.Awaitility.await;

/**
 * Each way in which a pool gets ill, in a running application.
 */
class PoolHealthApplicationTests {

	private static ConfigurableApplicationContext context;

	private final CountDownLatch release = new CountDownLatch(1);

	@BeforeAll
	static void start() {
		context = new SpringApplication(Application.class).run("--server.port=0", "--server.address=127.0.0.1",
				"--management.endpoints.web.exposure.include=health,prometheus,pools",
				"--management.endpoint.health.show-details=always", "--spring.main.banner-mode=off",
				"--lifeguard.defaults.health.window=3s", "--lifeguard.defaults.health.saturated-for=500ms",
				"--lifeguard.pools.stuck.stuck-after=300ms", "--lifeguard.pools.deadlocked.health.window=1m",
				"--lifeguard.pools.reading.health.window=1m");
	}

	@AfterAll
	static void stop() {
		context.close();
	}

	@Test
	void isDegradedWhileTasksFail() throws Exception {
		ThreadPoolTaskExecutor pool = context.getBean("failing", ThreadPoolTaskExecutor.class);
		awaitHealth("failing", 200, "\"status\":\"UP\"");
		for (int i = 0; i < 25; i++) {
			pool.execute(() -> {
				throw new IllegalStateException("expected");
			});
		}
		awaitHealth("failing", 200, "\"status\":\"DEGRADED\"",
				"25 of 25 tasks failed and nobody handled it in the last 3 s", "failure-ratio 0.5", "\"since\":\"20");
		awaitHealth("failing", 200, "\"status\":\"UP\"");
	}

	@Test
	void isNotDegradedByFailuresThatAreRead() throws Exception {
		ThreadPoolTaskExecutor pool = context.getBean("reading", ThreadPoolTaskExecutor.class);
		for (int i = 0; i < 25; i++) {
			Future<?> future = pool.submit(() -> {
				throw new IllegalStateException("expected");
			});
			assertThatExceptionOfType(ExecutionException.class).isThrownBy(future::get);
		}
		for (int i = 0; i < 25; i++) {
			pool.execute(() -> {
				throw new IllegalStateException("expected");
			});
		}
		awaitHealth("reading", 200, "\"status\":\"DEGRADED\"", "25 of 50 tasks failed and nobody handled it");
	}

	@Test
	void isDegradedWhileTasksAreDiscarded() throws Exception {
		ThreadPoolTaskExecutor pool = context.getBean("discarding", ThreadPoolTaskExecutor.class);
		for (int i = 0; i < 31; i++) {
			pool.execute(this::awaitRelease);
		}
		awaitHealth("discarding", 200, "\"status\":\"DEGRADED\"", "30 discarded of 31 tasks in the last 3 s");
		this.release.countDown();
		awaitHealth("discarding", 200, "\"status\":\"UP\"");
	}

	@Test
	void isDegradedWhileTasksAreRejected() throws Exception {
		ThreadPoolTaskExecutor pool = context.getBean("rejecting", ThreadPoolTaskExecutor.class);
		pool.execute(this::awaitRelease);
		int rejected = 0;
		for (int i = 0; i < 30; i++) {
			try {
				pool.execute(this::awaitRelease);
			}
			catch (TaskRejectedException ex) {
				rejected++;
			}
		}
		assertThat(rejected).isEqualTo(30);
		awaitHealth("rejecting", 200, "\"status\":\"DEGRADED\"", "30 rejected of 31 tasks in the last 3 s");
		this.release.countDown();
		awaitHealth("rejecting", 200, "\"status\":\"UP\"");
	}

	@Test
	void isDegradedWhileTheQueueIsFull() throws Exception {
		ThreadPoolTaskExecutor pool = context.getBean("filled", ThreadPoolTaskExecutor.class);
		for (int i = 0; i < 10; i++) {
			pool.execute(this::awaitRelease);
		}
		awaitHealth("filled", 200, "\"status\":\"DEGRADED\"", "of the 10 tasks", "now 9 (queue-fill 0.9)");
		this.release.countDown();
		awaitHealth("filled", 200, "\"status\":\"UP\"");
	}

	@Test
	void isDegradedWhileAllThreadsAreStuckAndTasksWait() throws Exception {
		ThreadPoolTaskExecutor pool = context.getBean("stuck", ThreadPoolTaskExecutor.class);
		pool.execute(this::awaitRelease);
		pool.execute(this::awaitRelease);
		awaitHealth("stuck", 200, "\"status\":\"DEGRADED\"", "All 1 threads are stuck while 1 tasks wait");
		this.release.countDown();
		awaitHealth("stuck", 200, "\"status\":\"UP\"");
	}

	@Test
	void isDegradedUntilADeadPeriodicTaskIsScheduledAgain() throws Exception {
		ScheduledThreadPoolExecutor pool = context.getBean("scheduled", ScheduledThreadPoolExecutor.class);
		Sweeper sweeper = new Sweeper();
		pool.scheduleWithFixedDelay(sweeper, 0, 1, TimeUnit.MILLISECONDS);
		awaitHealth("scheduled", 200, "\"status\":\"DEGRADED\"",
				"will not run again: PoolHealthApplicationTests.Sweeper");
		sweeper.broken = false;
		pool.scheduleWithFixedDelay(sweeper, 0, 1, TimeUnit.MILLISECONDS);
		awaitHealth("scheduled", 200, "\"status\":\"UP\"");
	}

	@Test
	void isDownOnceTerminated() throws Exception {
		ThreadPoolTaskExecutor pool = context.getBean("terminated", ThreadPoolTaskExecutor.class);
		assertThat(get("/actuator/pools/terminated").body()).contains("\"status\":\"UP\"").doesNotContain("\"reason\"");
		pool.shutdown();
		awaitHealth("terminated", 503, "\"status\":\"DOWN\"", "Terminated while the application runs");
		assertThat(get("/actuator/pools").body())
			.contains("\"status\":\"DOWN\",\"reason\":\"Terminated while the application runs");
		pool.initialize();
		awaitHealth("terminated", 200, "\"status\":\"UP\"");
	}

	@Test
	void isDownWhileDeadlocked() throws Exception {
		ThreadPoolExecutor pool = context.getBean("deadlocked", ThreadPoolExecutor.class);
		CountDownLatch bothRun = new CountDownLatch(2);
		Callable<String> inner = () -> "done";
		for (int i = 0; i < 2; i++) {
			pool.submit(() -> {
				bothRun.countDown();
				bothRun.await();
				return new ExecutorCompletionService<String>(pool).submit(inner).get();
			});
		}
		awaitHealth("deadlocked", 503, "\"status\":\"DOWN\"", "Deadlocked: each of its 2 threads");
		await().until(() -> get("/actuator/prometheus").body().contains("lifeguard_health{pool=\"deadlocked\"} 0.0"));
		pool.setMaximumPoolSize(3);
		pool.setCorePoolSize(3);
		awaitHealth("deadlocked", 200, "\"status\":\"UP\"");
	}

	@Test
	void showsAPoolFromTheMomentItIsThere() throws Exception {
		assertThat(get("/actuator/health/pools").body()).contains("\"failing\"").doesNotContain("\"late\"");
		context.getBean("late");
		assertThat(get("/actuator/health/pools").body()).contains("\"late\"");
		assertThat(get("/actuator/prometheus").body())
			.contains("lifeguard_failures_total{handling=\"uncaught\",pool=\"late\"} 0.0")
			.contains("executor_pool_size_threads{name=\"late\"}");
	}

	@Test
	void hasMetersThatPromtoolHasNothingToSayAbout() throws Exception {
		assumeTrue(isPromtoolPresent(), "needs promtool");
		String ours = get("/actuator/prometheus").body()
			.lines()
			.filter((line) -> line.contains("lifeguard_"))
			.collect(Collectors.joining("\n", "", "\n"));
		assertThat(ours).contains("# HELP lifeguard_tasks_wait_seconds ").contains("# TYPE lifeguard_failures_total ");
		Process promtool = new ProcessBuilder("promtool", "check", "metrics").redirectErrorStream(true).start();
		promtool.getOutputStream().write(ours.getBytes(StandardCharsets.UTF_8));
		promtool.getOutputStream().close();
		assertThat(promtool.inputReader().lines()).isEmpty();
		assertThat(promtool.waitFor()).isZero();
	}

	private static boolean isPromtoolPresent() {
		try {
			return new ProcessBuilder("promtool", "--version").redirectErrorStream(true).start().waitFor() == 0;
		}
		catch (IOException | InterruptedException ex) {
			return false;
		}
	}

	private void awaitRelease() {
		try {
			this.release.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private static void awaitHealth(String pool, int statusCode, String... parts) {
		await().untilAsserted(() -> {
			HttpResponse<String> response = get("/actuator/health/pools/" + pool);
			assertThat(response.body()).contains(parts);
			assertThat(response.statusCode()).isEqualTo(statusCode);
		});
	}

	private static HttpResponse<String> get(String path) throws IOException, InterruptedException {
		int port = ((ServletWebServerApplicationContext) context).getWebServer().getPort();
		return HttpClient.newHttpClient()
			.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
					HttpResponse.BodyHandlers.ofString());
	}

	private static final class Sweeper implements Runnable {

		private volatile boolean broken = true;

		@Override
		public void run() {
			if (this.broken) {
				throw new IllegalStateException("expected");
			}
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@Bean
		@Lazy
		ThreadPoolExecutor late() {
			return new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>());
		}

		@Bean
		ThreadPoolTaskExecutor failing() {
			return pool(2, 100);
		}

		@Bean
		ThreadPoolTaskExecutor rejecting() {
			return pool(1, 0);
		}

		@Bean
		ThreadPoolTaskExecutor reading() {
			return pool(2, 100);
		}

		@Bean
		ThreadPoolTaskExecutor discarding() {
			ThreadPoolTaskExecutor pool = pool(1, 0);
			pool.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
			return pool;
		}

		@Bean
		ThreadPoolTaskExecutor filled() {
			return pool(1, 10);
		}

		@Bean
		ThreadPoolTaskExecutor stuck() {
			return pool(1, Integer.MAX_VALUE);
		}

		@Bean
		ThreadPoolTaskExecutor terminated() {
			return pool(1, Integer.MAX_VALUE);
		}

		@Bean
		ScheduledThreadPoolExecutor scheduled() {
			return new ScheduledThreadPoolExecutor(1);
		}

		@Bean(destroyMethod = "shutdownNow")
		ThreadPoolExecutor deadlocked() {
			return new ThreadPoolExecutor(2, 2, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>());
		}

		@Bean
		SecurityFilterChain openToAll(HttpSecurity http) {
			return http.authorizeHttpRequests((requests) -> requests.anyRequest().permitAll()).build();
		}

		private static ThreadPoolTaskExecutor pool(int size, int queueCapacity) {
			ThreadPoolTaskExecutor pool = new ThreadPoolTaskExecutor();
			pool.setCorePoolSize(size);
			pool.setMaxPoolSize(size);
			pool.setQueueCapacity(queueCapacity);
			return pool;
		}

	}

}
