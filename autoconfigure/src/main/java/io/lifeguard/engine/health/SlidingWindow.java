package io.lifeguard.engine.health;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

import io.lifeguard.engine.task.TaskCounts;

/**
 * Growth of a pool's counters within a time up to now, computed from samples of them: the
 * tasks themselves pay nothing for it. Confined to one thread.
 */
final class SlidingWindow {

	/**
	 * Samples kept at most: so the window is at most a sixtieth too long.
	 */
	private static final int SAMPLES = 60;

	private final Deque<Sample> samples = new ArrayDeque<>(SAMPLES + 1);

	private final long length;

	private Sample before = new Sample(0, 0, 0, 0, 0);

	SlidingWindow(Duration length) {
		this.length = length.toNanos();
	}

	/**
	 * Return the growth of the counters within the window.
	 * @param current the counters as they are now
	 */
	Sample growth(Sample current) {
		for (Sample next = this.samples.peekFirst(); next != null
				&& current.at - next.at >= this.length; next = this.samples.peekFirst()) {
			this.before = this.samples.removeFirst();
		}
		Sample last = this.samples.peekLast();
		if (last == null || current.at - last.at >= this.length / SAMPLES) {
			this.samples.addLast(current);
		}
		return current.minus(this.before);
	}

	/**
	 * A pool's counters at one moment.
	 *
	 * @param at the moment in nanoseconds
	 * @param ran the tasks that ran to their end, well or not
	 * @param failed those that failed
	 * @param offered the tasks that the pool was to take
	 * @param rejected those that it did not
	 */
	record Sample(long at, long ran, long failed, long offered, long rejected) {

		static Sample of(TaskCounts counts, long now) {
			long failed = counts.failed();
			long rejected = counts.rejected();
			return new Sample(now, counts.succeeded() + failed, failed, counts.submitted() + rejected, rejected);
		}

		Sample minus(Sample before) {
			return new Sample(this.at, this.ran - before.ran, this.failed - before.failed,
					this.offered - before.offered, this.rejected - before.rejected);
		}

	}

}
