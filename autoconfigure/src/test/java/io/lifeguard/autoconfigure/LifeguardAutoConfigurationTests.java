package io.lifeguard.autoconfigure;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import io.lifeguard.Handling;
import io.lifeguard.Lifeguard;
import io.lifeguard.InvalidLifeguardPropertyException;
import io.lifeguard.TaskFailure;
import io.lifeguard.TaskFailureReporter;
import io.lifeguard.engine.pool.Guarded;
import io.lifeguard.engine.pool.Pool;
import io.lifeguard.engine.pool.PoolRegistry;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.aop.interceptor.AsyncUncaughtExceptionHandler;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.health.contributor.HealthContributor;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.annotation.Order;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.AsyncConfigurer;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link LifeguardAutoConfiguration} beside all of Boot's own.
 */
@ExtendWith(OutputCaptureExtension.class)
class LifeguardAutoConfigurationTests {

	private static final Pattern NOT_ELIGIBLE = Pattern
		.compile("Bean '([^']+)'.*is not eligible for getting processed");

	@ParameterizedTest
	@ValueSource(classes = { Plain.class, Pools.class, Configurer.class })
	void pullsNothingInEarly(Class<?> application, CapturedOutput output) {
		Set<String> without = notEligible(application, false, output);
		Set<String> with = notEligible(application, true, output);
		assertThat(with).isEqualTo(without);
	}

	private static Set<String> notEligible(Class<?> application, boolean enabled, CapturedOutput output) {
		int begin = output.getAll().length();
		run(application, "--lifeguard.enabled=" + enabled).close();
		return NOT_ELIGIBLE.matcher(output.getAll().substring(begin))
			.results()
			.map((result) -> result.group(1))
			.collect(Collectors.toCollection(TreeSet::new));
	}

	@ParameterizedTest
	@ValueSource(classes = { Plain.class, Pools.class, Configurer.class })
	void leavesBootsBeansAsTheyAre(Class<?> application) {
		assertThat(executors(application, true)).isEqualTo(executors(application, false));
	}

	private static Set<String> executors(Class<?> application, boolean enabled) {
		try (ConfigurableApplicationContext context = run(application, "--lifeguard.enabled=" + enabled)) {
			return new TreeSet<>(context.getBeansOfType(Executor.class).keySet());
		}
	}

	@ParameterizedTest
	@ValueSource(classes = { Plain.class, Pools.class })
	void leavesBootsMetersAsTheyAre(Class<?> application) {
		Set<String> without = executorMeters(application, false);
		assertThat(without).isNotEmpty();
		assertThat(executorMeters(application, true)).containsAll(without);
	}

	private static Set<String> executorMeters(Class<?> application, boolean enabled) {
		try (ConfigurableApplicationContext context = run(application, "--lifeguard.enabled=" + enabled)) {
			return context.getBean(MeterRegistry.class)
				.getMeters()
				.stream()
				.map(Meter::getId)
				.filter((id) -> id.getName().startsWith("executor."))
				.map((id) -> id.getName() + " " + id.getTag("name"))
				.collect(Collectors.toCollection(TreeSet::new));
		}
	}

	@Test
	void registersNothingButTheDeclaredPoolsIfDisabled() {
		try (ConfigurableApplicationContext context = run(Pools.class, "--lifeguard.enabled=false")) {
			assertThat(context.getBeanDefinitionNames()).filteredOn((name) -> !name.contains("Tests"))
				.filteredOn((name) -> String.valueOf(context.getType(name)).contains("io.lifeguard"))
				.containsExactlyInAnyOrder(LifeguardPropertiesAutoConfiguration.class.getName(), "lifeguardProperties",
						"lifeguardPoolSpecsPostProcessor");
			assertThat(context.getBeansOfType(Guarded.class)).isEmpty();
		}
	}

	@Test
	void leavesExcludedBeansAlone() {
		try (ConfigurableApplicationContext context = run(Pools.class, "--lifeguard.exclude=jdk*")) {
			assertThat(context.getBean("jdkPool")).isNotInstanceOf(Guarded.class);
			assertThat(context.getBean("mail")).isInstanceOf(Guarded.class);
			assertThat(context.getBean(PoolRegistry.class).pool("jdkPool")).isNull();
		}
	}

	@Test
	void warnsOfAnExcludeThatMatchesNothing(CapturedOutput output) {
		run(Pools.class, "--lifeguard.exclude=jdk*,mial").close();
		assertThat(output).containsOnlyOnce("lifeguard.exclude names 'mial', but no executor bean is called so")
			.doesNotContain("lifeguard.exclude names 'jdk*'");
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void leavesNamesToTheApplication(boolean enabled) {
		ApplicationContextRunner runner = new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(LifeguardAutoConfiguration.class, LifeguardMetricsAutoConfiguration.class))
			.withAllowBeanDefinitionOverriding(false)
			.withPropertyValues("lifeguard.enabled=" + enabled);
		for (String name : List.of("poolRegistry", "poolMetrics", "executorGuardFactory", "tuningPostProcessor")) {
			runner = runner.withBean(name, StringBuilder.class);
		}
		runner.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void refusesToPropagateAContextWithoutTheLibrary() {
		new ApplicationContextRunner().withClassLoader(new FilteredClassLoader("io.micrometer.context"))
			.withConfiguration(AutoConfigurations.of(LifeguardAutoConfiguration.class))
			.withPropertyValues("lifeguard.pools.mail.propagate-context=true")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(InvalidLifeguardPropertyException.class)
				.hasMessageContaining("lifeguard.pools.mail.propagate-context")
				.hasMessageContaining("Micrometer's context propagation is not on the class path"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "sentry", "actuator", "micrometer", "all" })
	void worksWithoutOptionalLibraries(String missing) {
		List<Object> filters = switch (missing) {
			case "sentry" -> List.of("io.sentry");
			case "actuator" -> List.of(Endpoint.class, HealthContributor.class);
			case "micrometer" -> List.of("io.micrometer");
			default -> List.of("io.sentry", Endpoint.class, HealthContributor.class, "io.micrometer",
					"org.springframework.boot.micrometer");
		};
		FilteredClassLoader loader = new FilteredClassLoader((name) -> filters.stream()
			.anyMatch((filter) -> (filter instanceof Class<?> type) ? type.getName().equals(name)
					: name.startsWith(filter + ".")));
		new ApplicationContextRunner().withClassLoader(loader)
			.withConfiguration(AutoConfigurations.of(LifeguardAutoConfiguration.class,
					LifeguardSentryAutoConfiguration.class, LifeguardEndpointAutoConfiguration.class,
					LifeguardHealthAutoConfiguration.class, LifeguardMetricsAutoConfiguration.class))
			.withUserConfiguration(Pools.class)
			.run((context) -> {
				assertThat(context).hasNotFailed();
				context.getBean("mail", Executor.class).execute(() -> {
					throw new IllegalStateException();
				});
				Pool pool = context.getBean(PoolRegistry.class).pool("mail");
				Awaitility.await().untilAsserted(() -> assertThat(pool.snapshot().failures().reported()).isOne());
			});
	}

	@Test
	void reportsOneInstanceOnceAndCountsItFiveTimes() {
		Recorder recorder = new Recorder();
		IllegalStateException same = new IllegalStateException("same");
		try (ConfigurableApplicationContext context = run(Pools.class, recorder)) {
			for (int i = 0; i < 5; i++) {
				context.getBean("mail", Executor.class).execute(() -> {
					throw same;
				});
			}
			Pool pool = context.getBean(PoolRegistry.class).pool("mail");
			Awaitility.await().untilAsserted(() -> {
				assertThat(pool.failures(Handling.UNCAUGHT)).isEqualTo(5);
				assertThat(pool.snapshot().failures().reported()).isOne();
				assertThat(pool.snapshot().failures().suppressed()).isEqualTo(4);
			});
			assertThat(recorder.failures).hasSize(1);
		}
	}

	@Test
	void callsOtherReportersAfterOneThatThrows(CapturedOutput output) {
		Recorder recorder = new Recorder();
		try (ConfigurableApplicationContext context = run(ThrowingReporter.class, recorder)) {
			for (int i = 0; i < 2; i++) {
				int number = i;
				context.getBean("mail", Executor.class).execute(() -> {
					throw new IllegalStateException("failure " + number);
				});
			}
			Awaitility.await().untilAsserted(() -> assertThat(recorder.failures).hasSize(2));
		}
		assertThat(output).containsOnlyOnce("Its failures with java.lang.UnsupportedOperationException");
	}

	@Test
	void neitherReportsNorForgetsWhatIsIgnored() {
		Recorder recorder = new Recorder();
		try (ConfigurableApplicationContext context = run(Pools.class, recorder)) {
			ThreadPoolTaskExecutor mail = context.getBean("mail", ThreadPoolTaskExecutor.class);
			Lifeguard.ignore(mail.submit((Callable<Object>) () -> {
				throw new IllegalStateException();
			}));
			CompletableFuture<Object> completable = mail.submitCompletable((Callable<Object>) () -> {
				throw new IllegalStateException();
			});
			assertThat(Lifeguard.ignore(completable)).isSameAs(completable);
			Pool pool = context.getBean(PoolRegistry.class).pool("mail");
			Awaitility.await().untilAsserted(() -> assertThat(pool.failures(Handling.OBSERVED)).isEqualTo(2));
		}
		assertThat(recorder.failures).isEmpty();
	}

	@Test
	void callsTheApplicationsHandlerOfAsynchronousFailuresToo() throws Exception {
		Recorder recorder = new Recorder();
		try (ConfigurableApplicationContext context = run(Configurer.class, recorder)) {
			context.getBean(Work.class).fail();
			assertThat(context.getBean(Configurer.class).handled().await(10, TimeUnit.SECONDS)).isTrue();
			Awaitility.await().untilAsserted(() -> assertThat(recorder.failures).hasSize(1));
			assertThat(recorder.failures.peek().handling()).isEqualTo(Handling.UNCAUGHT);
			assertThat(recorder.failures.peek().task()).isEqualTo("LifeguardAutoConfigurationTests.Work.fail");
		}
	}

	private static ConfigurableApplicationContext run(Class<?> application, String... arguments) {
		return new SpringApplicationBuilder(application).web(WebApplicationType.NONE).run(arguments);
	}

	private static ConfigurableApplicationContext run(Class<?> application, Recorder recorder) {
		SpringApplication springApplication = new SpringApplicationBuilder(application).web(WebApplicationType.NONE)
			.initializers((context) -> context.getBeanFactory().registerSingleton("recorder", recorder))
			.build();
		return springApplication.run();
	}

	/**
	 * Remembers what is reported.
	 */
	static final class Recorder implements TaskFailureReporter {

		final LinkedBlockingQueue<TaskFailure> failures = new LinkedBlockingQueue<>();

		@Override
		public void report(TaskFailure failure) {
			this.failures.add(failure);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@EnableAsync
	@EnableScheduling
	static class Plain {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@EnableAsync
	static class Pools {

		@Bean
		ThreadPoolTaskExecutor mail() {
			return new ThreadPoolTaskExecutor();
		}

		@Bean
		ThreadPoolExecutor jdkPool() {
			return new ThreadPoolExecutor(1, 1, 1, TimeUnit.MINUTES, new LinkedBlockingQueue<>());
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(Pools.class)
	static class ThrowingReporter {

		@Bean
		@Order(-1)
		TaskFailureReporter throwing() {
			return (failure) -> {
				throw new UnsupportedOperationException();
			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@EnableAsync
	static class Configurer implements AsyncConfigurer {

		private final CountDownLatch handled = new CountDownLatch(1);

		CountDownLatch handled() {
			return this.handled;
		}

		@Override
		public AsyncUncaughtExceptionHandler getAsyncUncaughtExceptionHandler() {
			return (failure, method, arguments) -> this.handled.countDown();
		}

		@Bean
		ThreadPoolTaskExecutor mail() {
			return new ThreadPoolTaskExecutor();
		}

		@Bean
		Work work() {
			return new Work();
		}

	}

	static class Work {

		@Async
		public void fail() {
			throw new IllegalStateException();
		}

	}

}
