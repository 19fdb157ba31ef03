package io.lifeguard.engine.health;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

import io.lifeguard.Handling;
import io.lifeguard.LossReason;
import io.lifeguard.engine.failure.FailureCounts;
import io.lifeguard.engine.task.Ledger;
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

	private Sample before = new Sample(0, 0, 0, 0, 0, 0, 0);

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
	 * @param unhandled those whose failure nobody handled
	 * @param offered the tasks that the pool was to take
	 * @param rejected those that it refused
	 * @param discarded those that it took and let go
	 * @param expired those that it took and that waited for too long
	 */
	record Sample(long at, long ran, long unhandled, long offered, long rejected, long discarded, long expired) {

		static Sample of(Ledger ledger, long now) {
			TaskCounts counts = ledger.counts();
			FailureCounts failures = ledger.failures().counts();
			long rejected = counts.rejected();
			return new Sample(now, counts.succeeded() + counts.failed(),
					failures.of(Handling.UNCAUGHT) + failures.of(Handling.UNOBSERVED), counts.submitted() + rejected,
					rejected, counts.lost(LossReason.DISCARDED), counts.lost(LossReason.EXPIRED));
		}

		Sample minus(Sample before) {
			return new Sample(this.at, this.ran - before.ran, this.unhandled - before.unhandled,
					this.offered - before.offered, this.rejected - before.rejected, this.discarded - before.discarded,
					this.expired - before.expired);
		}

		/**
		 * Return how many tasks the pool refused or let go.
		 */
		long dropped() {
			return this.rejected + this.discarded + this.expired;
		}

	}

}
