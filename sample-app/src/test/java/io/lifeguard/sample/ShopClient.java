package io.lifeguard.sample;

import java.util.List;

import tools.jackson.databind.JsonNode;

import org.springframework.http.HttpStatusCode;
import org.springframework.web.client.RestClient;

/**
 * Does what the page does, and reads what it reads.
 */
class ShopClient {

	private final RestClient http;

	ShopClient(int port) {
		this.http = RestClient.builder()
			.baseUrl("http://127.0.0.1:" + port)
			.defaultStatusHandler(HttpStatusCode::isError, (request, response) -> {
				if (!request.getURI().getPath().startsWith("/actuator/health")) {
					throw new IllegalStateException(request.getURI() + " answered " + response.getStatusCode());
				}
			})
			.build();
	}

	/**
	 * Press a button.
	 * @param mishap the one
	 * @return what stands in the message of the failure that this causes
	 */
	String press(Mishap mishap) {
		return "order " + post("/mishaps/" + mishap.id()).path("order").asLong();
	}

	List<JsonNode> events() {
		return get("/events").path("events").valueStream().toList();
	}

	List<JsonNode> eventsOf(String order) {
		return events().stream().filter((event) -> mentions(event, order)).toList();
	}

	JsonNode pool(String name) {
		return get("/actuator/pools/" + name);
	}

	List<JsonNode> failuresOf(String pool, String order) {
		return pool(pool).path("recentFailures").valueStream().filter((failure) -> mentions(failure, order)).toList();
	}

	JsonNode get(String path) {
		return this.http.get().uri(path).retrieve().requiredBody(JsonNode.class);
	}

	String text(String path) {
		return this.http.get().uri(path).retrieve().requiredBody(String.class);
	}

	JsonNode post(String path) {
		return this.http.post().uri(path).retrieve().requiredBody(JsonNode.class);
	}

	private static boolean mentions(JsonNode node, String order) {
		return node.path("message").asString("").matches(".*" + order + "\\b.*");
	}

}
