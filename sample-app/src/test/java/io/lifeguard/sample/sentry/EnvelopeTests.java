package io.lifeguard.sample.sentry;

import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link Envelope}.
 */
class EnvelopeTests {

	@Test
	void readsItemsWithAndWithoutLength() {
		Envelope envelope = parse("""
				{"event_id":"1"}
				{"type":"event","length":19}
				{"message":
				"a\\nb"}

				{"type":"session"}
				{"status":"ok"}
				""");
		assertThat(envelope.header().path("event_id").asString()).isEqualTo("1");
		assertThat(envelope.items()).extracting(Envelope.Item::type).containsExactly("event", "session");
		assertThat(envelope.payloads("event")).singleElement()
			.satisfies((event) -> assertThat(event.path("message").asString()).isEqualTo("a\nb"));
	}

	@Test
	void readsPayloadThatEndsWithTheEnvelope() {
		assertThat(parse("{}\n{\"type\":\"event\",\"length\":2}\n{}").payloads("event")).hasSize(1);
		assertThat(parse("{}\n{\"type\":\"event\"}\n{}").payloads("event")).hasSize(1);
	}

	@Test
	void readsEnvelopeWithoutItems() {
		assertThat(parse("{}").items()).isEmpty();
	}

	@Test
	void leavesOtherPayloadsUnparsed() {
		assertThat(parse("{}\n{\"type\":\"attachment\",\"length\":4}\n\\{}[\n").payloads("event")).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "hello", "[]", "{}\nnonsense\n{}", "{}\n{\"type\":\"event\",\"length\":99}\n{}",
			"{}\n{\"type\":\"event\",\"length\":-1}\n{}", "{}\n{\"type\":\"event\"}" })
	void refusesWhatIsNoEnvelope(String text) {
		assertThatExceptionOfType(MalformedEnvelopeException.class).isThrownBy(() -> parse(text).payloads("event"));
	}

	private static Envelope parse(String text) {
		return Envelope.parse(text.getBytes(StandardCharsets.UTF_8));
	}

}
