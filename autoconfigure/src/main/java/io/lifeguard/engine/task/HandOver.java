package io.lifeguard.engine.task;

import java.util.ArrayDeque;
import java.util.Deque;

import org.jspecify.annotations.Nullable;

/**
 * The submissions that a thread is just making through code of the application's: that
 * may keep the thread waiting, with the task neither in the queue nor running, and may
 * pass on something else that runs the task. There is one object a thread, however much
 * it submits.
 */
public final class HandOver implements AutoCloseable {

	private static final ThreadLocal<HandOver> current = ThreadLocal.withInitial(HandOver::new);

	private final Deque<Submission> tasks = new ArrayDeque<>(2);

	/** Each of the pool that its task was submitted to, which it may have left since. */
	private final Deque<Ledger> ledgers = new ArrayDeque<>(2);

	private HandOver() {
	}

	/**
	 * Note that the current thread submits the given task, until what is returned is
	 * closed.
	 */
	public static HandOver begin(Submission task) {
		HandOver handOver = current.get();
		handOver.tasks.push(task);
		handOver.ledgers.push(task.ledger());
		task.ledger().handOvers().incrementAndGet();
		return handOver;
	}

	/**
	 * Return the task that the current thread is submitting, the innermost of several, or
	 * {@code null} if it is none that has been noted.
	 */
	public static @Nullable Submission currentTask() {
		return current.get().tasks.peek();
	}

	@Override
	public void close() {
		this.tasks.pop();
		this.ledgers.pop().handOvers().decrementAndGet();
	}

}
