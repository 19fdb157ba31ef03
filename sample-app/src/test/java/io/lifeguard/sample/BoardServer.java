package io.lifeguard.sample;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.lifeguard.actuate.BoardEndpoint;

/**
 * Serves the board's page, and beside it what a test says that the endpoints answer.
 */
class BoardServer implements AutoCloseable {

	private final Map<String, Answer> answers = new ConcurrentHashMap<>();

	private final Queue<String> changes = new ConcurrentLinkedQueue<>();

	private String body = "<body data-pools=\"pools\" data-pools-change=\"true\" data-schedules=\"schedules\">";

	private HttpServer server;

	private ExecutorService workers;

	private int port;

	BoardServer() {
		start();
	}

	String url() {
		return "http://127.0.0.1:%d/board".formatted(this.port);
	}

	/**
	 * Say what the page is told of the endpoints.
	 */
	void body(String body) {
		this.body = body;
	}

	/**
	 * Answer a path, after {@code POST } if it is to be a change.
	 */
	void answer(String path, int status, String json) {
		this.answers.put(path, new Answer(status, json));
	}

	/**
	 * Return and forget the bodies of the changes that were asked for.
	 */
	List<String> changes() {
		List<String> changes = List.copyOf(this.changes);
		this.changes.clear();
		return changes;
	}

	/**
	 * Start, on the same port as before.
	 */
	final void start() {
		try {
			this.server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), this.port), 0);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		this.port = this.server.getAddress().getPort();
		this.workers = Executors.newCachedThreadPool();
		this.server.setExecutor(this.workers);
		this.server.createContext("/", this::answer);
		this.server.start();
	}

	void stop() {
		this.server.stop(0);
		this.workers.shutdownNow();
	}

	@Override
	public void close() {
		stop();
	}

	private void answer(HttpExchange exchange) throws IOException {
		try (exchange) {
			String path = exchange.getRequestURI().getPath().substring(1);
			String type = "application/json";
			Answer answer;
			if (exchange.getRequestMethod().equals("POST")) {
				this.changes.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
				answer = this.answers.getOrDefault("POST " + path, Answer.NONE);
			}
			else if (path.equals("board")) {
				type = "text/html;charset=UTF-8";
				answer = new Answer(200, new BoardEndpoint(List::of).board().replace("<body>", this.body));
			}
			else {
				answer = this.answers.getOrDefault(path, Answer.NONE);
			}
			byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
			exchange.getResponseHeaders().set("Content-Type", type);
			if (answer.status() == 302) {
				exchange.getResponseHeaders().set("Location", "/board");
			}
			exchange.sendResponseHeaders(answer.status(), bytes.length);
			exchange.getResponseBody().write(bytes);
		}
	}

	private record Answer(int status, String body) {

		private static final Answer NONE = new Answer(404, "{}");

	}

}
