package io.lifeguard.sample;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.stream.Stream;

import tools.jackson.databind.json.JsonMapper;

import org.springframework.core.io.ClassPathResource;

/**
 * One button, as the page describes it.
 *
 * @param id its path
 * @param title what is on it
 * @param pool where it goes wrong
 * @param plainShows what is to be seen of it without Lifeguard
 * @param effect what Lifeguard makes of it
 */
record Mishap(String id, String title, String pool, String plainShows, String effect) {

	static Stream<Mishap> all() {
		JsonMapper json = JsonMapper.shared();
		try (InputStream stream = new ClassPathResource("static/mishaps.json").getInputStream()) {
			return json.readTree(stream)
				.valueStream()
				.flatMap((group) -> group.path("mishaps").valueStream())
				.map((mishap) -> new Mishap(mishap.path("id").stringValue(), mishap.path("title").stringValue(),
						mishap.path("pool").stringValue(), mishap.path("plainShows").stringValue(),
						mishap.path("effect").stringValue()));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public String toString() {
		return this.id;
	}

}
