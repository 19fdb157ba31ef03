package io.lifeguard.engine.failure;

import java.util.concurrent.atomic.LongAdder;

import io.lifeguard.Handling;
import io.lifeguard.PoolSnapshot;
import io.lifeguard.ReportOutcome;

/**
 * How the failures of a pool were handled and reported, each number kept once.
 */
public final class FailureCounts {

	private final LongAdder uncaught = new LongAdder();

	private final LongAdder unobserved = new LongAdder();

	private final LongAdder observed = new LongAdder();

	private final LongAdder reported = new LongAdder();

	private final LongAdder sent = new LongAdder();

	private final LongAdder suppressed = new LongAdder();

	private final LongAdder reportsFailed = new LongAdder();

	void add(Handling handling) {
		adder(handling).increment();
	}

	/**
	 * Note that a failure was reported, however many reporters there are.
	 */
	void addReported() {
		this.reported.increment();
	}

	void add(ReportOutcome outcome) {
		adder(outcome).increment();
	}

	/**
	 * Return how many failures were handled in the given way.
	 */
	public long of(Handling handling) {
		return adder(handling).sum();
	}

	/**
	 * Return how many reports ended in the given way.
	 */
	public long of(ReportOutcome outcome) {
		return adder(outcome).sum();
	}

	/**
	 * Return the numbers as they are now.
	 * @param failed the number of tasks that failed
	 */
	public PoolSnapshot.Failures snapshot(long failed) {
		long uncaught = this.uncaught.sum();
		long unobserved = this.unobserved.sum();
		long observed = this.observed.sum();
		return new PoolSnapshot.Failures(uncaught, unobserved, observed,
				Math.max(0, failed - uncaught - unobserved - observed), this.reported.sum(), this.suppressed.sum());
	}

	private LongAdder adder(Handling handling) {
		return switch (handling) {
			case UNCAUGHT -> this.uncaught;
			case UNOBSERVED -> this.unobserved;
			case OBSERVED -> this.observed;
		};
	}

	private LongAdder adder(ReportOutcome outcome) {
		return switch (outcome) {
			case SENT -> this.sent;
			case SUPPRESSED -> this.suppressed;
			case FAILED -> this.reportsFailed;
		};
	}

}
