package io.lifeguard.engine.health;

import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;

import io.lifeguard.engine.task.RunningTasks;
import io.lifeguard.engine.task.Task;

/**
 * Follows the tasks of a pool that run for longer than its settings allow.
 */
final class StuckTasks {

	/**
	 * Most tasks reported at a time, so that no other pool has to wait.
	 */
	private static final int MAX_REPORTED = 20;

	/**
	 * The tasks that are stuck, with the name under which each was reported, if it was.
	 */
	private final IdentityHashMap<Task, Optional<String>> known = new IdentityHashMap<>();

	private final RunningTasks running;

	private final long limit;

	StuckTasks(RunningTasks running, Duration limit) {
		this.running = running;
		this.limit = limit.toNanos();
	}

	/**
	 * Return the tasks that are stuck now.
	 */
	List<Task> now() {
		List<Task> stuck = new ArrayList<>();
		if (this.limit > 0) {
			long now = System.nanoTime();
			for (Task task : this.running.tasks()) {
				if (task.runningFor(now) >= this.limit) {
					stuck.add(task);
				}
			}
		}
		return stuck;
	}

	/**
	 * Notify of the tasks that got stuck or recovered since the last time. Always to be
	 * called by the same thread.
	 * @param stuck called with each that got stuck; returns the name under which it was
	 * reported, if it was
	 * @param recovered called with each reported one that has ended, and its name
	 */
	void update(Function<Task, Optional<String>> stuck, BiConsumer<String, Task> recovered) {
		this.known.entrySet().removeIf((entry) -> {
			Task task = entry.getKey();
			if (task.isEnded()) {
				entry.getValue().ifPresent((name) -> recovered.accept(name, task));
			}
			return task.isEnded();
		});
		int told = 0;
		for (Task task : now()) {
			if (told == MAX_REPORTED) {
				break; // the others next time: each takes a look at its thread's stack
			}
			told += this.known.containsKey(task) ? 0 : 1;
			this.known.computeIfAbsent(task, stuck);
		}
	}

}
