package io.lifeguard.engine.failure;

import java.util.stream.Stream;

import io.lifeguard.GuardedApplication;
import io.lifeguard.engine.pool.Pool;
import io.lifeguard.shop.MailService;
import org.junit.jupiter.api.Test;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.EnableAsync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link TaskNames}.
 */
class TaskNamesTests {

	@Test
	void areTheOutermostMethodBelowTheGuard() {
		assertThat(name("java.lang.Thread.sleep", "com.shop.Mails.connect", "com.shop.Mails.send",
				"io.lifeguard.ExecutedTask.run", "com.shop.Checkout.order"))
			.isEqualTo("Mails.send");
	}

	@Test
	void areFoundBehindTheGuardThatTheTaskItselfCalls() {
		assertThat(name("java.util.concurrent.FutureTask.get", "io.lifeguard.GuardedFuture.get", "com.shop.Mails.send",
				"io.lifeguard.CallTask.call", "com.shop.Checkout.order"))
			.isEqualTo("Mails.send");
	}

	@Test
	void areThoseOfTheClassWhereTheTaskHasNoMethod() {
		assertThat(name("java.lang.Thread.sleep", "io.lifeguard.ExecutedTask.run", "com.shop.Checkout.order"))
			.isEqualTo("TaskNamesTests");
	}

	@Test
	void areThoseOfAsyncMethodsWhateverThreadFails() {
		GuardedApplication application = new GuardedApplication().with(AsyncConfiguration.class);
		application.run(() -> {
			application.bean("mailService", MailService.class).sendElsewhere("nobody");
			Pool pool = application.guarded("applicationTaskExecutor");
			await().until(() -> !pool.recentFailures().isEmpty());
			assertThat(pool.recentFailures().get(0).task()).isEqualTo("MailService.sendElsewhere");
		});
	}

	private String name(String... stack) {
		return TaskNames.ofRunning(this, Stream.of(stack).map((frame) -> {
			int dot = frame.lastIndexOf('.');
			return new StackTraceElement(frame.substring(0, dot), frame.substring(dot + 1), null, 1);
		}).toArray(StackTraceElement[]::new));
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAsync
	static class AsyncConfiguration {

		@Bean
		MailService mailService() {
			return new MailService();
		}

	}

}
