package io.lifeguard.engine.task;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

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

	private final AtomicLong notices = new AtomicLong();

	private final Set<Submission> waiting = new LinkedHashSet<>();

	/**
	 * Remember a task that is lost.
	 */
	void add(Submission task) {
		if (Notices.contain(task.body())) {
			this.notices.incrementAndGet();
		}
		else {
			count(this.names, task);
		}
	}

	/**
	 * Return how many of the tasks nobody misses once the application has closed.
	 */
	synchronized long notices() {
		return this.notices.get() + this.waiting.stream()
			.filter(Submission::isQueued)
			.map(Submission::body)
			.filter(Notices::contain)
			.count();
	}

	/**
	 * Remember what waits in the queue of a pool that closes now: executors throw tasks
	 * away without a word.
	 */
	synchronized void expect(List<Submission> queue) {
		this.waiting.removeIf((task) -> !task.isQueued());
		for (Submission task : queue) {
			if (this.waiting.size() < MAX_WAITING) {
				this.waiting.add(task);
			}
		}
	}

	/**
	 * Return the names of what is lost, or was waiting and still is.
	 */
	synchronized Map<String, Long> names() {
		Map<String, Long> all = new ConcurrentHashMap<>(this.names);
		this.waiting.stream()
			.filter(Submission::isQueued)
			.filter((task) -> !Notices.contain(task.body()))
			.forEach((task) -> count(all, task));
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
