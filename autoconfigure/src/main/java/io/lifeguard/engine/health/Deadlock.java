package io.lifeguard.engine.health;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.lifeguard.engine.task.RunningTasks;
import io.lifeguard.engine.task.Task;

/**
 * Tells that a pool starves itself: each thread it may have waits for a task of the same
 * pool, which none of them is free to run. Confined to one thread.
 */
final class Deadlock {

	/**
	 * Nanoseconds for which nothing has to move until it is called a deadlock.
	 */
	private static final long PATIENCE = TimeUnit.SECONDS.toNanos(1);

	private List<Task> waiting = List.of();

	private long since;

	/**
	 * Return the tasks that wait for each other, or none if there is no deadlock.
	 * @param threads the most threads that the pool may have
	 * @param now the time in nanoseconds
	 */
	List<Task> update(RunningTasks running, int threads, long now) {
		List<Task> waiting = waiting(running, threads);
		if (!waiting.equals(this.waiting)) {
			this.waiting = waiting;
			this.since = now;
		}
		return (now - this.since >= PATIENCE) ? waiting : List.of();
	}

	private static List<Task> waiting(RunningTasks running, int threads) {
		if (threads == Integer.MAX_VALUE) {
			return List.of(); // there is always another thread
		}
		List<Task> waiting = new ArrayList<>();
		for (Task task : running.tasks()) {
			if (task.isWaiting()) {
				waiting.add(task);
			}
		}
		return (waiting.size() >= threads && areAllThatRun(waiting, running)) ? waiting : List.of();
	}

	/**
	 * Whether no thread is busy with anything else. A thread that runs a task within a
	 * task, as a rejected one in its caller, is busy with the inner one.
	 */
	private static boolean areAllThatRun(List<Task> waiting, RunningTasks running) {
		IdentityHashMap<Thread, Task> innermost = new IdentityHashMap<>();
		for (Task task : running.tasks()) {
			innermost.merge(task.thread(), task, (one, other) -> other.startedAfter(one) ? other : one);
		}
		return waiting.containsAll(innermost.values());
	}

}
