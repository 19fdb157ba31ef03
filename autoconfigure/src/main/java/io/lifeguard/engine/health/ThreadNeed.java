package io.lifeguard.engine.health;

/**
 * How many threads it takes for tasks to start soon: by the formula that Erlang found for
 * calls that wait for a line.
 */
final class ThreadNeed {

	/** The part of its run time that a task may wait on average. */
	private static final double PATIENCE = 0.25;

	private static final int MAX_THREADS = 10_000;

	private ThreadNeed() {
	}

	/**
	 * Return the fewest threads with which tasks wait for no longer than a quarter of
	 * their run time, on average.
	 * @param demand the threads that the arriving work keeps busy
	 */
	static int of(double demand) {
		int threads = Math.max(1, (int) Math.floor(demand) + 1);
		while (threads < MAX_THREADS && meanWait(demand, threads) > PATIENCE) {
			threads++;
		}
		return threads;
	}

	/**
	 * Return how long a task waits, in run times, if that is random in arrival and
	 * length.
	 */
	private static double meanWait(double demand, int threads) {
		double blocked = 1; // the part of calls that find no free line, and go away
		for (int i = 1; i <= threads; i++) {
			blocked = demand * blocked / (i + demand * blocked);
		}
		double waiting = threads * blocked / (threads - demand * (1 - blocked)); // and
																					// stay
		return waiting / (threads - demand);
	}

}
