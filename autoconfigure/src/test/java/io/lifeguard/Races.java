package io.lifeguard;

import org.jetbrains.lincheck.datastructures.ManagedStrategyGuarantee;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jetbrains.lincheck.datastructures.verifier.EpsilonVerifier;

/**
 * Runs a race: three threads, each of which takes one of its operations. What may never
 * come of it is told by the race itself, while it is on or in its validation.
 */
public final class Races {

	private Races() {
	}

	/**
	 * Have the threads interleave as a model checker decides, which finds what an order
	 * of steps can break.
	 * @param scenarios how many choices of operations to try
	 * @param interleavings how many interleavings of each
	 * @param guarantees where there is nothing to interleave with
	 */
	public static void modelCheck(Class<?> race, int scenarios, int interleavings,
			ManagedStrategyGuarantee... guarantees) {
		ModelCheckingOptions options = new ModelCheckingOptions().iterations(scenarios)
			.invocationsPerIteration(interleavings)
			.threads(3)
			.actorsPerThread(1)
			.actorsBefore(0)
			.actorsAfter(0)
			.loopBound(5_000) // looking through a table is no livelock
			.verifier(EpsilonVerifier.class);
		for (ManagedStrategyGuarantee guarantee : guarantees) {
			options.addGuarantee(guarantee);
		}
		options.check(race);
	}

	/**
	 * Have the threads run as fast as they can, which finds what a compiler or a
	 * processor may reorder.
	 */
	public static void stress(Class<?> race) {
		new StressOptions().iterations(5)
			.invocationsPerIteration(1000)
			.threads(3)
			.actorsPerThread(1)
			.actorsBefore(0)
			.actorsAfter(0)
			.verifier(EpsilonVerifier.class)
			.check(race);
	}

}
