package io.lifeguard.engine.task;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.function.ToLongFunction;

import org.jspecify.annotations.Nullable;

/**
 * The tasks that a pool is running, each in a {@link TaskSlot slot} of its own from its
 * start to its end.
 * <p>
 * <b>Taking a slot.</b> The hash of the thread's id is where the search begins, so that a
 * worker finds the slot it had before, mostly free and still in its cache: one
 * compare-and-set. After eight occupied slots the search goes on in the next segment; if
 * all segments are as full there, one more is added by whoever comes first, without a
 * lock: a thread whose stack or memory is at its end would never give that back. Leaving
 * a slot is two plain stores. No map and no thread-local: that suits a few platform
 * threads as well as a hundred thousand virtual ones.
 * <p>
 * <b>Growing.</b> Segments are only ever added, in a new array that one compare-and-set
 * publishes. A slot, once made, stays in its place, so a reader that holds an older array
 * misses only tasks that began after it looked. The table does not shrink: it keeps the
 * sums that were counted in it.
 * <p>
 * <b>Counting.</b> Whoever holds a slot is alone in writing to it. So what every task
 * adds to is kept there, where it needs no atomic addition, and summed up over the slots
 * when it is read. Each slot leads to the one made before it: of a pool with eight
 * threads, eight slots are read and not 256 places. It can be found there before it can
 * be taken, so what is counted in it can always be found.
 */
public final class RunningTasks {

	private static final int FIRST_SEGMENT = 256;

	private static final int NEXT_SEGMENTS = 1024;

	private static final int PROBES = 8;

	private static final AtomicReferenceFieldUpdater<RunningTasks, Segment[]> SEGMENTS = AtomicReferenceFieldUpdater
		.newUpdater(RunningTasks.class, Segment[].class, "segments");

	private static final AtomicReferenceFieldUpdater<RunningTasks, TaskSlot> LAST = AtomicReferenceFieldUpdater
		.newUpdater(RunningTasks.class, TaskSlot.class, "last");

	private volatile Segment[] segments = { new Segment(FIRST_SEGMENT) };

	/** The slot made last. */
	private volatile @Nullable TaskSlot last;

	/**
	 * Put the task into a free slot.
	 * @return the slot, to be left at the task's end
	 */
	TaskSlot add(Task task) {
		int spread = spread(Thread.currentThread());
		while (true) {
			Segment[] current = this.segments;
			int number = (current.length > 1) ? spread % current.length : 0;
			for (int i = 0; i < current.length; i++) {
				TaskSlot slot = current[number].claim(spread, task);
				if (slot != null) {
					return slot;
				}
				number = (number + 1 < current.length) ? number + 1 : 0;
			}
			grow(current);
		}
	}

	public int size() {
		return (int) sum((slot) -> (slot.task() != null) ? 1 : 0);
	}

	/**
	 * Return how many tasks have succeeded so far.
	 */
	long succeeded() {
		return sum(TaskSlot::successes);
	}

	/**
	 * Return the tasks that are running now.
	 */
	public List<Task> tasks() {
		List<Task> tasks = new ArrayList<>();
		for (TaskSlot slot = this.last; slot != null; slot = slot.before()) {
			Task task = slot.task();
			if (task != null && slot.thread() != null) { // or else it is just beginning
				tasks.add(task);
			}
		}
		return tasks;
	}

	/**
	 * Return the tasks that have been running for longest, those first.
	 * @param max how many at most
	 */
	public List<Task> longest(int max) {
		Comparator<Task> order = (one, other) -> one.startedAfter(other) ? 1 : other.startedAfter(one) ? -1 : 0;
		PriorityQueue<Task> longest = new PriorityQueue<>(max, order.reversed());
		for (Task task : tasks()) {
			Task last = (longest.size() == max) ? longest.peek() : null;
			if (last == null) {
				longest.add(task);
			}
			else if (last.startedAfter(task)) {
				longest.remove();
				longest.add(task);
			}
		}
		return longest.stream().sorted(order).toList();
	}

	/**
	 * Return the task that the given thread is running, the innermost of several.
	 */
	@Nullable Task on(Thread thread) {
		int spread = spread(thread);
		Task innermost = null;
		for (Segment segment : this.segments) {
			for (int probe = 0; probe < PROBES; probe++) {
				TaskSlot slot = segment.getAcquire(segment.index(spread, probe));
				Task task = (slot != null) ? slot.task() : null;
				if (task != null && slot.thread() == thread && (innermost == null || task.startedAfter(innermost))) {
					innermost = task;
				}
			}
		}
		return innermost;
	}

	/**
	 * Return the task that a thread of the given name is running, also while it deals
	 * with the task's failure.
	 */
	@Nullable Task on(String threadName) {
		for (TaskSlot slot = this.last; slot != null; slot = slot.before()) {
			Task task = slot.taskOn(threadName);
			if (task != null) {
				return task;
			}
		}
		return null;
	}

	/**
	 * Return the tasks that the current thread began to run after the given one, the
	 * innermost first.
	 */
	List<Task> startedAfter(Task task) {
		Thread thread = Thread.currentThread();
		return tasks().stream()
			.filter((other) -> other.startedAfter(task) && other.thread() == thread)
			.sorted((one, other) -> one.startedAfter(other) ? -1 : 1)
			.toList();
	}

	/**
	 * Return the sum of what has been counted in all slots.
	 */
	long sum(ToLongFunction<TaskSlot> number) {
		long sum = 0;
		for (TaskSlot slot = this.last; slot != null; slot = slot.before()) {
			sum += number.applyAsLong(slot);
		}
		return sum;
	}

	private TaskSlot newSlot() {
		TaskSlot slot = new TaskSlot();
		do {
			slot.follow(this.last);
		}
		while (!LAST.compareAndSet(this, slot.before(), slot));
		return slot;
	}

	@SuppressWarnings("deprecation") // threadId() came with Java 19
	private static int spread(Thread thread) {
		return (int) ((thread.getId() * 0x9E3779B97F4A7C15L) >>> 40);
	}

	private void grow(Segment[] full) {
		Segment[] larger = Arrays.copyOf(full, full.length + 1);
		larger[full.length] = new Segment(NEXT_SEGMENTS);
		SEGMENTS.compareAndSet(this, full, larger); // or else another thread has
	}

	private final class Segment extends AtomicReferenceArray<@Nullable TaskSlot> {

		Segment(int length) {
			super(length);
		}

		int index(int spread, int probe) {
			return (spread + probe) & (length() - 1);
		}

		@Nullable TaskSlot claim(int spread, Task task) {
			for (int probe = 0; probe < PROBES; probe++) {
				int index = index(spread, probe);
				TaskSlot slot = getAcquire(index);
				if (slot == null) {
					compareAndSet(index, null, newSlot());
					slot = getAcquire(index);
				}
				if (slot != null && slot.claim(task)) {
					return slot;
				}
			}
			return null;
		}

	}

}
