package io.lifeguard.proxy;

import java.util.concurrent.CountDownLatch;

import io.lifeguard.GuardedApplication;
import io.lifeguard.Handling;
import io.lifeguard.ScheduleHealth;
import io.lifeguard.ScheduleSnapshot;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration;
import org.springframework.boot.micrometer.observation.autoconfigure.ScheduledTasksObservationAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.scheduling.annotation.SchedulingConfigurer;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for reactive {@code @Scheduled} methods, with an application that observes its
 * scheduled tasks and with one that does not.
 */
class ReactiveScheduleTests {

	private static final String NAME = "ReactiveScheduleTests.Jobs.";

	@ParameterizedTest
	@ValueSource(classes = { Unobserved.class, Observed.class, Silenced.class })
	void failsAsItsPublisherDoes(Class<?> configuration) {
		assertFailing(new GuardedApplication().with(configuration));
	}

	@Test
	void failsAsItsPublisherDoesWhereSpringBootObservesScheduledTasks() {
		assertFailing(new GuardedApplication().with(Unobserved.class)
			.with("meters", MeterRegistry.class, SimpleMeterRegistry::new)
			.withAutoConfiguration(ObservationAutoConfiguration.class,
					ScheduledTasksObservationAutoConfiguration.class));
	}

	private static void assertFailing(GuardedApplication application) {
		application.run(() -> {
			for (String name : new String[] { "fails", "failsElsewhere", "failsWithDelay" }) {
				await()
					.until(() -> application.schedule(NAME + name).health().status() == ScheduleHealth.Status.FAILING);
				ScheduleSnapshot schedule = application.schedule(NAME + name).snapshot();
				assertThat(schedule.lastSuccess()).isNull();
				assertThat(schedule.failures()).isEqualTo(schedule.runs());
				await().until(() -> application.reports.stream()
					.anyMatch((report) -> report.task().equals(NAME + name) && report.handling() == Handling.UNCAUGHT));
			}
			assertThat(application.schedule(NAME + "plain").snapshot().failures()).isZero();
		});
	}

	@Test
	void goesOnUntilItsPublisherEnds() {
		GuardedApplication application = new GuardedApplication().with(Unobserved.class);
		application.run(() -> {
			await().until(() -> application.schedule(NAME + "waits").snapshot().running() == 1);
			assertThat(application.schedule(NAME + "waits").snapshot().runs()).isZero();
			application.bean("jobs", Jobs.class).release.countDown();
			await().until(() -> application.schedule(NAME + "waits").snapshot().runs() == 1);
			assertThat(application.schedule(NAME + "waits").snapshot().running()).isZero();
		});
	}

	static class Jobs {

		final CountDownLatch release = new CountDownLatch(1);

		@Scheduled(fixedRate = 20)
		Mono<Void> fails() {
			return Mono.error(new IllegalStateException("Fails"));
		}

		@Scheduled(fixedRate = 20)
		Mono<Void> failsElsewhere() {
			return Mono.<Void>error(() -> new IllegalStateException("Fails elsewhere"))
				.subscribeOn(Schedulers.parallel());
		}

		@Scheduled(fixedDelay = 20)
		Mono<Void> failsWithDelay() {
			return Mono.<Void>error(() -> new IllegalStateException("Fails with delay"))
				.subscribeOn(Schedulers.parallel());
		}

		@Scheduled(fixedRate = 3_600_000)
		Mono<Void> waits() {
			return Mono.<Void>fromRunnable(() -> {
				try {
					this.release.await();
				}
				catch (InterruptedException ex) {
					Thread.currentThread().interrupt();
				}
			}).subscribeOn(Schedulers.boundedElastic());
		}

		@Scheduled(fixedRate = 20)
		void plain() {
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableScheduling
	static class Unobserved {

		@Bean
		Jobs jobs() {
			return new Jobs();
		}

		@Bean
		ThreadPoolTaskScheduler taskScheduler() {
			ThreadPoolTaskScheduler scheduler = new ThreadPoolTaskScheduler();
			scheduler.setPoolSize(4);
			return scheduler;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Silenced extends Unobserved {

		@Bean
		SchedulingConfigurer silence() {
			return (registrar) -> registrar.setObservationRegistry(ObservationRegistry.NOOP);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Observed extends Unobserved {

		@Bean
		SchedulingConfigurer observing() {
			ObservationRegistry observations = ObservationRegistry.create();
			observations.observationConfig().observationHandler(new ObservationHandler<Observation.Context>() {

				@Override
				public boolean supportsContext(Observation.Context context) {
					return true;
				}

			});
			return (registrar) -> registrar.setObservationRegistry(observations);
		}

	}

}
