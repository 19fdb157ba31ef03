package io.lifeguard.paths;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

import io.lifeguard.Handling;
import io.lifeguard.ReportOutcome;
import io.lifeguard.engine.pool.Pool;
import io.lifeguard.engine.pool.PoolRegistry;
import io.lifeguard.sentry.SentryReceiver;
import io.sentry.Sentry;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpStatus;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for failures in the tasks of web requests: those that answer the request are for
 * Spring MVC to handle.
 */
class WebRequestTests {

	@Test
	void leavesToMvcWhatAnswersARequest() throws Exception {
		try (SentryReceiver sentry = SentryReceiver.start();
				ConfigurableApplicationContext context = new SpringApplicationBuilder(Shop.class).run("--server.port=0",
						"--sentry.dsn=" + sentry.dsn(), "--lifeguard.defaults.unobserved-after=2s",
						"--logging.level.root=OFF")) {
			assertThat(get(context, "/callable")).isEqualTo(418);
			assertThat(get(context, "/future")).isEqualTo(418);
			assertThat(get(context, "/void")).isEqualTo(200);
			Pool pool = context.getBean(PoolRegistry.class).pool("applicationTaskExecutor");
			Awaitility.await().untilAsserted(() -> assertThat(pool.reports(ReportOutcome.SENT)).isOne());
			Sentry.flush(10_000);
			assertThat(SentEvent.to(sentry)).extracting(SentEvent::message).containsExactly("void");
			assertThat(pool.failures(Handling.UNCAUGHT)).isOne();
			assertThat(pool.failures(Handling.UNOBSERVED)).isZero();
		}
	}

	private static int get(ConfigurableApplicationContext context, String path) throws Exception {
		String port = context.getEnvironment().getProperty("local.server.port");
		HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build();
		return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@EnableAsync
	static class Shop {

		@Bean
		OrderController orderController(Orders orders) {
			return new OrderController(orders);
		}

		@Bean
		Orders orders() {
			return new Orders();
		}

	}

	@RestController
	static class OrderController {

		private final Orders orders;

		OrderController(Orders orders) {
			this.orders = orders;
		}

		@GetMapping("/callable")
		Callable<String> callable() {
			return () -> {
				throw new IllegalStateException("callable");
			};
		}

		@GetMapping("/future")
		CompletableFuture<String> future() {
			return this.orders.find();
		}

		@GetMapping("/void")
		String nothing() {
			this.orders.send();
			return "";
		}

		@ExceptionHandler(IllegalStateException.class)
		@ResponseStatus(HttpStatus.I_AM_A_TEAPOT)
		void handle() {
		}

	}

	static class Orders {

		@Async
		public CompletableFuture<String> find() {
			throw new IllegalStateException("future");
		}

		@Async
		public void send() {
			throw new IllegalStateException("void");
		}

	}

}
