package io.lifeguard.actuate;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.jetty.autoconfigure.actuate.web.server.JettyServletManagementContextAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link BoardEndpoint}.
 */
class BoardEndpointTests {

	private static final Pattern SCRIPT = Pattern.compile("<script>(.*?)</script>", Pattern.DOTALL);

	private static final Pattern STYLE = Pattern.compile("<style>(.*?)</style>", Pattern.DOTALL);

	private ConfigurableApplicationContext context;

	@AfterEach
	void close() {
		if (this.context != null) {
			this.context.close();
		}
	}

	@Test
	void servesOnePageThatNeedsNothingFromElsewhere() throws Exception {
		start("--management.endpoints.web.exposure.include=board,pools");
		HttpResponse<String> response = get("/actuator/board", "user");
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.headers().firstValue("Content-Type")).hasValue("text/html;charset=UTF-8");
		assertThat(response.body()).startsWith("<!doctype html>")
			.doesNotContainPattern("<(?:script|link|img|iframe)[^>]* (?:src|href)=\"(?!data:)")
			.doesNotContain("@import", "url(")
			.doesNotContainPattern(" (?:style|on[a-z]+)=\"");
	}

	@Test
	void letsItsOwnScriptsAndStylesRunAndNothingElse() throws Exception {
		start("--management.endpoints.web.exposure.include=board,pools");
		HttpResponse<String> response = get("/actuator/board", "user");
		String page = response.body();
		String policy = "default-src 'none'; script-src " + hashes(page, SCRIPT) + "; style-src " + hashes(page, STYLE)
				+ "; img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'"
				+ "; require-trusted-types-for 'script'; trusted-types 'none'";
		assertThat(response.headers().allValues("Content-Security-Policy"))
			.containsExactly(policy + "; frame-ancestors 'self'");
		assertThat(page)
			.contains("<head>\n  <meta http-equiv=\"Content-Security-Policy\" content=\"" + policy + "\">\n");
	}

	@Test
	void keepsTheLicenceOfTheChartLibrary() {
		assertThat(new BoardEndpoint(List::of).board()).contains("/*! https://github.com/leeoniya/uPlot")
			.containsPattern("<!--\nThe MIT License \\(MIT\\)\n\nCopyright \\(c\\) \\d+ Leon Sorokin\n");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', nullValues = "", textBlock = """
			--unused=1 | /actuator/board
			--management.endpoints.web.base-path=/ | /board
			--management.endpoints.web.base-path=/ops/more | /ops/more/board
			--server.servlet.context-path=/shop | /shop/actuator/board
			--spring.mvc.servlet.path=/app | /app/actuator/board
			--management.endpoints.web.path-mapping.board=look | /actuator/look
			--management.server.port=0 | /actuator/board
			""")
	void findsTheEndpointsBesideIt(String argument, String path) throws Exception {
		start("--management.endpoints.web.exposure.include=board,pools", argument);
		HttpResponse<String> response = get(path, "user");
		assertThat(body(response)).isEqualTo("<body data-pools=\"pools\">");
		assertThat(response.headers().firstValue("Content-Security-Policy")).isPresent();
		assertThat(get(path.replaceFirst("[^/]+$", "pools"), "user").statusCode()).isEqualTo(200);
	}

	@Test
	void findsEndpointsThatAreMappedToOtherPaths() throws Exception {
		start("--management.endpoints.web.exposure.include=board,pools",
				"--management.endpoints.web.path-mapping.board=a/b/look",
				"--management.endpoints.web.path-mapping.pools=c/\"&swim");
		assertThat(body(get("/actuator/a/b/look", "user"))).isEqualTo("<body data-pools=\"../../c/&quot;&amp;swim\">");
	}

	@Test
	void knowsWhetherPoolsCanBeChanged() throws Exception {
		start("--management.endpoints.web.exposure.include=board,pools",
				"--management.endpoint.pools.access=unrestricted");
		assertThat(body(get("/actuator/board", "user")))
			.isEqualTo("<body data-pools=\"pools\" data-pools-change=\"true\">");
	}

	@ParameterizedTest
	@CsvSource({ "--unused=1", "--management.endpoint.pools.access=none", "--lifeguard.enabled=false" })
	void knowsWhatIsNotThere(String argument) throws Exception {
		start("--management.endpoints.web.exposure.include=board" + (argument.startsWith("--unused") ? "" : ",pools"),
				argument);
		assertThat(body(get("/actuator/board", "user"))).isEqualTo("<body>");
	}

	@Test
	void isNotThereUnlessItIsExposed() throws Exception {
		start("--management.endpoints.web.exposure.include=pools");
		assertThat(get("/actuator/board", "user").statusCode()).isEqualTo(404);
		assertThat(this.context.getBeanNamesForType(BoardEndpoint.class)).isEmpty();
	}

	@Test
	void isNotThereWithoutAccess() throws Exception {
		start("--management.endpoints.web.exposure.include=board", "--management.endpoint.board.access=none");
		assertThat(get("/actuator/board", "user").statusCode()).isEqualTo(404);
		assertThat(this.context.getBeanNamesForType(BoardEndpoint.class)).isEmpty();
	}

	@Test
	void isServedToThoseOnlyWhoMaySeeEndpoints() throws Exception {
		start("--management.endpoints.web.exposure.include=board,pools");
		HttpResponse<String> response = get("/actuator/board", null);
		assertThat(response.statusCode()).isEqualTo(401);
		assertThat(response.body()).doesNotContain("<html");
	}

	private static String body(HttpResponse<String> response) {
		assertThat(response.statusCode()).isEqualTo(200);
		Matcher body = Pattern.compile("<body.*?>").matcher(response.body());
		assertThat(body.find()).isTrue();
		return body.group();
	}

	private static String hashes(String page, Pattern pattern) throws Exception {
		List<String> hashes = new ArrayList<>();
		Matcher matcher = pattern.matcher(page);
		while (matcher.find()) {
			byte[] hash = MessageDigest.getInstance("SHA-256")
				.digest(matcher.group(1).getBytes(StandardCharsets.UTF_8));
			hashes.add("'sha256-" + Base64.getEncoder().encodeToString(hash) + "'");
		}
		assertThat(hashes).isNotEmpty();
		return String.join(" ", hashes);
	}

	private void start(String... arguments) {
		SpringApplication application = new SpringApplication(Application.class);
		application.setDefaultProperties(Map.of("server.port", "0", "server.address", "127.0.0.1",
				"spring.main.banner-mode", "off",
				// On the class path for its own tests
				"spring.autoconfigure.exclude", JettyServletManagementContextAutoConfiguration.class.getName()));
		this.context = application.run(arguments);
	}

	private HttpResponse<String> get(String path, String user) throws Exception {
		String port = this.context.getEnvironment()
			.getProperty("local.management.port", this.context.getEnvironment().getProperty("local.server.port"));
		HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
			.header("Accept", "text/html,*/*;q=0.8");
		if (user != null) {
			request.header("Authorization",
					"Basic " + Base64.getEncoder().encodeToString((user + ":secret").getBytes(StandardCharsets.UTF_8)));
		}
		return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@Bean
		SecurityFilterChain signedInOnly(HttpSecurity http) {
			return http.authorizeHttpRequests((requests) -> requests.anyRequest().authenticated())
				.httpBasic(Customizer.withDefaults())
				.build();
		}

		@Bean
		UserDetailsService users() {
			return new InMemoryUserDetailsManager(
					User.withUsername("user").password("{noop}secret").roles("USER").build());
		}

	}

}
