package io.lifeguard.sample.sentry;

import java.net.URI;
import java.util.List;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.core.env.Environment;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Hands the received events to the page, or says where they go instead.
 */
@RestController
class SentryController {

	private final ObjectProvider<SentryReceiver> receiver;

	private final Environment environment;

	SentryController(ObjectProvider<SentryReceiver> receiver, Environment environment) {
		this.receiver = receiver;
		this.environment = environment;
	}

	@GetMapping("/events")
	Events events() {
		SentryReceiver receiver = this.receiver.getIfAvailable();
		if (receiver == null) {
			return new Events(URI.create(this.environment.getRequiredProperty("sentry.dsn")).getHost(), 0, List.of());
		}
		SentryReceiver.Mailbag mailbag = receiver.events();
		return new Events("here", mailbag.received(), mailbag.events());
	}

	/**
	 * What the page shows.
	 *
	 * @param destination {@code here}, or the host of the DSN that was given
	 * @param received how many events have ever arrived here
	 * @param events the last of them, newest first
	 */
	record Events(String destination, long received, List<SentryEvent> events) {
	}

}
