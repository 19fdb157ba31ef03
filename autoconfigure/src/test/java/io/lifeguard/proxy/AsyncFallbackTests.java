package io.lifeguard.proxy;

import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import io.lifeguard.autoconfigure.LifeguardAutoConfiguration;
import io.lifeguard.engine.pool.Pool;
import io.lifeguard.engine.pool.PoolRegistry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.autoconfigure.task.TaskSchedulingAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.AsyncConfigurer;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for what is said where Spring finds no executor for {@code @Async} methods.
 */
@ExtendWith(OutputCaptureExtension.class)
class AsyncFallbackTests {

	private static final String UNBOUNDED = "@Async methods that name no executor run here, each call on a new thread without any bound, since ";

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(LifeguardAutoConfiguration.class, TaskExecutionAutoConfiguration.class,
				TaskSchedulingAutoConfiguration.class))
		.withUserConfiguration(AsyncMethods.class);

	@Test
	void namesTheBeansThatCompeteAndTheCure(CapturedOutput output) {
		this.runner.withUserConfiguration(Mail.class, Reports.class).run((context) -> {
			assertThat(output).doesNotContain("@Async methods");
			call(context);
			String advice = UNBOUNDED
					+ "none of the executor beans 'mail', 'reports' is the default. Mark one @Primary, "
					+ "name one 'taskExecutor', or name the executor at the methods: @Async(\"mail\")";
			assertThat(advice(context)).containsExactly(advice);
			call(context);
			assertThat(output).containsOnlyOnce("Pool SimpleAsyncTaskExecutor: " + advice);
		});
	}

	@Test
	void namesASchedulerThatCompetes(CapturedOutput output) {
		this.runner.withUserConfiguration(Mail.class, Scheduling.class).run((context) -> {
			call(context);
			assertThat(advice(context)).singleElement().asString().contains("beans 'mail', 'taskScheduler' is the");
		});
	}

	@Test
	void namesTheBeanThatSpringDoesNotTakeForOne() {
		this.runner.withUserConfiguration(Service.class).run((context) -> {
			call(context);
			assertThat(advice(context)).containsExactly(
					UNBOUNDED + "executor bean 'service' is no TaskExecutor. Name one 'taskExecutor', or name the "
							+ "executor at the methods: @Async(\"service\")");
		});
	}

	@Test
	void saysThatThereIsNone() {
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(LifeguardAutoConfiguration.class))
			.withUserConfiguration(AsyncMethods.class)
			.run((context) -> {
				call(context);
				assertThat(advice(context)).containsExactly(
						UNBOUNDED + "there is no executor bean. Declare one of type ThreadPoolTaskExecutor");
			});
	}

	@Test
	void saysItOfAConfigurerOfTheApplicationThatNamesNone(CapturedOutput output) {
		this.runner.withUserConfiguration(Mail.class, Reports.class, Configurer.class).run((context) -> {
			call(context);
			assertThat(advice(context)).singleElement().asString().contains("'mail', 'reports'");
		});
	}

	@Test
	void saysNothingWhereOneIsTheDefault(CapturedOutput output) {
		for (Class<?> configuration : List.of(Mail.class, PrimaryMail.class, Named.class)) {
			this.runner.withUserConfiguration(configuration)
				.withUserConfiguration((configuration != Mail.class) ? Reports.class : Object.class)
				.run((context) -> {
					call(context);
					assertThat(fallback(context)).isNull();
				});
		}
		this.runner.run((context) -> {
			call(context);
			assertThat(fallback(context)).isNull();
		});
		assertThat(output).doesNotContain("@Async methods");
	}

	@Test
	void saysNothingWhereEachMethodNamesItsExecutor(CapturedOutput output) {
		this.runner.withUserConfiguration(Mail.class, Reports.class).run((context) -> {
			context.getBean(Work.class).byName();
			assertThat(fallback(context)).isNull();
		});
		assertThat(output).doesNotContain("@Async methods");
	}

	private static void call(ApplicationContext context) {
		context.getBean(Work.class).unnamed();
	}

	private static List<String> advice(ApplicationContext context) {
		Pool fallback = fallback(context);
		assertThat(fallback).isNotNull();
		return fallback.advice().stream().filter((advice) -> advice.startsWith("@Async")).toList();
	}

	private static @Nullable Pool fallback(ApplicationContext context) {
		return context.getBean(PoolRegistry.class).pool("SimpleAsyncTaskExecutor");
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAsync
	static class AsyncMethods {

		@Bean
		Work work() {
			return new Work();
		}

	}

	static class Work {

		@Async
		public void unnamed() {
		}

		@Async("mail")
		public void byName() {
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableScheduling
	static class Scheduling {

	}

	@Configuration(proxyBeanMethods = false)
	static class Mail {

		@Bean
		ThreadPoolTaskExecutor mail() {
			return new ThreadPoolTaskExecutor();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class PrimaryMail {

		@Bean
		@Primary
		ThreadPoolTaskExecutor mail() {
			return new ThreadPoolTaskExecutor();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Named {

		@Bean
		ThreadPoolTaskExecutor taskExecutor() {
			return new ThreadPoolTaskExecutor();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Reports {

		@Bean
		ThreadPoolTaskExecutor reports() {
			return new ThreadPoolTaskExecutor();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Service {

		@Bean
		ExecutorService service() {
			return Executors.newFixedThreadPool(1);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Configurer implements AsyncConfigurer {

	}

}
