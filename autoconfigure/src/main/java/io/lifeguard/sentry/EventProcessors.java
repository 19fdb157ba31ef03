package io.lifeguard.sentry;

import java.util.List;

import io.sentry.EventProcessor;
import io.sentry.Sentry;
import io.sentry.SentryOptions;

/**
 * Puts the guard's event processors around those of whichever Sentry is current, and
 * around its {@link Deduplication}: it may be initialized late, or anew, and may live on
 * when the guard is closed.
 */
final class EventProcessors {

	private final EventProcessor first;

	private final EventProcessor last;

	private List<EventProcessor> place = List.of();

	/**
	 * Create the pair.
	 * @param first what is to see each event ahead of all other processors
	 * @param last what is to see each event when Sentry has filled it
	 */
	EventProcessors(EventProcessor first, EventProcessor last) {
		this.first = first;
		this.last = last;
	}

	/**
	 * Take their place in the current Sentry, unless taken before.
	 */
	synchronized void install() {
		SentryOptions options = Sentry.getCurrentScopes(false).getOptions();
		List<EventProcessor> processors = options.getEventProcessors();
		if (!Sentry.isEnabled() || processors == this.place) {
			return;
		}
		uninstall();
		processors.add(0, this.first);
		processors.add(this.last);
		processors.replaceAll(Deduplication::around);
		options.addInAppExclude("io.lifeguard.");
		this.place = processors;
	}

	/**
	 * Leave their place.
	 */
	synchronized void uninstall() {
		if (!this.place.isEmpty()) {
			this.place.remove(this.first);
			this.place.remove(this.last);
			this.place.replaceAll(Deduplication::unwrapped);
			this.place = List.of();
		}
	}

}
