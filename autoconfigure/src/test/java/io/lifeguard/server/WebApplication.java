package io.lifeguard.server;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application with a web server, in which requests wait, and a port of its own for
 * those that look at it.
 */
final class WebApplication implements AutoCloseable {

	/** What requests to {@code /wait} wait for. */
	private final CountDownLatch release = new CountDownLatch(1);

	private final HttpClient client = HttpClient.newHttpClient();

	private final List<CompletableFuture<HttpResponse<String>>> waiting = new ArrayList<>();

	private final ConfigurableApplicationContext context;

	/** Not all of this is on the class path: the port of its own is Tomcat's. */
	private static final String JETTY = String.join(",",
			"org.springframework.boot.jetty.autoconfigure.actuate.web.server.JettyServletManagementContextAutoConfiguration",
			"org.springframework.boot.jetty.autoconfigure.actuate.web.server.JettyReactiveManagementContextAutoConfiguration");

	WebApplication(WebApplicationType type, Class<?> configuration, String... properties) {
		SpringApplication application = new SpringApplication(configuration);
		application.setWebApplicationType(type);
		application.setDefaultProperties(Map.of("server.port", "0", "server.address", "127.0.0.1",
				"management.server.port", "0", "management.server.address", "127.0.0.1",
				"management.endpoints.web.exposure.include", "*", "management.endpoint.pools.access", "unrestricted",
				"management.endpoint.health.show-details", "always", "spring.autoconfigure.exclude", JETTY));
		application.addInitializers((context) -> context.getBeanFactory().registerSingleton("release", this.release));
		this.context = application.run(Stream.of(properties).map((property) -> "--" + property).toArray(String[]::new));
	}

	ConfigurableApplicationContext context() {
		return this.context;
	}

	/**
	 * Send requests that wait.
	 */
	void sendWaiting(int requests) {
		for (int i = 0; i < requests; i++) {
			this.waiting.add(this.client.sendAsync(HttpRequest.newBuilder(uri("local.server.port", "/wait")).build(),
					BodyHandlers.ofString()));
		}
	}

	/**
	 * Let all requests that wait go on.
	 */
	void release() {
		this.release.countDown();
		this.waiting.forEach((response) -> assertThat(response.join().statusCode()).isEqualTo(200));
	}

	String get(String path) throws IOException, InterruptedException {
		HttpResponse<String> response = this.client
			.send(HttpRequest.newBuilder(uri("local.management.port", path)).build(), BodyHandlers.ofString());
		assertThat(response.statusCode()).isEqualTo(200);
		return response.body();
	}

	HttpResponse<String> post(String path, String body) throws IOException, InterruptedException {
		return this.client.send(HttpRequest.newBuilder(uri("local.management.port", path))
			.header("Content-Type", "application/json")
			.POST(HttpRequest.BodyPublishers.ofString(body))
			.build(), BodyHandlers.ofString());
	}

	private URI uri(String port, String path) {
		return URI.create("http://127.0.0.1:" + this.context.getEnvironment().getRequiredProperty(port) + path);
	}

	@Override
	public void close() {
		this.release.countDown();
		this.context.close();
	}

}
