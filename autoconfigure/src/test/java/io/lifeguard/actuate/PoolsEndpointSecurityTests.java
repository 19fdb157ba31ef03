package io.lifeguard.actuate;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for what {@link PoolsEndpoint} shows to whom.
 */
class PoolsEndpointSecurityTests {

	private final CountDownLatch release = new CountDownLatch(1);

	private ConfigurableApplicationContext context;

	@AfterEach
	void close() {
		this.release.countDown();
		this.context.close();
	}

	@ParameterizedTest
	@CsvSource({ "when-authorized, , , false", "when-authorized, , user, true", "when-authorized, ADMIN, user, false",
			"when-authorized, ADMIN, admin, true", "never, , admin, false", "always, , , true", ", , , false",
			", , user, true" })
	void showsMessagesAndStacksToThoseWhoMaySeeThem(String showValues, String role, String user, boolean shown)
			throws Exception {
		start((showValues != null) ? "--management.endpoint.pools.show-values=" + showValues : "--unused=1",
				(role != null) ? "--management.endpoint.pools.roles=" + role : "--unused=2");
		ThreadPoolTaskExecutor mail = this.context.getBean("mail", ThreadPoolTaskExecutor.class);
		mail.execute(() -> {
			throw new IllegalStateException("card 4711 refused");
		});
		mail.execute(this::awaitRelease);
		await().untilAsserted(() -> {
			String body = get("/actuator/pools/mail", user).body();
			assertThat(body).contains("\"exception\":\"java.lang.IllegalStateException\"")
				.contains("\"task\":\"PoolsEndpointSecurityTests.showsMessagesAndStacksToThoseWhoMaySeeThem\"");
			if (shown) {
				assertThat(body).contains("\"message\":\"card 4711 refused\"")
					.contains("\"task\":\"PoolsEndpointSecurityTests.awaitRelease\"")
					.contains("PoolsEndpointSecurityTests.awaitRelease(PoolsEndpointSecurityTests.java")
					.doesNotContain("******");
			}
			else {
				// The stack is not even taken from which the task gets a better name
				assertThat(body).contains("\"message\":\"******\"")
					.contains("\"task\":\"PoolsEndpointSecurityTests\"")
					.contains("\"stack\":[\"******\"]")
					.doesNotContain("4711")
					.doesNotContain("awaitRelease(");
			}
		});
	}

	@Test
	void showsTheNewestFailureFirstAndNoMoreThanTheLast() throws Exception {
		start("--management.endpoint.pools.show-values=always");
		ThreadPoolTaskExecutor mail = this.context.getBean("mail", ThreadPoolTaskExecutor.class);
		for (int i = 0; i < 100; i++) {
			String message = "failure " + i;
			mail.execute(() -> {
				throw new IllegalStateException(message);
			});
		}
		await().untilAsserted(() -> {
			String body = get("/actuator/pools/mail", null).body();
			assertThat(body).contains("\"failed\":100")
				.contains("\"recentFailures\":[{")
				.contains("failure 99")
				.contains("failure 68")
				.doesNotContain("failure 67");
			assertThat(body.indexOf("failure 99")).isLessThan(body.indexOf("failure 98"));
		});
	}

	@Test
	void showsNoFailuresOfAllPools() throws Exception {
		start("--management.endpoint.pools.show-values=always");
		HttpResponse<String> response = get("/actuator/pools", null);
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.body()).startsWith("{\"pools\":{").contains("\"mail\":{").doesNotContain("recentFailures");
	}

	@Test
	void knowsNoOtherPools() throws Exception {
		start("--unused=1");
		assertThat(get("/actuator/pools/nope", "admin").statusCode()).isEqualTo(404);
	}

	private void start(String... arguments) {
		SpringApplication application = new SpringApplication(Application.class);
		application.setDefaultProperties(Map.of("server.port", "0", "server.address", "127.0.0.1",
				"management.endpoints.web.exposure.include", "pools", "spring.main.banner-mode", "off"));
		this.context = application.run(arguments);
	}

	private HttpResponse<String> get(String path, String user) throws Exception {
		int port = ((ServletWebServerApplicationContext) this.context).getWebServer().getPort();
		HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
		if (user != null) {
			request.header("Authorization",
					"Basic " + Base64.getEncoder().encodeToString((user + ":secret").getBytes(StandardCharsets.UTF_8)));
		}
		return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
	}

	private void awaitRelease() {
		try {
			this.release.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@Bean
		ThreadPoolTaskExecutor mail() {
			ThreadPoolTaskExecutor pool = new ThreadPoolTaskExecutor();
			pool.setCorePoolSize(1);
			return pool;
		}

		@Bean
		SecurityFilterChain openToAll(HttpSecurity http) {
			return http.authorizeHttpRequests((requests) -> requests.anyRequest().permitAll())
				.httpBasic(Customizer.withDefaults())
				.build();
		}

		@Bean
		UserDetailsService users() {
			return new InMemoryUserDetailsManager(
					User.withUsername("user").password("{noop}secret").roles("USER").build(),
					User.withUsername("admin").password("{noop}secret").roles("ADMIN").build());
		}

	}

}
