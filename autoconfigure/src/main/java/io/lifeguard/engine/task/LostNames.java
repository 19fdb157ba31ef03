package io.lifeguard.engine.task;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.lifeguard.engine.failure.TaskNames;

/**
 * Remembers by name which tasks a pool has lost, or is about to lose as it closes.
 */
final class LostNames {

	/**
	 * Names remembered at most; tasks of other names are only counted.
	 */
	static final int MAX_NAMES = 100;

	/**
	 * Tasks taken from the queue of a pool that closes at most.
	 */
	static final int MAX_WAITING = 1000;

	private final Map<String, Long> names = new ConcurrentHashMap<>();

	private final List<Submission> waiting = new ArrayList<>();

	/**
	 * Remember a task that is lost.
	 */
	void add(Submission task) {
		count(this.names, task);
	}

	/**
	 * Remember what waits in the queue of a pool that closes now: executors throw tasks
	 * away without a word.
	 */
	synchronized void expect(Iterable<Runnable> queue) {
		for (Runnable queued : queue) {
			Submission task = Task.of(queued);
			if (task != null && this.waiting.size() < MAX_WAITING) {
				this.waiting.add(task);
			}
		}
	}

	/**
	 * Return the names of what is lost, or was waiting and still is.
	 */
	synchronized Map<String, Long> names() {
		Map<String, Long> all = new ConcurrentHashMap<>(this.names);
		this.waiting.stream().filter(Submission::isQueued).forEach((task) -> count(all, task));
		Map<String, Long> sorted = new LinkedHashMap<>();
		all.entrySet()
			.stream()
			.sorted(Map.Entry.<String, Long>comparingByValue().reversed().thenComparing(Map.Entry.comparingByKey()))
			.forEach((name) -> sorted.put(name.getKey(), name.getValue()));
		return sorted;
	}

	private static void count(Map<String, Long> names, Submission task) {
		String name = TaskNames.ofSubmitted(task.body());
		if (names.size() < MAX_NAMES || names.containsKey(name)) {
			names.merge(name, 1L, Long::sum);
		}
	}

}
