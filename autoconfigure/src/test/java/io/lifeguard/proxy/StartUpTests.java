package io.lifeguard.proxy;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.function.Function;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that an application starts with the guard as it does without.
 */
class StartUpTests {

	@ParameterizedTest
	@ValueSource(classes = { NoPool.class, UserPool.class, UserExecutor.class, UserScheduler.class })
	@ExtendWith(OutputCaptureExtension.class)
	void createsNoBeanTooEarly(Class<?> source, CapturedOutput output) {
		run(source, false, (context) -> true);
		Set<String> without = notEligible(output.getAll());
		int end = output.getAll().length();
		run(source, true, (context) -> true);
		assertThat(notEligible(output.getAll().substring(end))).isSubsetOf(without);
	}

	/**
	 * Proves that the test before this one can fail.
	 */
	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void wouldNoticeABeanThatIsCreatedTooEarly(CapturedOutput output) {
		run(TooEarly.class, true, (context) -> true);
		assertThat(notEligible(output.getAll())).anyMatch((bean) -> bean.startsWith("Bean 'userPool'"));
	}

	@ParameterizedTest
	@ValueSource(classes = { NoPool.class, UserPool.class, UserExecutor.class, UserScheduler.class })
	void leavesBootTheSameExecutors(Class<?> source) {
		Function<ApplicationContext, List<String>> executors = (context) -> List
			.of(context.getBeanNamesForType(Executor.class));
		List<String> guarded = run(source, true, executors);
		List<String> without = run(source, false, executors);
		assertThat(guarded).isEqualTo(without);
	}

	@Test
	void leavesBootsExecutorInPlaceBesideADeclaredPool() {
		String declared = "--lifeguard.pools.mail.core-size=2";
		assertThat(executorBeans(NoPool.class, declared)).contains("applicationTaskExecutor", "mail");
		assertThat(executorBeans(UserPool.class, declared)).contains("userPool", "mail")
			.doesNotContain("applicationTaskExecutor");
		assertThat(executorBeans(UserExecutor.class, declared)).contains("userExecutor", "mail")
			.doesNotContain("applicationTaskExecutor");
	}

	@ParameterizedTest
	@ValueSource(classes = { NoPool.class, UserPool.class, UserScheduler.class })
	void keepsTheMetersOfBoot(Class<?> source) {
		Set<String> without = run(source, false, StartUpTests::executorMeters);
		assertThat(without).isNotEmpty();
		Set<String> guarded = run(source, true, StartUpTests::executorMeters);
		assertThat(guarded).containsAll(without);
	}

	private static List<String> executorBeans(Class<?> source, String argument) {
		return run(source, true, (context) -> List.of(context.getBeanNamesForType(Executor.class)), argument);
	}

	private static Set<String> executorMeters(ApplicationContext context) {
		Set<String> ids = new TreeSet<>();
		for (var meter : context.getBean(MeterRegistry.class).getMeters()) {
			if (meter.getId().getName().startsWith("executor.")) {
				ids.add(meter.getId().getName() + meter.getId().getTags());
			}
		}
		return ids;
	}

	private static Set<String> notEligible(String output) {
		Set<String> beans = new TreeSet<>();
		output.lines()
			.filter((line) -> line.contains("is not eligible for getting processed by all BeanPostProcessors"))
			.forEach((line) -> beans.add(line.substring(line.indexOf("Bean '"), line.indexOf("is not eligible"))));
		return beans;
	}

	private static <T> T run(Class<?> source, boolean guarded, Function<ApplicationContext, T> look,
			String... arguments) {
		SpringApplication application = new SpringApplication(Application.class, source);
		application.setWebApplicationType(WebApplicationType.NONE);
		String[] all = new String[arguments.length + 2];
		System.arraycopy(arguments, 0, all, 2, arguments.length);
		all[0] = "--spring.main.banner-mode=off";
		all[1] = "--lifeguard.enabled=" + guarded;
		try (ConfigurableApplicationContext context = application.run(all)) {
			return look.apply(context);
		}
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@EnableAsync
	@EnableScheduling
	static class Application {

		@Bean
		SimpleMeterRegistry meters() {
			return new SimpleMeterRegistry();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class NoPool {

	}

	@Configuration(proxyBeanMethods = false)
	static class UserPool {

		@Bean
		ThreadPoolTaskExecutor userPool() {
			return new ThreadPoolTaskExecutor();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(UserPool.class)
	static class TooEarly {

		@Bean
		static BeanPostProcessor eager(ThreadPoolTaskExecutor userPool) {
			return new BeanPostProcessor() {
			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class UserExecutor {

		@Bean
		Executor userExecutor() {
			return Runnable::run;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class UserScheduler {

		@Bean
		ThreadPoolTaskScheduler userScheduler() {
			return new ThreadPoolTaskScheduler();
		}

	}

}
