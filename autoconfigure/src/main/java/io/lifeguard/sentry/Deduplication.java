package io.lifeguard.sentry;

import io.sentry.DuplicateEventDetectionEventProcessor;
import io.sentry.EventProcessor;
import io.sentry.Hint;
import io.sentry.SentryEvent;
import org.jspecify.annotations.Nullable;

/**
 * Sentry's own de-duplication, kept from what the guard reports again: one instance of an
 * exception that is thrown for hours, as out of a cached future, is one failure each
 * time.
 *
 * @param delegate what drops each event but the first about an instance
 */
record Deduplication(EventProcessor delegate) implements EventProcessor {

	static EventProcessor around(EventProcessor processor) {
		return (processor instanceof DuplicateEventDetectionEventProcessor || processor instanceof Deduplication)
				? new Deduplication(processor) : processor;
	}

	static EventProcessor unwrapped(EventProcessor processor) {
		return (processor instanceof Deduplication wrapper) ? wrapper.delegate() : processor;
	}

	@Override
	public @Nullable SentryEvent process(SentryEvent event, Hint hint) {
		return OwnEvents.isRepeated(hint) ? event : this.delegate.process(event, hint);
	}

	@Override
	public @Nullable Long getOrder() {
		return this.delegate.getOrder();
	}

}
