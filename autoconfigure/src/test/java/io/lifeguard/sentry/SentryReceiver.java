package io.lifeguard.sentry;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPInputStream;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A Sentry on the loopback interface that remembers the events it gets, and can fall ill.
 */
public final class SentryReceiver implements AutoCloseable {

	private static final JsonMapper json = JsonMapper.builder().build();

	private final List<String> events = new CopyOnWriteArrayList<>();

	private final List<String> checkIns = new CopyOnWriteArrayList<>();

	private final AtomicInteger requests = new AtomicInteger();

	private final AtomicInteger crashedSessions = new AtomicInteger();

	private final CountDownLatch closed = new CountDownLatch(1);

	private final ExecutorService threads = Executors.newCachedThreadPool((task) -> {
		Thread thread = new Thread(task, "sentry-receiver");
		thread.setDaemon(true);
		return thread;
	});

	private final HttpServer server;

	private volatile Health health = Health.WELL;

	private SentryReceiver(int port) throws IOException {
		this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
		this.server.createContext("/", this::handle);
		this.server.setExecutor(this.threads);
		this.server.start();
	}

	public static SentryReceiver start() {
		return startAt(0);
	}

	public static SentryReceiver startAt(int port) {
		try {
			return new SentryReceiver(port);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	public int port() {
		return this.server.getAddress().getPort();
	}

	public String dsn() {
		return "http://public@127.0.0.1:" + port() + "/1";
	}

	/**
	 * Answer as the given health says from now on.
	 */
	public void become(Health health) {
		this.health = health;
	}

	/**
	 * Return the events received so far, as they came.
	 */
	public List<String> rawEvents() {
		return List.copyOf(this.events);
	}

	/**
	 * Return the events received so far.
	 */
	public List<JsonNode> events() {
		return this.events.stream().map(json::readTree).toList();
	}

	/**
	 * Return the check-ins received so far.
	 */
	public List<JsonNode> checkIns() {
		return this.checkIns.stream().map(json::readTree).toList();
	}

	/**
	 * Return how many requests came so far, answered or not.
	 */
	public int requests() {
		return this.requests.get();
	}

	/**
	 * Return how many sessions are said to have crashed.
	 */
	public int crashedSessions() {
		return this.crashedSessions.get();
	}

	@Override
	public void close() {
		this.closed.countDown();
		this.server.stop(0);
		this.threads.shutdownNow();
	}

	private void handle(HttpExchange exchange) throws IOException {
		byte[] body = exchange.getRequestBody().readAllBytes();
		this.requests.incrementAndGet();
		switch (this.health) {
			case WELL -> {
				read(body, "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding")));
				byte[] answer = "{}".getBytes(StandardCharsets.UTF_8);
				exchange.sendResponseHeaders(200, answer.length);
				exchange.getResponseBody().write(answer);
			}
			case RATE_LIMITED -> {
				exchange.getResponseHeaders().add("Retry-After", "1");
				exchange.getResponseHeaders().add("X-Sentry-Rate-Limits", "1:error:organization");
				exchange.sendResponseHeaders(429, -1);
			}
			case FAILING -> exchange.sendResponseHeaders(500, -1);
			case REFUSING -> exchange.sendResponseHeaders(403, -1);
			case SILENT -> {
				try {
					this.closed.await();
				}
				catch (InterruptedException ex) {
					Thread.currentThread().interrupt();
				}
			}
		}
		exchange.close();
	}

	private void read(byte[] body, boolean zipped) throws IOException {
		InputStream plain = new ByteArrayInputStream(body);
		String envelope;
		try (InputStream in = zipped ? new GZIPInputStream(plain) : plain) {
			envelope = new String(in.readAllBytes(), StandardCharsets.UTF_8);
		}
		List<String> lines = envelope.lines().toList();
		for (int i = 1; i + 1 < lines.size(); i += 2) {
			JsonNode header = json.readTree(lines.get(i));
			String type = header.path("type").asString();
			if (type.equals("event")) {
				this.events.add(lines.get(i + 1));
			}
			if (type.equals("check_in")) {
				this.checkIns.add(lines.get(i + 1));
			}
			if (type.equals("session") && lines.get(i + 1).contains("\"crashed\"")) {
				this.crashedSessions.incrementAndGet();
			}
		}
	}

	/**
	 * How a receiver feels.
	 */
	public enum Health {

		/** Takes events. */
		WELL,

		/** Answers 429, with rate limits. */
		RATE_LIMITED,

		/** Answers 500. */
		FAILING,

		/** Answers 403. */
		REFUSING,

		/** Accepts, and never answers. */
		SILENT

	}

}
