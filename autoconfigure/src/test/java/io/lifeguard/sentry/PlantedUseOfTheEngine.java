package io.lifeguard.sentry;

import io.lifeguard.engine.failure.Failure;

/**
 * Breaks the rule that views know nothing of the engine but its pools.
 */
public final class PlantedUseOfTheEngine {

	Failure failure;

}
