package io.lifeguard.sample.sentry;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link SentryReceiver}.
 */
class SentryReceiverTests {

	private static final String EVENT = """
			{"event_id":"0a1b","dsn":"http://public@127.0.0.1/1"}
			{"type":"event","content_type":"application/json"}
			{"event_id":"0a1b","level":"error","tags":{"pool":"mail","task":"Mailer.send","handling":"uncaught"},\
			"request":{"method":"POST","url":"http://localhost/orders"},\
			"contexts":{"Task Pool":{"type":"Task Pool","active":2},"os":{"name":"Linux"}},\
			"exception":{"values":[{"type":"Cause"},{"type":"MailRefusedException","module":"shop","value":"no mailbox",\
			"mechanism":{"type":"lifeguard","handled":false},"stacktrace":{"frames":[\
			{"module":"java.lang.Thread","function":"run","filename":"Thread.java","lineno":840},\
			{"module":"shop.Mailer","function":"send","filename":"Mailer.java","lineno":42,"in_app":true}]}}]}}
			""";

	private final SentryReceiver receiver = new SentryReceiver();

	private final HttpClient client = HttpClient.newHttpClient();

	@AfterEach
	void close() {
		this.receiver.close();
	}

	@Test
	void listensOnLoopbackOnly() {
		assertThat(URI.create(this.receiver.dsn()).getHost()).isEqualTo("127.0.0.1");
	}

	@Test
	void showsTheReadablePartOfAnEvent() throws Exception {
		assertThat(post(EVENT.getBytes(StandardCharsets.UTF_8), false)).isEqualTo(200);
		assertThat(this.receiver.events().events()).singleElement().satisfies((event) -> {
			assertThat(event.id()).isEqualTo("0a1b");
			assertThat(event.level()).isEqualTo("error");
			assertThat(event.exception()).isEqualTo("shop.MailRefusedException");
			assertThat(event.message()).isEqualTo("no mailbox");
			assertThat(event.mechanism()).isEqualTo("lifeguard");
			assertThat(event.handled()).isFalse();
			assertThat(event.tags()).containsEntry("pool", "mail")
				.containsEntry("task", "Mailer.send")
				.containsEntry("handling", "uncaught");
			assertThat(event.request()).isEqualTo("POST http://localhost/orders");
			assertThat(event.taskPool()).containsOnlyKeys("active").containsEntry("active", "2");
			assertThat(event.frames()).containsExactly(
					new SentryEvent.Frame("shop.Mailer.send", "Mailer.java", 42, true),
					new SentryEvent.Frame("java.lang.Thread.run", "Thread.java", 840, false));
		});
	}

	@Test
	void unpacksGzip() throws Exception {
		assertThat(post(gzip(EVENT), true)).isEqualTo(200);
		assertThat(this.receiver.events().received()).isEqualTo(1);
	}

	@Test
	void takesEventsOnly() throws Exception {
		assertThat(post("{}\n{\"type\":\"session\"}\n{}\n".getBytes(StandardCharsets.UTF_8), false)).isEqualTo(200);
		assertThat(this.receiver.events().events()).isEmpty();
	}

	@Test
	void showsMessageOfAnEventWithoutException() throws Exception {
		post("{}\n{\"type\":\"event\"}\n{\"message\":{\"formatted\":\"Closing\"}}".getBytes(StandardCharsets.UTF_8),
				false);
		assertThat(this.receiver.events().events()).singleElement()
			.extracting(SentryEvent::message)
			.isEqualTo("Closing");
	}

	@Test
	void answersMalformedEnvelopeWith400() throws Exception {
		assertThat(post("nonsense".getBytes(StandardCharsets.UTF_8), false)).isEqualTo(400);
		assertThat(post("no gzip".getBytes(StandardCharsets.UTF_8), true)).isEqualTo(400);
		assertThat(this.receiver.events().received()).isZero();
	}

	@Test
	void answersTooLargeEnvelopeWith413() throws Exception {
		assertThat(post(gzip(" ".repeat(3 * 1024 * 1024)), true)).isEqualTo(413);
	}

	@Test
	void answersOtherMethodsWith405() throws Exception {
		HttpRequest request = HttpRequest.newBuilder(endpoint()).GET().build();
		assertThat(this.client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode()).isEqualTo(405);
	}

	@ParameterizedTest
	@ValueSource(strings = { "POST /api/1/env", "POST /api/1/envelope/ HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n",
			"POST /api/1/envelope/ HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Length: 9\r\n\r\nhalf" })
	@Timeout(60)
	void servesOthersWhileClientsHang(String begun) throws Exception {
		List<Socket> hanging = new ArrayList<>();
		try {
			for (int i = 0; i < 10; i++) {
				hanging.add(send(begun.formatted(endpoint().getPort())));
			}
			assertThat(post(EVENT.getBytes(StandardCharsets.UTF_8), false)).isEqualTo(200);
			assertThat(this.receiver.events().received()).isEqualTo(1);
		}
		finally {
			for (Socket socket : hanging) {
				socket.close();
			}
		}
	}

	@ParameterizedTest
	@CsvSource({ "127.0.0.1:%d, 200", "localhost:%d, 200", "127.0.0.1, 421", "shop.example:%d, 421",
			"127.0.0.1:%d.shop.example, 421", "'', 421" })
	void refusesRequestsThatNameAnotherHost(String host, int status) throws Exception {
		int port = endpoint().getPort();
		try (Socket socket = send("POST /api/1/envelope/ HTTP/1.1\r\nHost: %s\r\nContent-Length: %d\r\n\r\n%s"
			.formatted(host.formatted(port), EVENT.length(), EVENT))) {
			assertThat(new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
				.readLine()).startsWith("HTTP/1.1 " + status);
		}
		assertThat(this.receiver.events().received()).isEqualTo((status == 200) ? 1 : 0);
	}

	@Test
	void keepsTheLastEventsAndCountsAll() throws Exception {
		int sent = SentryReceiver.MAX_EVENTS + 3;
		for (int i = 1; i <= sent; i++) {
			post("{}\n{\"type\":\"event\"}\n{\"event_id\":\"%d\"}".formatted(i).getBytes(StandardCharsets.UTF_8),
					false);
		}
		SentryReceiver.Mailbag mailbag = this.receiver.events();
		assertThat(mailbag.received()).isEqualTo(sent);
		assertThat(mailbag.events()).hasSize(SentryReceiver.MAX_EVENTS)
			.first()
			.extracting(SentryEvent::id)
			.isEqualTo(String.valueOf(sent));
	}

	private int post(byte[] body, boolean gzip) throws IOException, InterruptedException {
		HttpRequest.Builder request = HttpRequest.newBuilder(endpoint())
			.POST(HttpRequest.BodyPublishers.ofByteArray(body));
		if (gzip) {
			request.header("Content-Encoding", "gzip");
		}
		return this.client.send(request.build(), HttpResponse.BodyHandlers.discarding()).statusCode();
	}

	private Socket send(String request) throws IOException {
		Socket socket = new Socket("127.0.0.1", endpoint().getPort());
		socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
		return socket;
	}

	private URI endpoint() {
		return URI.create("http://127.0.0.1:%d/api/1/envelope/".formatted(URI.create(this.receiver.dsn()).getPort()));
	}

	private static byte[] gzip(String text) throws IOException {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
			gzip.write(text.getBytes(StandardCharsets.UTF_8));
		}
		return bytes.toByteArray();
	}

}
