package io.lifeguard.engine.task;

import org.jspecify.annotations.Nullable;

/**
 * A submission that the current thread is just making through code of the application's:
 * that may keep the thread waiting, with the task neither in the queue nor running, and
 * may pass on something else that runs the task.
 */
public final class HandOver implements AutoCloseable {

	private static final ThreadLocal<@Nullable HandOver> current = new ThreadLocal<>();

	private final Submission task;

	/** The one that the task may move from meanwhile. */
	private final Ledger ledger;

	private final @Nullable HandOver around;

	private HandOver(Submission task, @Nullable HandOver around) {
		this.task = task;
		this.ledger = task.ledger();
		this.around = around;
	}

	/**
	 * Note that the current thread submits the given task, until what is returned is
	 * closed.
	 */
	public static HandOver begin(Submission task) {
		HandOver handOver = new HandOver(task, current.get());
		current.set(handOver);
		handOver.ledger.handOvers().incrementAndGet();
		return handOver;
	}

	/**
	 * Return the task that the current thread is submitting, the innermost of several, or
	 * {@code null} if it is none that has been noted.
	 */
	public static @Nullable Submission currentTask() {
		HandOver handOver = current.get();
		return (handOver != null) ? handOver.task : null;
	}

	@Override
	public void close() {
		this.ledger.handOvers().decrementAndGet();
		if (this.around != null) {
			current.set(this.around);
		}
		else {
			current.remove();
		}
	}

}
