package io.lifeguard.engine.health;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.LockSupport;

import io.lifeguard.engine.health.DeadlockSearch.Need;
import io.lifeguard.engine.task.Ledger;
import io.lifeguard.engine.task.ObservedFutureTask;
import io.lifeguard.engine.task.PoolWait;
import io.lifeguard.engine.task.Submission;
import io.lifeguard.engine.task.Task;
import io.lifeguard.engine.task.TaskDesk;
import io.lifeguard.support.Sideline;
import org.jspecify.annotations.Nullable;

/**
 * Shows what the threads of pools wait for. A waiting thread costs nothing for that: the
 * JVM knows what it is {@linkplain LockSupport#getBlocker parked on}. With {@code get} of
 * a {@link FutureTask} that is the future itself, and the guard's leads to its task. With
 * a {@link CompletableFuture}, and with others' futures that are merely executed, it is
 * something attached to the future, which is found by going there from the tasks that are
 * to end it.
 */
final class ThreadLook implements DeadlockSearch.Look<PoolMonitor, Thread> {

	/** Waiting tasks of all pools that are looked at, so that others get their turn. */
	private static final int MAX_QUEUED = 100_000;

	private final Collection<PoolMonitor> monitors;

	private final Sideline sideline;

	private final IdentityHashMap<Ledger, PoolMonitor> byLedger = new IdentityHashMap<>();

	private @Nullable IdentityHashMap<Object, List<Submission>> waiters;

	/**
	 * Create a look.
	 * @param sideline where to call what may be the application's
	 */
	ThreadLook(Collection<PoolMonitor> monitors, Sideline sideline) {
		this.monitors = monitors;
		this.sideline = sideline;
	}

	@Override
	public Map<PoolMonitor, Collection<Thread>> full() {
		Map<PoolMonitor, Collection<Thread>> full = new HashMap<>();
		for (PoolMonitor monitor : this.monitors) {
			// As nearly always. There are no more threads than tasks
			if (!monitor.isFull(monitor.ledger().running().size())) {
				continue;
			}
			Set<Thread> threads = monitor.threads();
			if (threads.stream().allMatch((thread) -> awaited(thread) != null) && monitor.isFull(threads.size())) {
				full.put(monitor, threads);
			}
		}
		if (!full.isEmpty()) {
			Map<Thread, Task> outermost = outermost();
			full.forEach((monitor, threads) -> threads.removeIf((thread) -> {
				Task task = outermost.get(thread);
				return task != null && task.ledger() != monitor.ledger();
			}));
			full.entrySet().removeIf((pool) -> !pool.getKey().isFull(pool.getValue().size()));
		}
		return full;
	}

	/**
	 * Return the task that each thread began first: it is a thread of that one's pool,
	 * whatever others it runs for.
	 */
	private Map<Thread, Task> outermost() {
		Map<Thread, Task> outermost = new HashMap<>();
		for (PoolMonitor monitor : this.monitors) {
			for (Task task : monitor.ledger().running().tasks()) {
				Thread thread = task.thread();
				if (thread != null) {
					outermost.merge(thread, task, (one, other) -> one.startedAfter(other) ? other : one);
				}
			}
		}
		return outermost;
	}

	@Override
	public @Nullable Object awaited(Thread thread) {
		if (thread.getState() != Thread.State.WAITING) {
			return null;
		}
		Object blocker = LockSupport.getBlocker(thread);
		return (blocker instanceof FutureTask || isWaiter(blocker)) ? blocker : poolWait(thread);
	}

	/**
	 * Whether the given object is what threads are parked on that wait for a completable
	 * future.
	 */
	private static boolean isWaiter(@Nullable Object blocker) {
		return blocker instanceof CompletableFuture.AsynchronousCompletionTask
				&& blocker instanceof ForkJoinPool.ManagedBlocker;
	}

	private @Nullable PoolWait poolWait(Thread thread) {
		TaskDesk desk = this.monitors.iterator().next().ledger().desk(); // which all
																			// share
		PoolWait wait = desk.poolWait(thread);
		Task task = (wait != null) ? desk.taskOn(thread) : null;
		return (task != null && wait != null && wait.isLeftFor(task)) ? null : wait;
	}

	@Override
	public Set<Need<PoolMonitor, Thread>> needs(Thread thread, Object awaited) {
		if (isTimed(thread)) {
			return Set.of();
		}
		Set<Need<PoolMonitor, Thread>> needs = ConcurrentHashMap.newKeySet();
		if (awaited instanceof PoolWait wait) {
			needs.add(Need.of(monitor(wait.ledger())));
		}
		else if (awaited instanceof ObservedFutureTask<?> future && future.task() == null) {
			if (!future.isDone()) {
				needs.add(Need.of(monitor(future.ledger())));
			}
		}
		else if (awaited instanceof ObservedFutureTask<?> future) {
			add(future.task(), needs);
		}
		else if (waiters().containsKey(awaited)) {
			waiters().getOrDefault(awaited, List.of()).forEach((task) -> add(task, needs));
		}
		else if (awaited instanceof FutureTask) {
			// Made by an executor of what the guard gave it, which its text leads to
			this.sideline.attempt(() -> add(Submission.within(awaited), needs));
		}
		return needs;
	}

	/**
	 * Whether the given thread waits with a time limit after all. JDK 21 does not tell
	 * that by the state of a virtual thread.
	 */
	private static boolean isTimed(Thread thread) {
		for (StackTraceElement frame : thread.getStackTrace()) {
			if (frame.getMethodName().equals("parkNanos") || frame.getMethodName().equals("parkUntil")) {
				return true;
			}
			if (frame.getClassName().equals(LockSupport.class.getName())) {
				return false;
			}
		}
		return true; // it is on its way
	}

	private void add(@Nullable Submission awaited, Set<Need<PoolMonitor, Thread>> needs) {
		Thread thread = (awaited instanceof Task task) ? task.thread() : null;
		if (thread != null) {
			needs.add(Need.ofThread(thread));
		}
		else if (awaited != null && awaited.isQueued()) {
			needs.add(Need.of(monitor(awaited.ledger())));
		}
	}

	private @Nullable PoolMonitor monitor(Ledger ledger) {
		if (this.byLedger.isEmpty()) {
			this.monitors.forEach((monitor) -> this.byLedger.put(monitor.ledger(), monitor));
		}
		return this.byLedger.get(ledger);
	}

	/**
	 * Return the tasks that end the futures which threads wait for, by what those are
	 * parked on.
	 */
	private IdentityHashMap<Object, List<Submission>> waiters() {
		IdentityHashMap<Object, List<Submission>> waiters = this.waiters;
		if (waiters == null) {
			waiters = new IdentityHashMap<>();
			this.waiters = waiters;
			int left = MAX_QUEUED;
			for (PoolMonitor monitor : this.monitors) {
				List<Submission> tasks = new ArrayList<>(monitor.ledger().running().tasks());
				tasks.addAll(monitor.queued(left));
				left = Math.max(0, left - tasks.size());
				for (Submission task : tasks) {
					for (Object waiter : task.waiters()) {
						waiters.computeIfAbsent(waiter, (key) -> new ArrayList<>()).add(task);
					}
				}
			}
		}
		return waiters;
	}

}
