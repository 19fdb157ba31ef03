package io.lifeguard;

import java.util.concurrent.atomic.LongAdder;

/**
 * The numbers of a pool, each kept once: all that is shown anywhere is read from here.
 */
final class TaskCounts {

	private final RunningTasks running;

	final LongAdder submitted = new LongAdder();

	final LongAdder failed = new LongAdder();

	final LongAdder cancelled = new LongAdder();

	final LongAdder rejected = new LongAdder();

	final LongAdder shutdown = new LongAdder();

	final LongAdder discarded = new LongAdder();

	final LongAdder expired = new LongAdder();

	final LongAdder timedOut = new LongAdder();

	final LongAdder uncaught = new LongAdder();

	final LongAdder unobserved = new LongAdder();

	final LongAdder observed = new LongAdder();

	final LongAdder reportsSent = new LongAdder();

	final LongAdder reportsFailed = new LongAdder();

	final LongAdder suppressed = new LongAdder();

	TaskCounts(RunningTasks running) {
		this.running = running;
	}

	long succeeded() {
		return this.running.succeeded();
	}

	long lost() {
		return this.shutdown.sum() + this.discarded.sum() + this.expired.sum();
	}

	LongAdder of(LossReason reason) {
		return switch (reason) {
			case SHUTDOWN -> this.shutdown;
			case DISCARDED -> this.discarded;
			case EXPIRED -> this.expired;
		};
	}

	LongAdder of(Handling handling) {
		return switch (handling) {
			case UNCAUGHT -> this.uncaught;
			case UNOBSERVED -> this.unobserved;
			case OBSERVED -> this.observed;
		};
	}

	long of(ReportOutcome outcome) {
		return switch (outcome) {
			case SENT -> this.reportsSent.sum();
			case SUPPRESSED -> this.suppressed.sum();
			case FAILED -> this.reportsFailed.sum();
		};
	}

	/**
	 * Return the numbers of tasks.
	 * @param terminated whether a task that has not begun by now never will
	 */
	PoolSnapshot.Tasks tasks(boolean terminated) {
		// Ends before beginnings, or else a task that ends meanwhile is in both or none
		long succeeded = succeeded();
		long failed = this.failed.sum();
		long cancelled = this.cancelled.sum();
		long lost = lost();
		int running = this.running.size();
		long submitted = this.submitted.sum();
		long queued = Math.max(0, submitted - succeeded - failed - cancelled - lost - running);
		return new PoolSnapshot.Tasks(submitted, succeeded, failed, cancelled, this.rejected.sum(),
				terminated ? lost + queued : lost, this.timedOut.sum(), running, terminated ? 0 : queued);
	}

	/**
	 * Return the numbers of failures.
	 * @param failed the number of tasks that failed
	 */
	PoolSnapshot.Failures failures(long failed) {
		long uncaught = this.uncaught.sum();
		long unobserved = this.unobserved.sum();
		long observed = this.observed.sum();
		return new PoolSnapshot.Failures(uncaught, unobserved, observed,
				Math.max(0, failed - uncaught - unobserved - observed),
				this.reportsSent.sum() + this.reportsFailed.sum(), this.suppressed.sum());
	}

}
