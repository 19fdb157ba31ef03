package io.lifeguard.actuate;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

import io.lifeguard.PoolSnapshot;
import io.lifeguard.engine.pool.PoolRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.web.SecurityFilterChain;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for changes at the endpoint of a running application.
 */
@ExtendWith(OutputCaptureExtension.class)
class PoolsEndpointWriteTests {

	private ConfigurableApplicationContext context = start("unrestricted");

	@AfterEach
	void close() {
		this.context.close();
	}

	@Test
	void changesARunningPool(CapturedOutput output) throws Exception {
		HttpResponse<String> response = post("mail", "{\"coreSize\": 6, \"maxSize\": 6, \"queueCapacity\": 7}");
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.body()).contains("\"core\":6,\"max\":6").contains("\"capacity\":7");
		assertThat(output).contains("Changed pool mail: coreSize from 2 to 6, maxSize from 4 to 6, "
				+ "queueCapacity from 3 to 7 (by the endpoint)");
	}

	@Test
	void shrinksInTheOrderThatTheNumbersNeed() throws Exception {
		assertThat(post("mail", "{\"coreSize\": 1, \"maxSize\": 1}").statusCode()).isEqualTo(200);
		assertThat(snapshot().size()).extracting("core", "max").containsExactly(1, 1);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"',
			textBlock = """
					{'coreSize': 9} | coreSize | 9 | must not be larger than maxSize, which is 4
					{'maxSize': 1} | maxSize | 1 | must not be smaller than coreSize, which is 2
					{'coreSize': -1} | coreSize | -1 | must be at least 0
					{'coreSize': 'many'} | coreSize | 'many' | must be a whole number
					{'coreSize': 2.5} | coreSize | '2.5' | must be a whole number
					{'keepAlive': 'soon'} | keepAlive | 'soon' | must be a duration such as 60s
					{'coreSize': 3, 'keepAlive': 'P200000D'} | keepAlive | 'PT4800000H' | must not be more than a hundred years
					{'maxSize': 9, 'queueCapacity': 0} | queueCapacity | 0 | must be at least 1
					{'concurrencyLimit': 3} | concurrencyLimit | 3 | has no meaning for a pool of platform threads
					{'size': 3} | size | '3' | is no field: must be one of coreSize, maxSize, queueCapacity, keepAlive, concurrencyLimit
					{'coreSize': 3, 'name': 'other'} | name | 'other' | is no field: must be one of coreSize, maxSize, queueCapacity, keepAlive, concurrencyLimit
					{'coreSize': 3, 'coresize': 4} | coresize | '4' | is no field: must be one of coreSize, maxSize, queueCapacity, keepAlive, concurrencyLimit
					""")
	void refusesABadValueAndChangesNothing(String body, String property, String value, String reason) throws Exception {
		HttpResponse<String> response = post("mail", body.replace('\'', '"'));
		assertThat(response.statusCode()).isEqualTo(400);
		assertThat(response.body()).contains("\"property\":\"" + property + "\"")
			.contains("\"value\":" + value.replace('\'', '"'))
			.contains("\"reason\":\"" + reason + "\"");
		assertThat(snapshot().size()).extracting("core", "max").containsExactly(2, 4);
		assertThat(snapshot().queue()).isEqualTo(new PoolSnapshot.Queue(0, 3));
	}

	@ParameterizedTest
	@ValueSource(strings = { "{coreSize", "[3]", "3" })
	void refusesWhatIsNoObject(String body) throws Exception {
		assertThat(post("mail", body).statusCode()).isEqualTo(400);
		assertThat(snapshot().size()).extracting("core", "max").containsExactly(2, 4);
	}

	@Test
	void refusesARequestWithoutAnyField() throws Exception {
		HttpResponse<String> response = post("mail", "{}");
		assertThat(response.statusCode()).isEqualTo(400);
		assertThat(response.body()).contains("must have at least one of coreSize, maxSize, queueCapacity");
	}

	@Test
	void knowsNoOtherPools() throws Exception {
		assertThat(post("nope", "{\"coreSize\": 6}").statusCode()).isEqualTo(404);
	}

	@Test
	void isReadOnlyUnlessUnrestricted() throws Exception {
		this.context.close();
		this.context = start(null);
		assertThat(post("mail", "{\"coreSize\": 3}").statusCode()).isEqualTo(405);
		assertThat(snapshot().size()).extracting("core").isEqualTo(2);
	}

	private PoolSnapshot snapshot() {
		return this.context.getBean(PoolRegistry.class).pool("mail").snapshot();
	}

	private HttpResponse<String> post(String pool, String body) throws Exception {
		int port = ((ServletWebServerApplicationContext) this.context).getWebServer().getPort();
		return HttpClient.newHttpClient()
			.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/actuator/pools/" + pool))
				.header("Content-Type", "application/json")
				.POST(HttpRequest.BodyPublishers.ofString(body))
				.build(), HttpResponse.BodyHandlers.ofString());
	}

	private static ConfigurableApplicationContext start(String access) {
		SpringApplication application = new SpringApplication(Application.class);
		return application.run("--server.port=0", "--server.address=127.0.0.1",
				"--management.endpoints.web.exposure.include=pools",
				(access != null) ? "--management.endpoint.pools.access=" + access : "--unused=1",
				"--lifeguard.pools.mail.core-size=2", "--lifeguard.pools.mail.max-size=4",
				"--lifeguard.pools.mail.queue-capacity=3", "--spring.main.banner-mode=off");
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@Bean
		SecurityFilterChain openToAll(HttpSecurity http) {
			return http.csrf((csrf) -> csrf.disable())
				.authorizeHttpRequests((requests) -> requests.anyRequest().permitAll())
				.build();
		}

	}

}
