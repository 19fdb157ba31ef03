package io.lifeguard.engine.health;

import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.DoubleSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ThreadNeed}, against pools that are simulated task by task.
 */
class ThreadNeedTests {

	private static final int TASKS = 100_000;

	static Stream<Workload> loads() {
		return IntStream.range(0, 30).mapToObj(Workload::of);
	}

	@ParameterizedTest
	@MethodSource("loads")
	void isWithinOneOfWhatASearchOverPoolSizesFinds(Workload load) {
		int found = 1;
		while (load.meanWait(found) > load.meanRun() / 4) {
			found++;
		}
		assertThat(ThreadNeed.of(load.demand())).isBetween(found - 1, found + 1);
	}

	@ParameterizedTest
	@CsvSource({ "0, 1", "0.01, 1", "0.5, 2", "1, 3", "10, 12" })
	void isMoreThanTheDemand(double demand, int threads) {
		assertThat(ThreadNeed.of(demand)).isEqualTo(threads);
	}

	/**
	 * Arrivals at random, and run times that vary much, little or not at all.
	 */
	private record Workload(int seed, double meanGap, double meanRun, String runTimes) {

		static Workload of(int seed) {
			Random random = new Random(seed);
			double meanRun = 0.001 * Math.pow(1000, random.nextDouble());
			double demand = 0.3 * Math.pow(60, random.nextDouble());
			return new Workload(seed, meanRun / demand, meanRun,
					new String[] { "constant", "uniform", "exponential" }[seed % 3]);
		}

		double demand() {
			return this.meanRun / this.meanGap;
		}

		/**
		 * Return how long a task waits for one of so many threads.
		 */
		double meanWait(int threads) {
			if (threads <= demand()) {
				return Double.MAX_VALUE;
			}
			Random random = new Random(this.seed);
			DoubleSupplier run = runTime(random);
			PriorityQueue<Double> free = new PriorityQueue<>();
			IntStream.range(0, threads).forEach((thread) -> free.add(0.0));
			double now = 0;
			double waited = 0;
			for (int task = 0; task < TASKS; task++) {
				now += exponential(random, this.meanGap);
				double start = Math.max(now, free.remove());
				waited += start - now;
				free.add(start + run.getAsDouble());
			}
			return waited / TASKS;
		}

		private DoubleSupplier runTime(Random random) {
			return switch (this.runTimes) {
				case "constant" -> () -> this.meanRun;
				case "uniform" -> () -> 2 * this.meanRun * random.nextDouble();
				default -> () -> exponential(random, this.meanRun);
			};
		}

		private static double exponential(Random random, double mean) {
			return -mean * Math.log(1 - random.nextDouble());
		}

	}

}
