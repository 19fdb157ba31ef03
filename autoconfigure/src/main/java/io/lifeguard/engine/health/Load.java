package io.lifeguard.engine.health;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

import io.lifeguard.Outcome;
import io.lifeguard.PoolSnapshot;
import io.lifeguard.TaskTimes;
import io.lifeguard.engine.task.Ledger;
import io.lifeguard.engine.task.Task;
import org.jspecify.annotations.Nullable;

/**
 * What a pool had to do in the last five minutes, or since its first task: computed from
 * samples of its counters, so that a task pays nothing for it. Sampled on one thread,
 * read on any.
 */
public final class Load {

	/** Nanoseconds of the past that are looked at. */
	static final long WINDOW = TimeUnit.MINUTES.toNanos(5);

	/**
	 * Nanoseconds between two samples that are kept: so the window is that much too long.
	 */
	private static final long PERIOD = TimeUnit.SECONDS.toNanos(10);

	private static final double NANOS = TimeUnit.SECONDS.toNanos(1);

	private final Ledger ledger;

	private final Deque<Sample> samples = new ArrayDeque<>();

	private Sample first;

	/** The most tasks that were seen running at once since the last kept sample. */
	private int peak;

	/**
	 * Create the load of a pool that has done nothing yet.
	 */
	public Load(Ledger ledger) {
		this.ledger = ledger;
		this.first = Sample.of(ledger, System.nanoTime(), 0);
	}

	/**
	 * Take a sample.
	 * @param now the time in nanoseconds
	 */
	public synchronized void tick(long now) {
		this.peak = Math.max(this.peak, this.ledger.running().size());
		Sample last = this.samples.peekLast();
		if (last == null) {
			this.first = Sample.of(this.ledger, now, this.peak);
			if (this.first.submitted > 0) {
				this.samples.add(this.first);
			}
			return;
		}
		if (now - last.at < PERIOD) {
			return;
		}
		this.samples.add(Sample.of(this.ledger, now, this.peak));
		this.peak = 0;
		while (this.samples.size() > 1 && now - this.samples.getFirst().at > WINDOW + PERIOD) {
			this.first = this.samples.removeFirst();
		}
	}

	/**
	 * Return the load up to now.
	 * @param now the time in nanoseconds
	 */
	public synchronized Measured upTo(long now) {
		Sample current = Sample.of(this.ledger, now, this.ledger.running().size());
		int peak = Math.max(this.peak, current.peak);
		for (Sample sample : this.samples) {
			peak = Math.max(peak, sample.peak);
		}
		return new Measured(this.first, current, peak);
	}

	/**
	 * The counters at one moment.
	 *
	 * @param ran how many tasks have ended that ran
	 * @param runNanos for how long those ran
	 * @param busyNanos for how long they and those that run now have run
	 * @param started how many tasks have waited that ran
	 * @param waitNanos for how long those waited
	 */
	private record Sample(long at, long submitted, long ran, long runNanos, long busyNanos, long started,
			long waitNanos, int peak) {

		static Sample of(Ledger ledger, long now, int peak) {
			long ran = 0;
			long runNanos = 0;
			for (Outcome outcome : Outcome.values()) {
				TaskTimes times = ledger.times().run(outcome);
				ran += times.count();
				runNanos += times.total();
			}
			long busyNanos = runNanos;
			long asked = System.nanoTime();
			for (Task task : ledger.running().tasks()) {
				busyNanos += Math.max(0, task.runningFor(asked));
			}
			TaskTimes waits = ledger.times().waits();
			return new Sample(now, ledger.counts().submitted(), ran, runNanos, busyNanos, waits.count(), waits.total(),
					peak);
		}

	}

	/**
	 * A load over some time.
	 */
	public static final class Measured {

		private final long nanos;

		private final long submitted;

		private final long ran;

		private final double meanRun;

		private final double busy;

		private final double meanWait;

		private final int peak;

		Measured(Sample from, Sample to, int peak) {
			this.nanos = Math.max(1, to.at - from.at);
			this.submitted = to.submitted - from.submitted;
			this.ran = to.ran - from.ran;
			this.busy = (double) Math.max(0, to.busyNanos - from.busyNanos) / this.nanos;
			// Where none has ended yet, those that run have taken that long at least
			this.meanRun = (this.ran > 0) ? (double) (to.runNanos - from.runNanos) / this.ran
					: (to.peak > 0) ? (double) (to.busyNanos - to.runNanos) / to.peak : 0;
			long started = to.started - from.started;
			this.meanWait = (started > 0) ? (double) (to.waitNanos - from.waitNanos) / started : 0;
			this.peak = peak;
		}

		/**
		 * Return the nanoseconds that were looked at.
		 */
		long nanos() {
			return this.nanos;
		}

		/**
		 * Return how many tasks have run to their end.
		 */
		long ran() {
			return this.ran;
		}

		/**
		 * Return the most tasks that were seen running at once.
		 */
		int peak() {
			return this.peak;
		}

		/**
		 * Return the mean nanoseconds that a task ran.
		 */
		double meanRun() {
			return this.meanRun;
		}

		/**
		 * Return the mean nanoseconds that a task waited.
		 */
		double meanWait() {
			return this.meanWait;
		}

		/**
		 * Return how many threads the arriving work keeps busy: arrivals times mean run
		 * time.
		 */
		public double demand() {
			return this.submitted / (this.nanos / NANOS) * (this.meanRun / NANOS);
		}

		/**
		 * Return the load as it is shown, or {@code null} if there was no task yet.
		 */
		public PoolSnapshot.@Nullable Load shown() {
			boolean nothing = this.submitted == 0 && this.busy == 0;
			return nothing ? null : new PoolSnapshot.Load(rounded(this.submitted / (this.nanos / NANOS)),
					rounded(this.busy), rounded(demand()), Duration.ofNanos((long) this.meanWait));
		}

		private static double rounded(double value) {
			return Math.round(value * 100) / 100.0;
		}

	}

}
