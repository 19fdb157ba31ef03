package io.lifeguard.sample.sentry;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.zip.GZIPInputStream;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import tools.jackson.databind.JsonNode;

/**
 * Takes Sentry's envelopes on a free port of loopback and keeps the last events.
 * <p>
 * It runs on the JDK's own server and not on a controller, because Sentry starts, and may
 * report, long before the application can answer a request.
 */
class SentryReceiver implements AutoCloseable {

	static final int MAX_EVENTS = 50;

	private static final int MAX_BYTES = 2 * 1024 * 1024;

	private final Deque<SentryEvent> events = new ArrayDeque<>();

	private final HttpServer server;

	/** As many as there are requests: a client that hangs keeps no other one out. */
	private final ExecutorService workers = Executors.newCachedThreadPool((task) -> {
		Thread thread = new Thread(task, "sentry-receiver");
		thread.setDaemon(true);
		return thread;
	});

	private long received;

	SentryReceiver() {
		try {
			this.server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
		}
		catch (IOException ex) {
			throw new UncheckedIOException("No free port on loopback", ex);
		}
		this.server.setExecutor(this.workers);
		this.server.createContext("/api/1/envelope/", this::receive);
		this.server.start();
	}

	String dsn() {
		return "http://public@127.0.0.1:%d/1".formatted(this.server.getAddress().getPort());
	}

	/**
	 * What has arrived.
	 * @return the last events, newest first, and how many there were in all
	 */
	synchronized Mailbag events() {
		return new Mailbag(this.received, List.copyOf(this.events));
	}

	@Override
	public void close() {
		this.server.stop(0);
		this.workers.shutdownNow();
	}

	private void receive(HttpExchange exchange) throws IOException {
		try (exchange) {
			if (!isAddressedToThis(exchange)) {
				exchange.sendResponseHeaders(421, -1);
				return;
			}
			if (!exchange.getRequestMethod().equals("POST")) {
				exchange.sendResponseHeaders(405, -1);
				return;
			}
			answer(exchange);
		}
	}

	/**
	 * Whether the request names this machine's own address. A name from elsewhere, even
	 * one that leads here, is that of a page in somebody's browser.
	 */
	private boolean isAddressedToThis(HttpExchange exchange) {
		int port = this.server.getAddress().getPort();
		String host = exchange.getRequestHeaders().getFirst("Host");
		return ("127.0.0.1:" + port).equals(host) || ("localhost:" + port).equals(host);
	}

	private void answer(HttpExchange exchange) throws IOException {
		byte[] body;
		try {
			body = body(exchange);
		}
		catch (IOException ex) {
			exchange.sendResponseHeaders(400, -1);
			return;
		}
		if (body.length > MAX_BYTES) {
			exchange.sendResponseHeaders(413, -1);
			return;
		}
		try {
			Envelope.parse(body).payloads("event").forEach(this::keep);
		}
		catch (MalformedEnvelopeException ex) {
			exchange.sendResponseHeaders(400, -1);
			return;
		}
		byte[] answer = "{}".getBytes(StandardCharsets.UTF_8);
		exchange.getResponseHeaders().set("Content-Type", "application/json");
		exchange.sendResponseHeaders(200, answer.length);
		exchange.getResponseBody().write(answer);
	}

	private synchronized void keep(JsonNode event) {
		this.received++;
		this.events.addFirst(SentryEvent.from(event, Instant.now()));
		while (this.events.size() > MAX_EVENTS) {
			this.events.removeLast();
		}
	}

	/**
	 * The unpacked body, or one byte more than is allowed.
	 */
	private static byte[] body(HttpExchange exchange) throws IOException {
		byte[] sent = exchange.getRequestBody().readNBytes(MAX_BYTES + 1);
		if (!"gzip".equalsIgnoreCase(exchange.getRequestHeaders().getFirst("Content-Encoding"))) {
			return sent;
		}
		try (InputStream unpacked = new GZIPInputStream(new ByteArrayInputStream(sent))) {
			return unpacked.readNBytes(MAX_BYTES + 1);
		}
	}

	/**
	 * What the receiver holds.
	 *
	 * @param received how many events have ever arrived
	 * @param events the last of them, newest first
	 */
	record Mailbag(long received, List<SentryEvent> events) {
	}

}
