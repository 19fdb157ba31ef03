package io.lifeguard.sample;

import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

import io.lifeguard.test.ExpectTaskFailure;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Holds the page to what it says about Lifeguard, by pressing every button through real
 * HTTP.
 */
@ShopTest
class MishapsTests {

	private final ShopClient shop;

	MishapsTests(@LocalServerPort int port) {
		this.shop = new ShopClient(port);
	}

	@ParameterizedTest
	@MethodSource
	@ExpectTaskFailure(Throwable.class)
	void arrivesAtEndpointAndSentry(Mishap mishap) {
		assertArrives(mishap);
	}

	static Stream<Mishap> arrivesAtEndpointAndSentry() {
		return reported().filter((mishap) -> !isOnSchedule(mishap));
	}

	/**
	 * What the shop does by itself is no failure of the test.
	 */
	@ParameterizedTest
	@MethodSource
	void arrivesFromASchedule(Mishap mishap) {
		assertArrives(mishap);
	}

	static Stream<Mishap> arrivesFromASchedule() {
		return reported().filter(MishapsTests::isOnSchedule);
	}

	private void assertArrives(Mishap mishap) {
		String order = this.shop.press(mishap);
		await().untilAsserted(() -> {
			assertThat(this.shop.failuresOf(mishap.pool(), order)).isNotEmpty()
				.allSatisfy((failure) -> assertThat(failure.path("handling").stringValue()).isEqualTo(mishap.effect()));
			assertThat(this.shop.eventsOf(order)).hasSize(expectedEvents(mishap)).allSatisfy((event) -> {
				assertThat(event.path("level").stringValue()).isEqualTo("error");
				assertThat(event.path("mechanism").stringValue()).isEqualTo("lifeguard");
				assertThat(event.path("tags").path("pool").stringValue()).isEqualTo(mishap.pool());
				assertThat(event.path("tags").path("handling").stringValue()).isEqualTo(mishap.effect());
				assertThat(event.path("taskPool").isEmpty()).isFalse();
			});
		});
	}

	private static Stream<Mishap> reported() {
		return Mishap.all().filter((mishap) -> mishap.effect().matches("uncaught|unobserved"));
	}

	private static boolean isOnSchedule(Mishap mishap) {
		return mishap.id().matches("scheduled|periodic");
	}

	@ParameterizedTest
	@MethodSource
	void isCountedAndNotReported(Mishap mishap) {
		JsonNode before = this.shop.pool(mishap.pool());
		String order = this.shop.press(mishap);
		await().until(() -> counted(mishap, this.shop.pool(mishap.pool())) > counted(mishap, before));
		await().during(Duration.ofSeconds(1)).untilAsserted(() -> assertThat(this.shop.eventsOf(order)).isEmpty());
	}

	static Stream<Mishap> isCountedAndNotReported() {
		return Mishap.all().filter((mishap) -> mishap.effect().matches("observed|cancelled|rejected"));
	}

	@ParameterizedTest
	@MethodSource
	@ExpectTaskFailure(TimeoutException.class)
	void isEndedAndReported(Mishap mishap) {
		JsonNode before = this.shop.pool(mishap.pool());
		int events = timeouts(mishap);
		this.shop.press(mishap);
		await().untilAsserted(() -> {
			JsonNode now = this.shop.pool(mishap.pool());
			assertThat(now.path("tasks").path("timedOut").intValue())
				.isEqualTo(before.path("tasks").path("timedOut").intValue() + 1);
			assertThat(now.path("failures").path("reported").intValue())
				.isEqualTo(before.path("failures").path("reported").intValue() + 1);
			assertThat(timeouts(mishap)).isEqualTo(events + 1);
		});
	}

	private int timeouts(Mishap mishap) {
		return (int) this.shop.events()
			.stream()
			.filter((event) -> event.path("exception").asString("").endsWith("TimeoutException")
					&& event.path("tags").path("pool").asString("").equals(mishap.pool()))
			.count();
	}

	static Stream<Mishap> isEndedAndReported() {
		return Mishap.all().filter((mishap) -> mishap.effect().equals("timedOut"));
	}

	@ParameterizedTest
	@MethodSource
	void isSeenWhileItLasts(Mishap mishap) {
		this.shop.press(mishap);
		await().atMost(Duration.ofSeconds(15)).untilAsserted(() -> {
			JsonNode pool = this.shop.pool(mishap.pool());
			if (mishap.effect().equals("stuck")) {
				assertThat(pool.path("stuck").intValue()).isEqualTo(1);
			}
			else {
				assertThat(pool.path("status").stringValue()).isEqualTo("DOWN");
			}
		});
		await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
			JsonNode pool = this.shop.pool(mishap.pool());
			assertThat(pool.path("stuck").intValue()).isZero();
			assertThat(pool.path("status").stringValue()).isNotEqualTo("DOWN");
		});
	}

	static Stream<Mishap> isSeenWhileItLasts() {
		return Mishap.all().filter((mishap) -> mishap.effect().matches("stuck|deadlock"));
	}

	private static int expectedEvents(Mishap mishap) {
		return switch (mishap.id()) {
			case "invoke-all" -> 2;
			case "storm" -> 10;
			default -> 1;
		};
	}

	private static int counted(Mishap mishap, JsonNode pool) {
		return switch (mishap.effect()) {
			case "observed" -> pool.path("failures").path("observed").intValue();
			case "cancelled" -> pool.path("tasks").path("cancelled").intValue();
			default -> pool.path("tasks").path("rejected").intValue();
		};
	}

}
