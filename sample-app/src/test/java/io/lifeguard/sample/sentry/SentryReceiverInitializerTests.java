package io.lifeguard.sample.sentry;

import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.Test;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.support.GenericApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link SentryReceiverInitializer}.
 */
class SentryReceiverInitializerTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withInitializer((context) -> new SentryReceiverInitializer().initialize((GenericApplicationContext) context));

	@Test
	void pointsSentryToTheReceiver() {
		this.runner.run((context) -> assertThat(context.getEnvironment().getProperty("sentry.dsn"))
			.isEqualTo(context.getBean(SentryReceiver.class).dsn()));
	}

	@Test
	void leavesGivenDsnAlone() {
		this.runner.withPropertyValues("sentry.dsn=https://key@sentry.example.org/7").run((context) -> {
			assertThat(context).doesNotHaveBean(SentryReceiver.class);
			assertThat(context.getEnvironment().getProperty("sentry.dsn"))
				.isEqualTo("https://key@sentry.example.org/7");
		});
	}

	@Test
	void receivesWhenDsnIsEmpty() {
		this.runner.withPropertyValues("sentry.dsn=")
			.run((context) -> assertThat(context).hasSingleBean(SentryReceiver.class));
	}

	@Test
	void closesTheReceiverWithTheContext() {
		AtomicReference<String> dsn = new AtomicReference<>();
		this.runner.run((context) -> dsn.set(context.getBean(SentryReceiver.class).dsn()));
		assertClosed(dsn.get());
	}

	@Test
	void closesTheReceiverWhenTheStartFails() {
		AtomicReference<String> dsn = new AtomicReference<>();
		SpringApplication application = new SpringApplicationBuilder(Failing.class).web(WebApplicationType.NONE)
			.initializers((context) -> dsn.set(context.getEnvironment().getProperty("sentry.dsn")))
			.build();
		assertThatExceptionOfType(RuntimeException.class).isThrownBy(application::run);
		assertClosed(dsn.get());
	}

	private static void assertClosed(String dsn) {
		InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), URI.create(dsn).getPort());
		assertThatExceptionOfType(ConnectException.class).isThrownBy(() -> {
			try (Socket socket = new Socket()) {
				socket.connect(address);
			}
		});
	}

	@Configuration(proxyBeanMethods = false)
	static class Failing {

		@Bean
		String failing() {
			throw new IllegalStateException("on purpose");
		}

	}

}
