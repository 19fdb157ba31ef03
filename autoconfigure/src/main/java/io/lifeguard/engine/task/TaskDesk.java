package io.lifeguard.engine.task;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

import io.lifeguard.ReportSettings;
import io.lifeguard.TaskOwner;
import io.lifeguard.engine.failure.FailureDesk;
import org.jspecify.annotations.Nullable;

/**
 * What the tasks of all pools of an application share.
 */
public final class TaskDesk {

	private final List<Ledger> ledgers = new CopyOnWriteArrayList<>();

	private final UncaughtHandlers uncaughtHandlers = new UncaughtHandlers();

	private final Map<Thread, PoolWait> poolWaits = new ConcurrentHashMap<>();

	private final FailureDesk failures;

	/** There only where tasks have owners, which no application of its own accord has. */
	private volatile @Nullable Supplier<TaskOwner> owner;

	/**
	 * Create a desk without pools.
	 * @param clock tells the time in nanoseconds, as {@link System#nanoTime()} does
	 */
	public TaskDesk(ReportSettings settings, LongSupplier clock) {
		this.failures = new FailureDesk(settings, clock);
	}

	/**
	 * Look for the current task among those of the given pool too.
	 */
	public void add(Ledger ledger) {
		this.ledgers.add(ledger);
	}

	/**
	 * Look for the current task among those of the given pool no more.
	 */
	public void remove(Ledger ledger) {
		this.ledgers.remove(ledger);
	}

	/**
	 * Return the task that the current thread is running, the innermost of several, or
	 * {@code null} if there is none.
	 */
	public @Nullable Task currentTask() {
		return taskOn(Thread.currentThread());
	}

	/**
	 * Return the task that the given thread is running, the innermost of several, or
	 * {@code null} if there is none.
	 */
	public @Nullable Task taskOn(Thread thread) {
		Task innermost = null;
		for (Ledger ledger : this.ledgers) {
			Task task = ledger.running().on(thread);
			if (task != null && (innermost == null || task.startedAfter(innermost))) {
				innermost = task;
			}
		}
		return innermost;
	}

	/**
	 * Return the task that a thread of the given name is running, also while it deals
	 * with the task's failure, or {@code null} if there is none.
	 */
	public @Nullable Task taskOn(String threadName) {
		for (Ledger ledger : this.ledgers) {
			Task task = ledger.running().on(threadName);
			if (task != null) {
				return task;
			}
		}
		return null;
	}

	/**
	 * Return who answers for what the current thread submits, or {@code null} if nobody
	 * does.
	 */
	@Nullable TaskOwner currentOwner() {
		Supplier<TaskOwner> owner = this.owner;
		return (owner != null) ? owner.get() : null;
	}

	/**
	 * Ask the given supplier who answers for what the current thread submits.
	 */
	public void setOwner(Supplier<TaskOwner> owner) {
		this.owner = owner;
	}

	Map<Thread, PoolWait> poolWaits() {
		return this.poolWaits;
	}

	/**
	 * Return how the given thread waits for what any thread of a pool may bring about, or
	 * {@code null} if it does not.
	 */
	public @Nullable PoolWait poolWait(Thread thread) {
		return this.poolWaits.get(thread);
	}

	/**
	 * Return what the failures of all pools share.
	 */
	public FailureDesk failures() {
		return this.failures;
	}

	/**
	 * Return what lets the application's own handlers see a failure.
	 */
	public UncaughtHandlers uncaughtHandlers() {
		return this.uncaughtHandlers;
	}

}
