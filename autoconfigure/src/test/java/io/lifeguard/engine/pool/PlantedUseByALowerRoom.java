package io.lifeguard.engine.pool;

import io.lifeguard.engine.failure.PlantedUseOfAHigherRoom;

/**
 * Is used by a lower room, and so closes a cycle.
 */
public final class PlantedUseByALowerRoom {

	PlantedUseOfAHigherRoom lower;

}
