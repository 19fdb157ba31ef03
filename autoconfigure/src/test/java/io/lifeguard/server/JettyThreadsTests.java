package io.lifeguard.server;

import java.util.concurrent.CountDownLatch;

import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.ThreadPool;
import org.eclipse.jetty.util.thread.VirtualThreadPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.jetty.JettyWebServer;
import org.springframework.boot.web.server.reactive.ReactiveWebServerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.server.reactive.JettyCoreHttpHandlerAdapter;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.web.server.SecurityWebFilterChain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for what {@link JettyThreads} tells of a Jetty that runs, under WebFlux.
 */
class JettyThreadsTests {

	private WebApplication application;

	@AfterEach
	void close() {
		this.application.close();
	}

	@Test
	void endpointHealthAndMetersSayWhenEveryThreadIsBusyWhileRequestsWait() throws Exception {
		start(Application.class);
		assertServer("UP", "1.0");
		assertThat(this.application.get("/actuator/pools/server"))
			.startsWith("{\"readOnly\":true,\"type\":\"org.eclipse.jetty.util.thread.QueuedThreadPool\","
					+ "\"threads\":\"platform\",")
			.contains("\"active\":0,\"queue\":{\"size\":0}");
		this.application.sendWaiting(20);
		await().untilAsserted(() -> assertServer("DEGRADED", "0.5"));
		// What Jetty accepts and selects with is not for requests
		assertThat(this.application.get("/actuator/pools/server")).containsPattern("\"max\":(\\d),\"current\":\\1}")
			.containsPattern("\"active\":[1-9]")
			.containsPattern("\"queue\":\\{\"size\":[1-9]");
		assertThat(this.application.get("/actuator/pools/management")).contains("\"readOnly\":true",
				"\"status\":\"UP\"");
		this.application.release();
		await().untilAsserted(() -> assertServer("UP", "1.0"));
	}

	@Test
	@EnabledForJreRange(min = JRE.JAVA_21)
	void virtualThreadsAreCountedAgainstTheirLimit() throws Exception {
		start(VirtualThreads.class);
		this.application.sendWaiting(20);
		await().untilAsserted(() -> assertServer("DEGRADED", "0.5"));
		assertThat(this.application.get("/actuator/pools/server"))
			.startsWith("{\"readOnly\":true,\"type\":\"org.eclipse.jetty.util.thread.VirtualThreadPool\","
					+ "\"threads\":\"virtual\",")
			.contains("\"size\":{\"core\":0,\"max\":3,\"current\":3},\"active\":3,\"queue\":{\"size\":");
		this.application.release();
		await().untilAsserted(() -> assertServer("UP", "1.0"));
	}

	private void assertServer(String health, String meter) throws Exception {
		assertThat(this.application.get("/actuator/pools/server")).contains("\"status\":\"" + health + "\"");
		assertThat(this.application.get("/actuator/health/pools/server")).endsWith("\"status\":\"" + health + "\"}");
		assertThat(this.application.get("/actuator/prometheus"))
			.containsPattern("lifeguard_health\\{.*pool=\"server\".*} " + meter);
	}

	private void start(Class<?> configuration) {
		this.application = new WebApplication(WebApplicationType.REACTIVE, configuration,
				"lifeguard.defaults.health.saturated-for=300ms");
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@Bean
		ReactiveWebServerFactory webServerFactory(CountDownLatch release) {
			return (handler) -> {
				Server server = new Server(threads());
				ServerConnector connector = new ServerConnector(server);
				connector.setHost("127.0.0.1");
				server.addConnector(connector);
				server.setHandler(
						new Handler.Sequence(new WaitingRequests(release), new JettyCoreHttpHandlerAdapter(handler)));
				return new JettyWebServer(server);
			};
		}

		ThreadPool threads() {
			return new QueuedThreadPool(8, 8);
		}

		@Bean
		SecurityWebFilterChain openToAll(ServerHttpSecurity http) {
			return http.build();
		}

	}

	static class VirtualThreads extends Application {

		@Override
		ThreadPool threads() {
			return new VirtualThreadPool(3);
		}

	}

	/**
	 * Lets requests wait on the thread that they come on.
	 */
	static class WaitingRequests extends Handler.Abstract {

		private final CountDownLatch release;

		WaitingRequests(CountDownLatch release) {
			this.release = release;
		}

		@Override
		public boolean handle(Request request, Response response, Callback callback) throws InterruptedException {
			if (!request.getHttpURI().getPath().equals("/wait")) {
				return false;
			}
			this.release.await();
			callback.succeeded();
			return true;
		}

	}

}
