package io.lifeguard.engine.task;

import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

import io.lifeguard.LossReason;
import io.lifeguard.PoolSnapshot;

/**
 * The numbers of a pool, each kept once: all that is shown anywhere is read from here.
 */
public final class TaskCounts {

	private final RunningTasks running;

	final UnseenTasks unseen = new UnseenTasks();

	final LongAdder submitted = new LongAdder();

	final LongAdder failed = new LongAdder();

	final LongAdder cancelled = new LongAdder();

	final LongAdder rejected = new LongAdder();

	/** Tasks for which there was no room, whatever became of them. */
	final LongAdder refused = new LongAdder();

	final LongAdder shutdown = new LongAdder();

	final LongAdder discarded = new LongAdder();

	final LongAdder expired = new LongAdder();

	final LongAdder timedOut = new LongAdder();

	/** Tasks that have left the queue without a word: written by one thread only. */
	private volatile long missing;

	TaskCounts(RunningTasks running) {
		this.running = running;
	}

	/**
	 * Return how many tasks were accepted.
	 */
	public long submitted() {
		return this.submitted.sum();
	}

	/**
	 * Return how many tasks succeeded.
	 */
	public long succeeded() {
		return this.running.succeeded() + this.unseen.succeeded();
	}

	/**
	 * Return the tasks that go into the pool as they are.
	 */
	public UnseenTasks unseen() {
		return this.unseen;
	}

	/**
	 * Return how many tasks failed.
	 */
	public long failed() {
		return this.failed.sum();
	}

	/**
	 * Return how many tasks were not accepted.
	 */
	public long rejected() {
		return this.rejected.sum();
	}

	/**
	 * Return for how many tasks the executor has had no room, and so has rejected or
	 * discarded them or others in their place.
	 */
	public long refused() {
		return this.refused.sum();
	}

	/**
	 * Return how many tasks ran into their time limit.
	 */
	public long timedOut() {
		return this.timedOut.sum();
	}

	/**
	 * Return how many tasks were accepted and never run, for the given reason.
	 */
	public long lost(LossReason reason) {
		return of(reason).sum() + ((reason == LossReason.DISCARDED) ? this.missing : 0);
	}

	private long lost() {
		return this.shutdown.sum() + this.discarded.sum() + this.expired.sum() + this.missing;
	}

	/**
	 * Count as many tasks as discarded, instead of those so counted before: they are
	 * neither waiting nor running, and nothing has told what became of them.
	 */
	public void missing(long missing) {
		this.missing = missing;
	}

	/**
	 * Return how many of the tasks submitted are neither waiting nor running nor ended:
	 * at most, for whatever moves on meanwhile is counted twice, not never. Those that
	 * {@link #missing(long) are missing} are among them.
	 * @param waiting returns how many wait
	 * @param held returns how many threads of the executor have a task in hand, whether
	 * it has begun or not
	 */
	public long unaccounted(LongSupplier waiting, LongSupplier held) {
		// In the order in which tasks flow
		long left = this.submitted.sum();
		left -= waiting.getAsLong();
		left -= Math.max(held.getAsLong(), this.running.size());
		left -= succeeded() + this.failed.sum() + this.cancelled.sum();
		return left - (lost() - this.missing);
	}

	LongAdder of(LossReason reason) {
		return switch (reason) {
			case SHUTDOWN -> this.shutdown;
			case DISCARDED -> this.discarded;
			case EXPIRED -> this.expired;
		};
	}

	/**
	 * Return the numbers of tasks.
	 * @param terminated whether a task that has not begun by now never will
	 */
	public PoolSnapshot.Tasks snapshot(boolean terminated) {
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

}
