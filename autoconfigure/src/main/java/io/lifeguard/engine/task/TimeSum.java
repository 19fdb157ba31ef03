package io.lifeguard.engine.task;

import java.util.concurrent.atomic.LongAdder;

import io.lifeguard.TaskTimes;

/**
 * How long a number of things took, added up by any number of threads.
 */
public final class TimeSum {

	private final LongAdder count = new LongAdder();

	private final LongAdder total = new LongAdder();

	private final RecentMax max = new RecentMax();

	/**
	 * Add one more.
	 */
	public void add(long nanos) {
		this.count.increment();
		this.total.add(nanos);
		this.max.record(nanos);
	}

	/**
	 * Return how many there were.
	 */
	public long count() {
		return this.count.sum();
	}

	/**
	 * Return how long they took.
	 */
	public TaskTimes get() {
		return new TaskTimes(this.count.sum(), this.total.sum(), this.max.get());
	}

	/**
	 * Forget maxima that are too old. Always to be called by the same thread.
	 */
	public void tick(long now) {
		this.max.tick(now);
	}

}
