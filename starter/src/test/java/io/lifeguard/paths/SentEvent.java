package io.lifeguard.paths;

import java.util.List;

import io.lifeguard.sentry.SentryReceiver;
import tools.jackson.databind.JsonNode;

/**
 * What an event that Sentry got says of a failure.
 */
record SentEvent(String message, String pool, String handling, String level, String mechanism) {

	/**
	 * Return the events that the receiver got so far.
	 */
	static List<SentEvent> to(SentryReceiver sentry) {
		return sentry.events().stream().map(SentEvent::of).toList();
	}

	private static SentEvent of(JsonNode event) {
		JsonNode values = event.path("exception").path("values");
		JsonNode thrown = values.path(values.size() - 1);
		JsonNode tags = event.path("tags");
		return new SentEvent(thrown.path("value").asString(""), tags.path("pool").asString(""),
				tags.path("handling").asString(""), event.path("level").asString(""),
				thrown.path("mechanism").path("type").asString(""));
	}

}
