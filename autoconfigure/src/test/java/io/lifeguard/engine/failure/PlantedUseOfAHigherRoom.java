package io.lifeguard.engine.failure;

import io.lifeguard.engine.pool.PlantedUseByALowerRoom;

/**
 * Breaks the rule that failures know nothing of pools.
 */
public final class PlantedUseOfAHigherRoom {

	PlantedUseByALowerRoom higher;

}
