package io.lifeguard.sample.sentry;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The readable part of an event. All lists and texts are cut: a sample must not be
 * brought down by what it is sent.
 *
 * @param id Sentry's id of the event
 * @param receivedAt when it arrived here
 * @param level such as {@code error}
 * @param exception class name of what was thrown
 * @param message its message
 * @param mechanism who caught it
 * @param handled whether the application dealt with it, as the mechanism says
 * @param request the web request that submitted the task
 * @param tags the event's tags
 * @param taskPool the context 'Task Pool': the pool when the event was made
 * @param frames the stack, innermost frame first
 */
record SentryEvent(String id, Instant receivedAt, String level, String exception, String message,
		@Nullable String mechanism, @Nullable Boolean handled, @Nullable String request, Map<String, String> tags,
		Map<String, String> taskPool, List<Frame> frames) {

	static final String TASK_POOL = "Task Pool";

	private static final int MAX_TEXT = 2_000;

	private static final int MAX_ENTRIES = 40;

	static SentryEvent from(JsonNode event, Instant receivedAt) {
		JsonNode thrown = last(event.path("exception").path("values"));
		JsonNode mechanism = thrown.path("mechanism");
		return new SentryEvent(text(event.path("event_id")), receivedAt, text(event.path("level")), className(thrown),
				message(event, thrown), nullableText(mechanism.path("type")),
				mechanism.path("handled").isBoolean() ? mechanism.path("handled").asBoolean() : null,
				request(event.path("request")), entries(event.path("tags")),
				entries(event.path("contexts").path(TASK_POOL)), frames(thrown.path("stacktrace").path("frames")));
	}

	private static JsonNode last(JsonNode array) {
		return array.path(array.size() - 1);
	}

	private static String className(JsonNode thrown) {
		String module = text(thrown.path("module"));
		String type = text(thrown.path("type"));
		return module.isEmpty() ? type : module + "." + type;
	}

	private static String message(JsonNode event, JsonNode thrown) {
		String message = text(thrown.path("value"));
		return message.isEmpty() ? text(event.path("message").path("formatted")) : message;
	}

	private static @Nullable String request(JsonNode request) {
		return request.isObject() ? text(request.path("method")) + " " + text(request.path("url")) : null;
	}

	private static Map<String, String> entries(JsonNode node) {
		Map<String, String> entries = new LinkedHashMap<>();
		node.properties().stream().limit(MAX_ENTRIES).forEach((entry) -> {
			if (!entry.getKey().equals("type") || !entry.getValue().asString("").equals(TASK_POOL)) {
				entries.put(cut(entry.getKey()), text(entry.getValue()));
			}
		});
		return entries;
	}

	private static List<Frame> frames(JsonNode nodes) {
		List<Frame> frames = new ArrayList<>();
		for (int i = nodes.size() - 1; i >= 0 && frames.size() < MAX_ENTRIES; i--) {
			JsonNode node = nodes.get(i);
			frames.add(new Frame(text(node.path("module")) + "." + text(node.path("function")),
					text(node.path("filename")), node.path("lineno").asInt(0), node.path("in_app").asBoolean(false)));
		}
		return frames;
	}

	private static @Nullable String nullableText(JsonNode node) {
		return node.isMissingNode() ? null : text(node);
	}

	private static String text(JsonNode node) {
		return cut(node.isValueNode() ? node.asString("") : node.isMissingNode() ? "" : node.toString());
	}

	private static String cut(String text) {
		return (text.length() > MAX_TEXT) ? text.substring(0, MAX_TEXT) + "…" : text;
	}

	/**
	 * One line of the stack.
	 *
	 * @param method class and method
	 * @param file the source file
	 * @param line the line in it
	 * @param inApp whether Sentry takes it for the application's own code
	 */
	record Frame(String method, String file, int line, boolean inApp) {
	}

}
