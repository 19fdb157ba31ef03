package io.lifeguard.autoconfigure;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.lifeguard.TaskFailure;
import io.lifeguard.TaskFailureReporter;
import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.Test;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for applications whose beans are made only when they are needed.
 */
class LazyInitializationTests {

	@Test
	void failuresAreReportedAndMeasuredAllTheSame() throws Exception {
		BlockingQueue<TaskFailure> failures = new LinkedBlockingQueue<>();
		SpringApplication application = new SpringApplication(Application.class);
		application.addInitializers((context) -> context.getBeanFactory()
			.registerSingleton("collector", (TaskFailureReporter) failures::add));
		try (ConfigurableApplicationContext context = application.run("--spring.main.lazy-initialization=true",
				"--spring.main.web-application-type=none", "--spring.main.banner-mode=off")) {
			context.getBean("mail", ThreadPoolTaskExecutor.class).execute(() -> {
				throw new IllegalStateException("expected");
			});
			assertThat(failures.poll(10, TimeUnit.SECONDS)).isNotNull();
			assertThat(context.getBean(MeterRegistry.class)
				.get("lifeguard.failures")
				.tags("pool", "mail", "handling", "uncaught")
				.functionCounter()
				.count()).isOne();
		}
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@Bean
		ThreadPoolTaskExecutor mail() {
			return new ThreadPoolTaskExecutor();
		}

	}

}
