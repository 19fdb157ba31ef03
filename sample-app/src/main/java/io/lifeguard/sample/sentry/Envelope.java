package io.lifeguard.sample.sentry;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What Sentry's SDKs send: a line of JSON, and then for every item a line of JSON and its
 * payload, as long as that line says or else up to the end of its line.
 *
 * @param header the first line
 * @param items what came with it
 */
record Envelope(JsonNode header, List<Item> items) {

	private static final JsonMapper json = JsonMapper.shared();

	/**
	 * Take an envelope apart.
	 * @param bytes the request's body, unpacked
	 * @return the envelope
	 * @throws MalformedEnvelopeException if it is none
	 */
	static Envelope parse(byte[] bytes) {
		try {
			Lines lines = new Lines(bytes);
			JsonNode header = object(lines.next());
			List<Item> items = new ArrayList<>();
			while (lines.hasMore()) {
				JsonNode itemHeader = object(lines.next());
				String type = itemHeader.path("type").asString("");
				JsonNode length = itemHeader.path("length");
				items.add(new Item(type, length.isInt() ? lines.next(length.asInt()) : lines.next()));
			}
			return new Envelope(header, List.copyOf(items));
		}
		catch (JacksonException | IllegalArgumentException ex) {
			throw new MalformedEnvelopeException("No envelope: " + ex.getMessage(), ex);
		}
	}

	/**
	 * The payloads of one type.
	 * @param type such as {@code event}
	 * @return the parsed payloads
	 * @throws MalformedEnvelopeException if a payload is no JSON object
	 */
	List<JsonNode> payloads(String type) {
		try {
			return this.items.stream()
				.filter((item) -> item.type().equals(type))
				.map(Item::payload)
				.map(Envelope::object)
				.toList();
		}
		catch (JacksonException | IllegalArgumentException ex) {
			throw new MalformedEnvelopeException("No payload: " + ex.getMessage(), ex);
		}
	}

	private static JsonNode object(byte[] bytes) {
		JsonNode node = json.readTree(bytes);
		if (!node.isObject()) {
			throw new IllegalArgumentException("expected an object");
		}
		return node;
	}

	/**
	 * One item; most types are of no interest here and stay unparsed.
	 *
	 * @param type what it is
	 * @param payload its bytes
	 */
	@SuppressWarnings("ArrayRecordComponent") // never compared
	record Item(String type, byte[] payload) {
	}

	/**
	 * Reads lines, and payloads of a given length that may contain line ends.
	 */
	private static final class Lines {

		private final byte[] bytes;

		private int position;

		Lines(byte[] bytes) {
			this.bytes = bytes;
		}

		boolean hasMore() {
			while (this.position < this.bytes.length && this.bytes[this.position] == '\n') {
				this.position++;
			}
			return this.position < this.bytes.length;
		}

		byte[] next() {
			int end = this.position;
			while (end < this.bytes.length && this.bytes[end] != '\n') {
				end++;
			}
			return next(end - this.position);
		}

		byte[] next(int length) {
			if (length < 0 || length > this.bytes.length - this.position) {
				throw new IllegalArgumentException("an item ends beyond its envelope");
			}
			byte[] next = Arrays.copyOfRange(this.bytes, this.position, this.position + length);
			this.position += length + 1;
			return next;
		}

	}

}
