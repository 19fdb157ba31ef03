package io.lifeguard.paths;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.zip.GZIPInputStream;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Receives Sentry's envelopes by HTTP on the loopback interface.
 */
final class SentryReceiver implements AutoCloseable {

	private static final JsonMapper mapper = new JsonMapper();

	private final Queue<Event> events = new ConcurrentLinkedQueue<>();

	private final HttpServer server;

	SentryReceiver() throws IOException {
		this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		this.server.createContext("/", this::receive);
		this.server.start();
	}

	String dsn() {
		return "http://public@127.0.0.1:" + this.server.getAddress().getPort() + "/1";
	}

	List<Event> events() {
		return new ArrayList<>(this.events);
	}

	@Override
	public void close() {
		this.server.stop(0);
	}

	private void receive(HttpExchange exchange) throws IOException {
		try (InputStream body = exchange.getRequestBody()) {
			boolean zipped = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
			byte[] envelope = (zipped ? new GZIPInputStream(body) : body).readAllBytes();
			String[] lines = new String(envelope, StandardCharsets.UTF_8).split("\n", -1);
			for (int i = 1; i + 1 < lines.length; i += 2) {
				if ("event".equals(mapper.readTree(lines[i]).path("type").asString(""))) {
					this.events.add(Event.of(mapper.readTree(lines[i + 1])));
				}
			}
		}
		exchange.sendResponseHeaders(200, -1);
		exchange.close();
	}

	/**
	 * What an event says of a failure.
	 */
	record Event(String message, String pool, String handling, String level, String mechanism) {

		static Event of(JsonNode event) {
			JsonNode values = event.path("exception").path("values");
			JsonNode thrown = values.path(values.size() - 1);
			JsonNode tags = event.path("tags");
			return new Event(thrown.path("value").asString(""), tags.path("pool").asString(""),
					tags.path("handling").asString(""), event.path("level").asString(""),
					thrown.path("mechanism").path("type").asString(""));
		}

	}

}
