package io.lifeguard.server;

import java.net.http.HttpResponse;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import io.lifeguard.Lifeguard;
import io.lifeguard.engine.pool.PoolRegistry;
import org.apache.catalina.connector.Connector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.tomcat.TomcatConnectorCustomizer;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for what {@link TomcatThreads} tells of a Tomcat that runs.
 */
@ExtendWith(OutputCaptureExtension.class)
class TomcatThreadsTests {

	private WebApplication application;

	@AfterEach
	void close() {
		if (this.application != null) {
			this.application.close();
		}
	}

	@Test
	void endpointHealthAndMetersSayWhenEveryThreadIsBusyWhileRequestsWait() throws Exception {
		start("server.tomcat.threads.max=2", "lifeguard.defaults.health.saturated-for=300ms");
		assertServer("\"status\":\"UP\"", "UP", "1.0");
		this.application.sendWaiting(5);
		await().untilAsserted(() -> assertServer("\"status\":\"DEGRADED\",\"reason\":\"Every thread has been at work "
				+ "while others wait, now 3, for ", "DEGRADED", "0.5"));
		assertThat(this.application.get("/actuator/pools/server"))
			.startsWith("{\"readOnly\":true,\"type\":\"org.apache.tomcat.util.threads.ThreadPoolExecutor\","
					+ "\"threads\":\"platform\",")
			.endsWith(",\"size\":{\"core\":2,\"max\":2,\"current\":2,\"largest\":2},\"active\":2,"
					+ "\"queue\":{\"size\":3}}");
		assertThat(this.application.get("/actuator/health/pools/server")).contains("\"running\":2", "\"queued\":3");
		assertThat(this.application.get("/actuator/pools/management"))
			.contains("\"readOnly\":true", "\"status\":\"UP\"")
			.doesNotContain("\"tasks\"", "\"failures\"", "\"load\"", "\"stuck\"", "\"advice\"", "\"recentFailures\"");
		this.application.release();
		await().untilAsserted(() -> assertServer("\"status\":\"UP\",\"size\"", "UP", "1.0"));
		await().untilAsserted(() -> assertThat(this.application.get("/actuator/pools/server"))
			.endsWith("\"active\":0,\"queue\":{\"size\":0}}"));
	}

	private void assertServer(String pool, String health, String meter) throws Exception {
		assertThat(this.application.get("/actuator/pools/server")).contains(pool);
		assertThat(this.application.get("/actuator/pools")).contains("\"server\":{\"readOnly\":true");
		assertThat(this.application.get("/actuator/health/pools/server")).startsWith("{\"details\":{")
			.endsWith("\"status\":\"" + health + "\"}");
		assertThat(this.application.get("/actuator/prometheus"))
			.containsPattern("lifeguard_health\\{.*pool=\"server\".*} " + meter)
			.containsPattern("lifeguard_health\\{.*pool=\"management\".*} 1.0")
			.doesNotContainPattern("lifeguard_(tasks|stuck|failures).*pool=\"server\"");
	}

	@Test
	void aBoundedQueueShowsItsCapacity() throws Exception {
		start("server.tomcat.threads.max-queue-capacity=7");
		assertThat(this.application.get("/actuator/pools/server")).endsWith("\"queue\":{\"size\":0,\"capacity\":7}}");
	}

	@Test
	void aChangeIsRefusedAndSaysWhatSetsTheSize() throws Exception {
		start();
		HttpResponse<String> response = this.application.post("/actuator/pools/server", "{\"maxSize\": 300}");
		assertThat(response.statusCode()).isEqualTo(400);
		assertThat(response.body()).contains("\"reason\":\"pool server is not the application's and can only be looked "
				+ "at: its size is set by server.tomcat.threads.max\"");
		assertThat(this.application.post("/actuator/pools/unknown", "{\"maxSize\": 300}").statusCode()).isEqualTo(404);
	}

	@Test
	@EnabledForJreRange(min = JRE.JAVA_21)
	void virtualThreadsShowNoNumbersSinceTheServerKnowsNone() throws Exception {
		start("spring.threads.virtual.enabled=true");
		this.application.sendWaiting(1);
		assertThat(this.application.get("/actuator/pools/server"))
			.isEqualTo("{\"readOnly\":true,\"type\":\"org.apache.tomcat.util.threads.VirtualThreadExecutor\","
					+ "\"threads\":\"virtual\",\"status\":\"UP\"}");
		assertThat(this.application.get("/actuator/health/pools/server")).contains("\"status\":\"UP\"");
		this.application.release();
	}

	@Test
	void aPoolOfTheApplicationHasTheNameAloneAndTheStartSaysSo(CapturedOutput output) throws Exception {
		this.application = new WebApplication(WebApplicationType.SERVLET, OwnServerPool.class);
		assertThat(this.application.get("/actuator/pools/server")).contains("\"tasks\":{").doesNotContain("readOnly");
		assertThat(output).contains("The threads that are not the application's and would be shown as pool server are "
				+ "not shown: a pool of the application has that name");
		assertThat(this.application.context().getBean(PoolRegistry.class).readOnlyPools().get("server")).isNull();
	}

	@Test
	void aPoolThatTheApplicationMakesLaterTakesTheName() throws Exception {
		start();
		assertServer("\"readOnly\":true", "UP", "1.0");
		ExecutorService own = Lifeguard.guard("server", Executors.newSingleThreadExecutor());
		assertThat(this.application.get("/actuator/pools/server")).contains("\"tasks\":{").doesNotContain("readOnly");
		assertThat(this.application.get("/actuator/health/pools/server")).contains("\"failed\":0");
		assertThat(this.application.get("/actuator/prometheus")).containsPattern("lifeguard_stuck\\{.*pool=\"server\"")
			.containsPattern("lifeguard_health\\{.*pool=\"server\".*} 1.0");
		own.shutdownNow();
	}

	@Test
	void anExecutorOfTheApplicationThatTakesTheRequestsIsShownOnceAndAsItsOwn() throws Exception {
		this.application = new WebApplication(WebApplicationType.SERVLET, GuardedRequests.class);
		assertThat(this.application.get("/actuator/pools")).doesNotContain("\"server\"")
			.contains("\"requests\":{\"type\"");
	}

	@Test
	void anExecutorThatIsNoBeanIsShownAsTheServers() throws Exception {
		this.application = new WebApplication(WebApplicationType.SERVLET, OtherRequests.class,
				"lifeguard.defaults.health.saturated-for=300ms");
		this.application.sendWaiting(3);
		await().untilAsserted(() -> assertThat(this.application.get("/actuator/pools/server"))
			.startsWith("{\"readOnly\":true,\"type\":\"java.util.concurrent.ThreadPoolExecutor\"")
			.contains("\"status\":\"DEGRADED\"")
			.contains("\"active\":2,\"queue\":{\"size\":1"));
		this.application.release();
		await().untilAsserted(
				() -> assertThat(this.application.get("/actuator/pools/server")).contains("\"status\":\"UP\""));
	}

	@Test
	void theThreadsOfAFurtherConnectorAreAPoolOfTheirOwn() throws Exception {
		this.application = new WebApplication(WebApplicationType.SERVLET, SecondConnector.class);
		assertThat(this.application.get("/actuator/pools")).contains("\"server\":{\"readOnly\":true",
				"\"server-2\":{\"readOnly\":true", "\"management\":{\"readOnly\":true");
	}

	@Test
	void isNotShownWhereTheGuardIsSwitchedOff() throws Exception {
		start("lifeguard.enabled=false");
		assertThat(this.application.get("/actuator/health")).doesNotContain("\"server\"");
	}

	private void start(String... properties) {
		this.application = new WebApplication(WebApplicationType.SERVLET, Application.class, properties);
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@Bean
		SecurityFilterChain openToAll(HttpSecurity http) {
			return http.csrf((csrf) -> csrf.disable()).build();
		}

		@Bean
		Requests waitingRequests(CountDownLatch release) {
			return new Requests(release);
		}

	}

	static class OwnServerPool extends Application {

		@Bean
		ThreadPoolTaskExecutor server() {
			return new ThreadPoolTaskExecutor();
		}

	}

	static class GuardedRequests extends Application {

		@Bean
		Executor requests() {
			return Executors.newFixedThreadPool(2);
		}

		@Bean
		TomcatConnectorCustomizer executorOfRequests(Executor requests) {
			return (connector) -> connector.getProtocolHandler().setExecutor(requests);
		}

	}

	static class SecondConnector extends Application {

		@Bean
		WebServerFactoryCustomizer<TomcatServletWebServerFactory> secondConnector() {
			return (factory) -> {
				Connector connector = new Connector();
				connector.setPort(0);
				connector.setProperty("address", "127.0.0.1");
				factory.addAdditionalConnectors(connector);
			};
		}

	}

	static class OtherRequests extends Application {

		@Bean
		TomcatConnectorCustomizer executorOfRequests() {
			return (connector) -> connector.getProtocolHandler().setExecutor(Executors.newFixedThreadPool(2));
		}

	}

	@RestController
	static class Requests {

		private final CountDownLatch release;

		Requests(CountDownLatch release) {
			this.release = release;
		}

		@GetMapping("/wait")
		String await() throws InterruptedException {
			this.release.await();
			return "done";
		}

	}

}
