package io.lifeguard.sentry;

import java.util.List;

import io.sentry.DuplicateEventDetectionEventProcessor;
import io.sentry.EventProcessor;
import io.sentry.IScope;
import io.sentry.Sentry;
import io.sentry.SentryOptions;

/**
 * The guard's place in Sentry. What sees the application's events is put on the global
 * scope, which no closing and no other initialization empties; what only the guard's own
 * events need is put into the options of whichever Sentry is there to send them.
 */
final class Installation {

	private final EventProcessor processor;

	Installation(EventProcessor processor) {
		this.processor = processor;
	}

	/**
	 * Take the place, unless it is taken.
	 */
	synchronized void install() {
		IScope scope = Sentry.getGlobalScope();
		if (scope.getEventProcessors().stream().noneMatch((present) -> present == this.processor)) {
			scope.addEventProcessor(this.processor);
		}
		SentryOptions options = scope.getOptions();
		List<EventProcessor> processors = options.getEventProcessors();
		if (processors.stream().anyMatch(DuplicateEventDetectionEventProcessor.class::isInstance)) {
			processors.replaceAll((processor) -> (processor instanceof DuplicateEventDetectionEventProcessor)
					? new OwnEvents(processor) : processor);
			options.addInAppExclude("io.lifeguard.");
		}
	}

	/**
	 * Leave the place.
	 */
	synchronized void uninstall() {
		IScope scope = Sentry.getGlobalScope();
		scope.getEventProcessorsWithOrder().removeIf((present) -> present.getEventProcessor() == this.processor);
		scope.getOptions()
			.getEventProcessors()
			.replaceAll((processor) -> (processor instanceof OwnEvents own) ? own.delegate() : processor);
	}

}
