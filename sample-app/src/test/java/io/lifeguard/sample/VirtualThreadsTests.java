package io.lifeguard.sample;

import io.lifeguard.test.ExpectTaskFailure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for a shop that one property has moved to virtual threads.
 */
@ShopTest
@TestPropertySource(properties = "spring.threads.virtual.enabled=true")
@EnabledForJreRange(min = JRE.JAVA_21)
class VirtualThreadsTests {

	private final ShopClient shop;

	VirtualThreadsTests(@LocalServerPort int port) {
		this.shop = new ShopClient(port);
	}

	@Test
	void movesThePoolsThatAreNotMadeByHand() {
		assertThat(this.shop.pool("invoices").path("threads").stringValue()).isEqualTo("virtual");
		assertThat(this.shop.pool("taskScheduler").path("threads").stringValue()).isEqualTo("virtual");
		assertThat(this.shop.pool("mail").path("threads").stringValue()).isEqualTo("platform");
	}

	@Test
	@ExpectTaskFailure(IllegalStateException.class)
	void losesNoFutureThere() {
		assertReported("async-future");
	}

	/**
	 * What the shop does by itself is no failure of the test.
	 */
	@Test
	void losesNoScheduledTaskThere() {
		assertReported("scheduled");
	}

	private void assertReported(String id) {
		Mishap mishap = Mishap.all().filter((candidate) -> candidate.id().equals(id)).findFirst().orElseThrow();
		String order = this.shop.press(mishap);
		await().untilAsserted(() -> assertThat(this.shop.eventsOf(order)).hasSize(1));
	}

}
