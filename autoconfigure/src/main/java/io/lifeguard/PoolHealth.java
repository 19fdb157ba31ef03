package io.lifeguard;

import java.time.Instant;
import java.util.List;

/**
 * How well a pool is.
 *
 * @param status how well
 * @param reasons why it is not {@link Status#UP}, each in a sentence with its numbers
 * @param since since when it has had that status
 */
public record PoolHealth(Status status, List<String> reasons, Instant since) {

	/**
	 * How well a pool is, best first.
	 */
	public enum Status {

		/**
		 * It works.
		 */
		UP,

		/**
		 * It works, and somebody should look at it.
		 */
		DEGRADED,

		/**
		 * It does not work any more.
		 */
		DOWN

	}

}
