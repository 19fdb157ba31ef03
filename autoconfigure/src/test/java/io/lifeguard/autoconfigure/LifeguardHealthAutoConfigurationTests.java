package io.lifeguard.autoconfigure;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CountDownLatch;

import io.lifeguard.HealthSettings;
import io.lifeguard.InvalidLifeguardPropertyException;
import io.lifeguard.PoolHealth;
import io.lifeguard.actuate.PoolsHealthContributor;
import io.lifeguard.engine.pool.PoolRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.actuate.endpoint.HealthDescriptor;
import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.boot.health.actuate.endpoint.StatusAggregator;
import org.springframework.boot.health.autoconfigure.actuate.endpoint.HealthEndpointAutoConfiguration;
import org.springframework.boot.health.autoconfigure.registry.HealthContributorRegistryAutoConfiguration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthContributor;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link LifeguardHealthAutoConfiguration} and the properties of health.
 */
class LifeguardHealthAutoConfigurationTests {

	private final CountDownLatch end = new CountDownLatch(1);

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(
				AutoConfigurations.of(LifeguardAutoConfiguration.class, LifeguardHealthAutoConfiguration.class,
						HealthContributorRegistryAutoConfiguration.class, HealthEndpointAutoConfiguration.class))
		.withPropertyValues("management.endpoints.web.exposure.include=health", "lifeguard.defaults.stuck-after=1ms")
		.withUserConfiguration(Mail.class);

	@Test
	void contributesAComponentForEachPool() {
		this.runner.run((context) -> assertThat(health(context, "pools", "mail")).isEqualTo(Status.UP));
	}

	@Test
	void backsOffWhenSwitchedOff() {
		this.runner.withPropertyValues("management.health.pools.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(PoolsHealthContributor.class));
		this.runner.withPropertyValues("lifeguard.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(PoolsHealthContributor.class));
		this.runner.withClassLoader(new FilteredClassLoader(HealthContributor.class))
			.run((context) -> assertThat(context).doesNotHaveBean("poolsHealthContributor"));
	}

	@Test
	void makesTheApplicationDegradedInBootsOrder() {
		this.runner.withUserConfiguration(Fine.class).run((context) -> {
			degrade(context);
			assertThat(health(context)).isEqualTo(PoolsHealthContributor.DEGRADED);
			this.end.countDown();
		});
	}

	@Test
	void makesTheApplicationDegradedInAUsersOrder() {
		this.runner.withUserConfiguration(Fine.class)
			.withPropertyValues("management.endpoint.health.status.order=fatal,down,up")
			.run((context) -> {
				degrade(context);
				assertThat(health(context)).isEqualTo(PoolsHealthContributor.DEGRADED);
				this.end.countDown();
			});
	}

	@Test
	void makesAGroupDegradedThatHasItsOwnOrder() {
		this.runner.withUserConfiguration(Fine.class)
			.withPropertyValues("management.endpoint.health.group.work.include=pools,fine",
					"management.endpoint.health.group.work.status.order=fatal,down,up",
					"management.endpoint.health.group.fineOnly.include=fine")
			.run((context) -> {
				degrade(context);
				assertThat(health(context, "work")).isEqualTo(PoolsHealthContributor.DEGRADED);
				assertThat(health(context, "fineOnly")).isEqualTo(Status.UP);
				this.end.countDown();
			});
	}

	@Test
	void backsOffWhenUserDefinesStatusAggregator() {
		this.runner.withUserConfiguration(Optimist.class).run((context) -> {
			assertThat(context).hasSingleBean(StatusAggregator.class);
			degrade(context);
			assertThat(health(context)).isEqualTo(Status.UP);
			assertThat(health(context, "pools", "mail")).isEqualTo(PoolsHealthContributor.DEGRADED);
			this.end.countDown();
		});
	}

	@Test
	void bindsSettingsForAllPoolsAndForSingleOnes() {
		this.runner
			.withPropertyValues("lifeguard.defaults.health.failure-ratio=0.3", "lifeguard.defaults.health.window=5m",
					"lifeguard.pools.mail.health.window=2m", "lifeguard.pools.mail.health.minimum-tasks=7",
					"lifeguard.pools.mail.stuck-after=3s")
			.run((context) -> {
				assertThat(context.getBean(PoolRegistry.class).pool("mail").settings().health())
					.isEqualTo(new HealthSettings(0.3, 0.1, 7, Duration.ofMinutes(2), 0.9, Duration.ofSeconds(30)));
				assertThat(context.getBean(PoolRegistry.class).pool("mail").settings().stuckAfter())
					.isEqualTo(Duration.ofSeconds(3));
			});
	}

	@ParameterizedTest
	@CsvSource({ "lifeguard.defaults.health.failure-ratio, 1.5, 1.5",
			"lifeguard.defaults.health.failure-ratio, NaN, NaN",
			"lifeguard.defaults.health.rejection-ratio, -0.1, -0.1", "lifeguard.defaults.health.queue-fill, 90, 90.0",
			"lifeguard.defaults.health.minimum-tasks, 0, 0", "lifeguard.defaults.health.window, 0s, PT0S",
			"lifeguard.defaults.health.window, -1m, PT-1M", "lifeguard.defaults.health.saturated-for, -1s, PT-1S",
			"lifeguard.defaults.stuck-after, -1s, PT-1S", "lifeguard.pools.mail.health.failure-ratio, 2, 2.0",
			"lifeguard.pools[my.pool].health.failure-ratio, 2, 2.0" })
	void stopsTheStartForAThresholdOutOfRange(String property, String value, String shown) {
		this.runner.withPropertyValues(property + "=" + value)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(InvalidLifeguardPropertyException.class)
				.hasMessageContaining("'" + property + "' with value '" + shown + "'"));
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void analyzesAThresholdOutOfRange(CapturedOutput output) {
		assertThatException().isThrownBy(() -> new SpringApplication(Mail.class, LifeguardAutoConfiguration.class)
			.run("--lifeguard.pools.mail.health.failure-ratio=2", "--spring.main.web-application-type=none"));
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains("'lifeguard.pools.mail.health.failure-ratio'")
			.contains("from \"lifeguard.pools.mail.health.failure-ratio\" from property source \"commandLineArgs\"")
			.contains("value '2.0' makes no sense: a ratio lies between 0 and 1")
			.contains("Set it to a number from 0 to 1, such as 0.5.");
	}

	/**
	 * Let the pool's only thread be stuck while a task waits.
	 */
	private void degrade(ApplicationContext context) {
		ThreadPoolTaskExecutor mail = context.getBean("mail", ThreadPoolTaskExecutor.class);
		for (int i = 0; i < 2; i++) {
			mail.execute(() -> {
				try {
					this.end.await();
				}
				catch (InterruptedException ex) {
					Thread.currentThread().interrupt();
				}
			});
		}
		await().until(() -> context.getBean(PoolRegistry.class).pool("mail").health().status(),
				PoolHealth.Status.DEGRADED::equals);
	}

	private static Status health(ApplicationContext context, String... path) {
		HealthDescriptor descriptor = context.getBean(HealthEndpoint.class).healthForPath(path);
		return descriptor.getStatus();
	}

	@Configuration(proxyBeanMethods = false)
	static class Mail {

		@Bean
		ThreadPoolTaskExecutor mail() {
			ThreadPoolTaskExecutor pool = new ThreadPoolTaskExecutor();
			pool.setMaxPoolSize(1);
			return pool;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Fine {

		@Bean
		HealthIndicator fine() {
			return () -> Health.up().build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Optimist {

		@Bean
		StatusAggregator optimist() {
			return (Set<Status> statuses) -> Status.UP;
		}

	}

}
