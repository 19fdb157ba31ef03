package io.lifeguard.paths;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.Collectors;

import io.lifeguard.Handling;
import io.lifeguard.ReportOutcome;
import io.lifeguard.Lifeguard;
import io.lifeguard.PoolSnapshot;
import io.lifeguard.engine.pool.Pool;
import io.lifeguard.engine.pool.PoolRegistry;
import io.lifeguard.sentry.SentryReceiver;
import io.sentry.Sentry;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.scheduling.annotation.AsyncConfigurer;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.SchedulingConfigurer;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;
import org.springframework.scheduling.config.ScheduledTaskRegistrar;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Fails one task on each path, once where the deadline decides on unread failures and
 * once where garbage collection alone must, and compares the events that Sentry receives
 * with the table of expectations.
 */
class TaskFailurePathsTests {

	/** Paths between which a receiver has time to catch up. */
	private static final int BATCH = 300;

	private SentryReceiver sentry;

	@BeforeEach
	void startSentry() throws IOException {
		this.sentry = SentryReceiver.start();
	}

	@AfterEach
	void stopSentry() {
		this.sentry.close();
	}

	@ParameterizedTest
	@ValueSource(strings = { "2s", "1h" })
	void seesEachFailureInBootsOwnPools(String unobservedAfter) throws Exception {
		failTasksInBootsOwnPools(unobservedAfter);
	}

	@ParameterizedTest
	@ValueSource(strings = { "2s", "1h" })
	@EnabledForJreRange(min = JRE.JAVA_21)
	void seesEachFailureInBootsOwnPoolsOfVirtualThreads(String unobservedAfter) throws Exception {
		failTasksInBootsOwnPools(unobservedAfter, "--spring.threads.virtual.enabled=true");
	}

	private void failTasksInBootsOwnPools(String unobservedAfter, String... arguments) throws Exception {
		try (ConfigurableApplicationContext context = run(WorkApplication.class, unobservedAfter, arguments)) {
			List<Path> paths = pathsInBootsOwnPools(context);
			paths.addAll(ScheduledWork.paths("taskScheduler", context.getBean(ScheduledWork.class)));
			takeAll(paths, context);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "2s", "1h" })
	void seesEachFailureInExecutorBeansOfAllKinds(String unobservedAfter) throws Exception {
		try (ConfigurableApplicationContext context = run(BeansApplication.class, unobservedAfter)) {
			List<Path> paths = pathsInExecutorBeans(context);
			takeAll(paths, context);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "2s", "1h" })
	void seesEachFailureInExecutorsThatAreNoBeans(String unobservedAfter) throws Exception {
		ExecutorService service = Executors.newFixedThreadPool(2);
		ScheduledExecutorService scheduler = Executors.newScheduledThreadPool(2);
		try (ConfigurableApplicationContext context = run(ConfigurersApplication.class, unobservedAfter)) {
			List<Path> paths = new ArrayList<>();
			paths.addAll(AsyncWork.paths("async-by-configurer", context.getBean(AsyncWork.class)));
			paths.addAll(ScheduledWork.paths("scheduling-by-configurer", context.getBean(ScheduledWork.class)));
			paths.addAll(ExecutorPaths.of("guard by hand", "service", Lifeguard.guard("service", service), true));
			paths.addAll(ExecutorPaths.of("guard a scheduler by hand", "scheduler",
					Lifeguard.guard("scheduler", scheduler), true));
			takeAll(paths, context);
		}
		finally {
			service.shutdown();
			scheduler.shutdown();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "2s", "1h" })
	void seesEachFailureWhereNothingIsConfigured(String unobservedAfter) throws Exception {
		try (ConfigurableApplicationContext context = run(ScheduledServiceApplication.class, unobservedAfter)) {
			List<Path> paths = new ArrayList<>();
			paths.addAll(ScheduledWork.paths("onlyService", context.getBean(ScheduledWork.class)));
			paths.addAll(AsyncWork.paths("SimpleAsyncTaskExecutor", context.getBean(AsyncWork.class)));
			takeAll(paths, context);
		}
	}

	/**
	 * Return the paths into the pools of a {@link WorkApplication}, but for schedules.
	 */
	static List<Path> pathsInBootsOwnPools(ApplicationContext context) {
		List<Path> paths = new ArrayList<>();
		for (String bean : List.of("applicationTaskExecutor", "taskScheduler")) {
			paths.addAll(ExecutorPaths.of(bean, bean, context.getBean(bean), true));
		}
		paths.addAll(AsyncWork.paths("applicationTaskExecutor", context.getBean(AsyncWork.class)));
		return paths;
	}

	/**
	 * Return the paths into the pools of a {@link BeansApplication}.
	 */
	static List<Path> pathsInExecutorBeans(ApplicationContext context) {
		Map<String, String> views = Map.of("overThreadPool", "threadPool", "lambdaOverThreadPool", "threadPool",
				"unconfigurable", "jdkThreadPool");
		List<Path> paths = new ArrayList<>();
		List<String> beans = new ArrayList<>();
		for (Class<?> configuration : List.of(ExecutorBeans.class, VirtualThreadBeans.class)) {
			Arrays.stream(configuration.getDeclaredMethods())
				.filter((method) -> method.isAnnotationPresent(Bean.class))
				.map((method) -> method.getName())
				.filter(context::containsBean)
				.forEach(beans::add);
		}
		for (String bean : beans) {
			paths.addAll(ExecutorPaths.of(bean, views.getOrDefault(bean, bean), context.getBean(bean),
					!bean.equals("schedulerWithErrorHandler")));
		}
		paths.addAll(AsyncWork.paths("threadPool", context.getBean(AsyncWork.class)));
		paths.addAll(QualifiedAsyncWork.paths(context.getBean(QualifiedAsyncWork.class)));
		return paths;
	}

	private ConfigurableApplicationContext run(Class<?> application, String unobservedAfter, String... arguments) {
		List<String> all = new ArrayList<>(List.of("--sentry.dsn=" + this.sentry.dsn(), "--sentry.max-queue-size=10000",
				"--lifeguard.defaults.unobserved-after=" + unobservedAfter, "--lifeguard.report.max-per-minute=100000",
				"--logging.level.root=OFF"));
		all.addAll(List.of(arguments));
		return new SpringApplicationBuilder(application).web(WebApplicationType.NONE).run(all.toArray(String[]::new));
	}

	private void takeAll(List<Path> paths, ConfigurableApplicationContext context) throws Exception {
		assertThat(paths.stream().map(Path::name)).doesNotHaveDuplicates();
		PoolRegistry registry = context.getBean(PoolRegistry.class);
		for (int i = 0; i < paths.size(); i++) {
			Path path = paths.get(i);
			try {
				path.take();
			}
			catch (Throwable ex) {
				throw new AssertionError("On path " + path.name(), ex);
			}
			if (i % BATCH == BATCH - 1) {
				awaitDecisions(registry);
			}
		}
		awaitDecisions(registry);
		Sentry.flush(30_000);
		assertEvents(paths);
		assertCounts(paths, registry);
	}

	private void awaitDecisions(PoolRegistry registry) {
		boolean onlyGarbageDecides = registry.pools()
			.stream()
			.allMatch((pool) -> pool.settings().unobservedAfter().toMinutes() > 0);
		try {
			Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> {
				if (onlyGarbageDecides) {
					System.gc();
				}
				return registry.pools().stream().allMatch(TaskFailurePathsTests::isDecided);
			});
		}
		catch (ConditionTimeoutException ex) {
			// what is missing shows in the comparison
		}
	}

	/**
	 * Whether all that has failed was handled, and all reporters are done with it: the
	 * one for Sentry waits a second for an event of the application's own.
	 */
	private static boolean isDecided(Pool pool) {
		PoolSnapshot snapshot = pool.snapshot();
		PoolSnapshot.Failures failures = snapshot.failures();
		long told = pool.reports(ReportOutcome.SENT) + pool.reports(ReportOutcome.FAILED);
		return failures.watched() == 0 && snapshot.tasks().running() == 0
				&& told + failures.suppressed() == failures.uncaught() + failures.unobserved();
	}

	private void assertEvents(List<Path> paths) {
		List<String> expected = paths.stream()
			.filter((path) -> path.handling() != Handling.OBSERVED)
			.map((path) -> path.name() + " -> " + path.handling().name() + " in " + path.pool())
			.toList();
		List<String> actual = SentEvent.to(this.sentry)
			.stream()
			.map((event) -> event.message() + " -> " + event.handling().toUpperCase(Locale.ROOT) + " in "
					+ event.pool())
			.toList();
		List<String> missing = new ArrayList<>(expected);
		actual.forEach(missing::remove);
		List<String> unexpected = new ArrayList<>(actual);
		expected.forEach(unexpected::remove);
		assertThat(missing).as("missing, while unexpected are " + unexpected).isEmpty();
		assertThat(unexpected).as("unexpected").isEmpty();
		assertThat(SentEvent.to(this.sentry)).extracting(SentEvent::level).containsOnly("error");
		assertThat(SentEvent.to(this.sentry)).extracting(SentEvent::mechanism).containsOnly("lifeguard");
	}

	private void assertCounts(List<Path> paths, PoolRegistry registry) {
		Map<String, Map<Handling, Long>> expected = paths.stream()
			.collect(Collectors.groupingBy(Path::pool, Collectors.groupingBy(Path::handling, Collectors.counting())));
		for (Pool pool : registry.pools()) {
			PoolSnapshot snapshot = pool.snapshot();
			PoolSnapshot.Tasks tasks = snapshot.tasks();
			PoolSnapshot.Failures failures = snapshot.failures();
			Map<Handling, Long> actual = new HashMap<>();
			for (Handling handling : Handling.values()) {
				if (pool.failures(handling) > 0) {
					actual.put(handling, pool.failures(handling));
				}
			}
			assertThat(actual).as(pool + " " + snapshot).isEqualTo(expected.getOrDefault(pool.name(), Map.of()));
			assertThat(tasks.submitted()).as(pool + " " + snapshot)
				.isEqualTo(tasks.succeeded() + tasks.failed() + tasks.cancelled() + tasks.lost() + tasks.running()
						+ tasks.queued());
			assertThat(tasks.queued()).as(pool + " " + snapshot).isZero();
			assertThat(tasks.failed()).as(pool + " " + snapshot)
				.isEqualTo(failures.uncaught() + failures.unobserved() + failures.observed() + failures.watched());
			assertThat(failures.reported()).as(pool + " " + snapshot)
				.isEqualTo(failures.uncaught() + failures.unobserved());
		}
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@EnableAsync
	@EnableScheduling
	static class WorkApplication {

		@Bean
		AsyncWork asyncWork() {
			return new AsyncWork();
		}

		@Bean
		ScheduledWork scheduledWork() {
			return new ScheduledWork();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@EnableAsync
	@Import({ ExecutorBeans.class, VirtualThreadBeans.class })
	static class BeansApplication {

		@Bean
		AsyncWork asyncWork() {
			return new AsyncWork();
		}

		@Bean
		QualifiedAsyncWork qualifiedAsyncWork() {
			return new QualifiedAsyncWork();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import({ WorkApplication.class, SchedulingByConfigurer.class })
	static class ConfigurersApplication implements AsyncConfigurer {

		@Override
		public AsyncTaskExecutor getAsyncExecutor() {
			return new SimpleAsyncTaskExecutor("async-by-configurer-");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class SchedulingByConfigurer implements SchedulingConfigurer {

		@Override
		public void configureTasks(ScheduledTaskRegistrar registrar) {
			ThreadPoolTaskScheduler scheduler = new ThreadPoolTaskScheduler();
			scheduler.setThreadNamePrefix("scheduling-by-configurer-");
			scheduler.initialize();
			registrar.setTaskScheduler(scheduler);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(WorkApplication.class)
	static class ScheduledServiceApplication {

		@Bean
		ScheduledExecutorService onlyService() {
			return Executors.newScheduledThreadPool(2);
		}

	}

}
