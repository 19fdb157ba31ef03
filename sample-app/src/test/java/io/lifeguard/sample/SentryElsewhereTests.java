package io.lifeguard.sample;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for a shop that is given a DSN, as by the environment variable
 * {@code SENTRY_DSN}. Nobody listens there.
 */
@ShopTest
@TestPropertySource(properties = "sentry.dsn=http://key@127.0.0.1:1/7")
class SentryElsewhereTests {

	@Test
	void saysWhereTheEventsGo(@LocalServerPort int port) {
		JsonNode events = new ShopClient(port).get("/events");
		assertThat(events.path("destination").stringValue()).isEqualTo("127.0.0.1");
		assertThat(events.path("events").isEmpty()).isTrue();
	}

}
