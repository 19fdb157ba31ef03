package io.lifeguard.sample;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Holds the page to what it says about plain Spring, by pressing every button without
 * Lifeguard.
 */
@ShopTest
@TestPropertySource(properties = "lifeguard.enabled=false")
@ExtendWith(OutputCaptureExtension.class)
class PlainSpringTests {

	private final ShopClient shop;

	PlainSpringTests(@LocalServerPort int port) {
		this.shop = new ShopClient(port);
	}

	@Test
	void showsWhatThePageSays(CapturedOutput output) {
		Map<String, Mishap> pressed = new LinkedHashMap<>();
		Mishap.all().forEach((mishap) -> pressed.put(this.shop.press(mishap), mishap));
		await().untilAsserted(() -> assertThat(seen(pressed, output)).isEqualTo(expected(pressed)));
		await().during(Duration.ofSeconds(2))
			.untilAsserted(() -> assertThat(seen(pressed, output)).isEqualTo(expected(pressed)));
	}

	private Map<String, String> seen(Map<String, Mishap> pressed, CapturedOutput output) {
		Map<String, String> seen = new LinkedHashMap<>();
		pressed.forEach(
				(order, mishap) -> seen.put(mishap.id(), "%d events, %s".formatted(this.shop.eventsOf(order).size(),
						output.getAll().matches("(?s).*" + order + "\\b.*") ? "printed" : "not printed")));
		return seen;
	}

	private Map<String, String> expected(Map<String, Mishap> pressed) {
		Map<String, String> expected = new LinkedHashMap<>();
		pressed.values().forEach((mishap) -> expected.put(mishap.id(), switch (mishap.plainShows()) {
			case "crash" -> "1 events, not printed";
			case "log" -> "0 events, printed";
			default -> "0 events, not printed";
		}));
		return expected;
	}

}
