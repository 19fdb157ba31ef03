package io.lifeguard;

import java.time.Duration;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Follows the tasks of a pool that run for longer than its settings allow.
 */
final class StuckTasks {

	/** The tasks that are stuck, and whether anybody was told of each. */
	private final Map<Task, Boolean> known = new IdentityHashMap<>();

	private final RunningTasks running;

	private final long limit;

	StuckTasks(RunningTasks running, Duration limit) {
		this.running = running;
		this.limit = limit.toNanos();
	}

	/**
	 * Return how many tasks are stuck now.
	 */
	int count() {
		int[] stuck = new int[1];
		forEach((task) -> stuck[0]++);
		return stuck[0];
	}

	/**
	 * Tell of the tasks that got stuck or recovered since the last time. Always to be
	 * called by the same thread.
	 * @param stuck told of each that got stuck, returns whether it is to be told when
	 * that one has recovered
	 * @param recovered told of each that has ended
	 */
	void update(Predicate<Task> stuck, Consumer<Task> recovered) {
		this.known.entrySet().removeIf((entry) -> {
			boolean ended = entry.getKey().isEnded();
			if (ended && entry.getValue()) {
				recovered.accept(entry.getKey());
			}
			return ended;
		});
		forEach((task) -> this.known.computeIfAbsent(task, stuck::test));
	}

	private void forEach(Consumer<Task> action) {
		if (this.limit > 0) {
			this.running.forEach((task) -> {
				if (task.runningFor() >= this.limit) {
					action.accept(task);
				}
			});
		}
	}

}
