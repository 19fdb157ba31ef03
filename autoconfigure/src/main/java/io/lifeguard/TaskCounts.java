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

	final LongAdder reported = new LongAdder();

	final LongAdder reportsFailed = new LongAdder();

	final LongAdder suppressed = new LongAdder();

	TaskCounts(RunningTasks running) {
		this.running = running;
	}

	long succeeded() {
		return this.running.succeeded();
	}

	long ended() {
		return succeeded() + this.failed.sum() + this.cancelled.sum() + lost();
	}

	long lost() {
		return this.shutdown.sum() + this.discarded.sum() + this.expired.sum();
	}

}
