package io.lifeguard.sample;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link ShopApplication}.
 */
@ShopTest
@ExtendWith(OutputCaptureExtension.class)
class ShopApplicationTests {

	private final int port;

	private final ShopClient shop;

	ShopApplicationTests(@LocalServerPort int port) {
		this.port = port;
		this.shop = new ShopClient(port);
	}

	@Test
	void saysWhereToLook(CapturedOutput output) {
		assertThat(output).contains("The shop is open: http://localhost:" + this.port + "/");
	}

	@Test
	void worksOnOrders() {
		JsonNode before = this.shop.get("/orders");
		this.shop.post("/orders?count=3");
		await().untilAsserted(() -> {
			JsonNode now = this.shop.get("/orders");
			for (String work : new String[] { "orders", "mails", "invoices" }) {
				assertThat(now.path(work).asInt() - before.path(work).asInt()).as(work).isEqualTo(3);
			}
			assertThat(now.path("items").asInt()).isGreaterThanOrEqualTo(before.path("items").asInt() + 3);
		});
	}

	@Test
	void saysWithoutAnErrorThatAPoolTakesNoMore() {
		this.shop.post("/mishaps/reject");
		assertThat(this.shop.post("/mishaps/storm").path("refused").stringValue()).isEqualTo("TaskRejectedException");
	}

	@Test
	void servesThePageWithTheBoard() {
		assertThat(this.shop.text("/")).contains("<title>Lifeguard in a sample shop</title>",
				"src=\"/actuator/board\"");
		assertThat(this.shop.text("/actuator/board")).contains("data-pools=\"pools\"");
	}

	@Test
	void asksNobodyElse() throws IOException {
		for (Resource resource : new PathMatchingResourcePatternResolver().getResources("classpath:static/**/*.*")) {
			assertThat(resource.getContentAsString(StandardCharsets.UTF_8).replace("http://www.w3.org/2000/svg", ""))
				.as(resource.getFilename())
				.doesNotContain("http://", "https://");
		}
	}

	@Test
	void hasOneHandlerForEachButton(
			@Autowired @Qualifier("requestMappingHandlerMapping") RequestMappingHandlerMapping mapping) {
		assertThat(mapping.getHandlerMethods()
			.keySet()
			.stream()
			.flatMap((info) -> info.getPatternValues().stream())
			.filter((path) -> path.startsWith("/mishaps/")))
			.containsExactlyInAnyOrderElementsOf(Mishap.all().map((mishap) -> "/mishaps/" + mishap.id()).toList());
	}

}
