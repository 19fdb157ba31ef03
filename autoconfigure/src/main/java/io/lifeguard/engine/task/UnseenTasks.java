package io.lifeguard.engine.task;

import java.util.concurrent.atomic.LongAdder;

/**
 * The numbers of the tasks that go into a pool as they are, since its class is to
 * recognise them: of those that nothing tells of but the pool's own numbers, it is known
 * a second later how many have returned.
 */
public final class UnseenTasks {

	/**
	 * Waiting tasks looked at in one go; where there are more, there is no look.
	 */
	public static final int MAX_LOOKS = 10_000;

	private static final int SAMPLES = 4;

	private final LongAdder entered = new LongAdder();

	private final LongAdder left = new LongAdder();

	private final LongAdder returned = new LongAdder();

	private final long[] samples = new long[SAMPLES];

	private int next;

	private volatile long gone;

	private volatile boolean used;

	/**
	 * Whether there ever was such a task.
	 */
	public boolean isUsed() {
		return this.used;
	}

	/**
	 * Note that there are such tasks.
	 */
	void use() {
		this.used = true;
	}

	/**
	 * Note a task of which only the pool's own numbers will tell.
	 */
	void entered() {
		this.used = true;
		this.entered.increment();
	}

	/**
	 * Note that one of these tasks has been counted in some other way.
	 */
	void left() {
		this.left.increment();
	}

	/**
	 * Note that a task has returned, of which its own future tells.
	 */
	void returned() {
		this.returned.increment();
	}

	/**
	 * Return how many of the tasks have returned.
	 */
	long succeeded() {
		return this.returned.sum() + this.gone;
	}

	/**
	 * Return how many tasks have not left yet, as far as is known.
	 */
	public long present() {
		return Math.max(0, this.entered.sum() - this.left.sum() - this.gone);
	}

	/**
	 * Take those tasks for returned that have not been in the pool for some samples.
	 * @param present how many the pool has in its queue and in its threads
	 */
	public void sample(long present) {
		// A task between the queue and its thread is in neither: the least counts
		this.samples[this.next++ % SAMPLES] = Math.max(0, this.entered.sum() - this.left.sum() - present);
		long gone = Long.MAX_VALUE;
		for (long sample : this.samples) {
			gone = Math.min(gone, sample);
		}
		this.gone = gone;
	}

}
