package io.lifeguard.engine.health;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReferenceArray;

import io.lifeguard.engine.executor.ExecutorView;
import io.lifeguard.engine.failure.TaskNames;
import io.lifeguard.engine.task.Ledger;
import io.lifeguard.engine.task.Submission;
import io.lifeguard.engine.task.Task;
import io.lifeguard.support.Durations;
import io.lifeguard.support.Frames;
import org.jspecify.annotations.Nullable;

/**
 * What a pool's threads are doing at one moment: which tasks they run, and where each
 * kind of those is. Looks at stacks and into a queue, where code of the application may
 * answer: so it is run where that may hang, and says of what has not answered only what
 * can be said without.
 */
final class Occupation implements Runnable {

	/** Threads looked at most: those that have been at their tasks for longest. */
	static final int MAX_THREADS = 100;

	/** Kinds of tasks told most. */
	static final int MAX_KINDS = 10;

	/** Entries of a queue among which the oldest is looked for. */
	private static final int MAX_WAITING = 1000;

	private static final StackTraceElement[] NO_STACK = {};

	private final List<Task> tasks;

	private final AtomicReferenceArray<@Nullable Occupied> seen;

	private final ExecutorView view;

	/** How many tasks run that are not looked at. */
	private final int omitted;

	private volatile @Nullable String oldest;

	private volatile boolean done;

	/**
	 * Note which tasks are running now.
	 */
	Occupation(Ledger ledger, ExecutorView view) {
		int running = ledger.running().size();
		List<Task> longest = ledger.running().longest(MAX_THREADS);
		this.omitted = (longest.size() < MAX_THREADS) ? 0 : running - longest.size();
		this.tasks = innermost(longest);
		this.seen = new AtomicReferenceArray<>(this.tasks.size());
		this.view = view;
	}

	/**
	 * Return the given tasks without those within which their thread runs another, as a
	 * refused one in its submitter.
	 */
	private static List<Task> innermost(List<Task> longestFirst) {
		IdentityHashMap<Thread, Task> innermost = new IdentityHashMap<>();
		for (Task task : longestFirst) {
			Thread thread = task.thread();
			if (thread != null) {
				innermost.put(thread, task);
			}
		}
		return List.copyOf(innermost.values());
	}

	/**
	 * Look where the tasks are, and which has been waiting for longest.
	 */
	@Override
	public void run() {
		try {
			for (int i = 0; i < this.tasks.size(); i++) {
				Task task = this.tasks.get(i);
				StackTraceElement[] stack = stack(task.thread());
				this.seen.set(i, new Occupied(TaskNames.ofRunning(task.body(), stack), stack));
			}
			this.oldest = oldest();
		}
		finally {
			this.done = true;
		}
	}

	private static StackTraceElement[] stack(@Nullable Thread thread) {
		try {
			return (thread != null) ? thread.getStackTrace() : NO_STACK;
		}
		catch (RuntimeException ex) { // a thread of the application's own class
			return NO_STACK;
		}
	}

	private @Nullable String oldest() {
		long now = System.nanoTime();
		return this.view.waiting(MAX_WAITING)
			.stream()
			.filter(Submission::isQueued)
			.max(Comparator.comparingLong((task) -> task.waitingFor(now)))
			.filter((task) -> task.waitingFor(now) > 0)
			.map((task) -> TaskNames.ofSubmitted(task.body()) + ", for " + Durations.text(task.waitingFor(now)))
			.orElse(null);
	}

	/**
	 * Whether all has been looked at.
	 */
	boolean isDone() {
		return this.done;
	}

	/**
	 * Return which task has been waiting for longest, and for how long, or {@code null}
	 * if none is seen.
	 */
	@Nullable String longestWaiting() {
		return this.oldest;
	}

	/**
	 * Return the kinds of tasks that the threads run, the most frequent first.
	 */
	List<Kind> kinds() {
		Map<String, List<Occupied>> kinds = new LinkedHashMap<>();
		for (int i = 0; i < this.tasks.size(); i++) {
			Occupied seen = this.seen.get(i);
			if (seen == null) {
				seen = new Occupied(TaskNames.ofSubmitted(this.tasks.get(i).body()), NO_STACK);
			}
			kinds.computeIfAbsent(seen.task, (name) -> new ArrayList<>()).add(seen);
		}
		return kinds.values()
			.stream()
			.map(Kind::of)
			.sorted(Comparator.comparingInt(Kind::threads).reversed().thenComparing(Kind::task))
			.limit(MAX_KINDS)
			.toList();
	}

	/**
	 * Return how many running tasks are of none of the given kinds, or not looked at.
	 */
	int others(List<Kind> kinds) {
		return Math.max(0, this.omitted) + this.tasks.size() - kinds.stream().mapToInt(Kind::threads).sum();
	}

	/**
	 * A thread with its task.
	 */
	@SuppressWarnings("ArrayRecordComponent") // never compared
	private record Occupied(String task, StackTraceElement[] stack) {

		/**
		 * Return the innermost frame of the application's, or else of whoever's, as far
		 * as there is one.
		 */
		String place() {
			StackTraceElement first = Frames.first(Arrays.asList(this.stack));
			StackTraceElement frame = (first != null) ? first : (this.stack.length > 0) ? this.stack[0] : null;
			return (frame != null) ? text(frame) : "";
		}

		/**
		 * Return the frame as it is printed, without loader and module.
		 */
		private static String text(StackTraceElement frame) {
			String text = frame.toString();
			return text.substring(text.lastIndexOf('/', text.indexOf('(')) + 1);
		}

	}

	/**
	 * A kind of task.
	 *
	 * @param task its name
	 * @param threads how many threads run it
	 * @param place where most of them are, empty if that can't be seen
	 * @param atPlace how many are there
	 * @param stack the stack of one of those
	 */
	@SuppressWarnings("ArrayRecordComponent") // never compared
	record Kind(String task, int threads, String place, int atPlace, StackTraceElement[] stack) {

		static Kind of(List<Occupied> threads) {
			Map<String, List<Occupied>> places = new LinkedHashMap<>();
			for (Occupied thread : threads) {
				places.computeIfAbsent(thread.place(), (place) -> new ArrayList<>()).add(thread);
			}
			Map.Entry<String, List<Occupied>> most = places.entrySet()
				.stream()
				.max(Comparator.comparingInt((entry) -> entry.getValue().size()))
				.orElseThrow();
			Occupied one = most.getValue().get(0);
			return new Kind(one.task, threads.size(), most.getKey(), most.getValue().size(), one.stack);
		}

		@Override
		public String toString() {
			String share = (this.threads == 1) ? " at "
					: (this.atPlace == this.threads) ? ", all at " : ", " + this.atPlace + " of them at ";
			return this.threads + " " + this.task + (this.place.isEmpty() ? "" : share + this.place);
		}

	}

}
