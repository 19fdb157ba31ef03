package io.lifeguard;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * The tasks that a pool is running, each in a slot of its own from its start to its end.
 * <p>
 * Taking a slot is one compare-and-set close to where the thread found one before,
 * leaving it one plain store: no lock, no map, no thread-local, which suits a few
 * platform threads as well as a hundred thousand virtual ones. The table grows to the
 * most tasks that ever ran at once and does not shrink.
 */
final class RunningTasks {

	private static final int FIRST_SEGMENT = 256;

	private static final int SEGMENT_BITS = 10;

	private static final int PROBES = 8;

	private final ReentrantLock growth = new ReentrantLock();

	private volatile Segment[] segments = { new Segment(FIRST_SEGMENT) };

	/**
	 * Put the task into a free slot.
	 * @return the slot's number, to be given to {@link #remove}
	 */
	int add(Task task) {
		int spread = spread(Thread.currentThread());
		while (true) {
			Segment[] current = this.segments;
			for (int i = 0; i < current.length; i++) {
				int number = (spread + i) % current.length;
				int index = current[number].claim(spread, task);
				if (index >= 0) {
					return number << SEGMENT_BITS | index;
				}
			}
			grow(current);
		}
	}

	void remove(int slot) {
		this.segments[slot >>> SEGMENT_BITS].setRelease(slot & ((1 << SEGMENT_BITS) - 1), null);
	}

	int size() {
		int size = 0;
		for (Segment segment : this.segments) {
			for (int i = 0; i < segment.length(); i++) {
				if (segment.getAcquire(i) != null) {
					size++;
				}
			}
		}
		return size;
	}

	void forEach(Consumer<Task> action) {
		for (Segment segment : this.segments) {
			for (int i = 0; i < segment.length(); i++) {
				Task task = segment.getAcquire(i);
				if (task != null) {
					action.accept(task);
				}
			}
		}
	}

	/**
	 * Return the task that the given thread is running, the innermost of several.
	 */
	@Nullable Task on(Thread thread) {
		int spread = spread(thread);
		Task innermost = null;
		for (Segment segment : this.segments) {
			for (int probe = 0; probe < PROBES; probe++) {
				Task task = segment.getAcquire(segment.index(spread, probe));
				if (task != null && task.thread() == thread && (innermost == null || task.startedAfter(innermost))) {
					innermost = task;
				}
			}
		}
		return innermost;
	}

	@SuppressWarnings("deprecation") // threadId() came with Java 19
	private static int spread(Thread thread) {
		return (int) (thread.getId() * 0x9E3779B97F4A7C15L >>> 40);
	}

	private void grow(Segment[] full) {
		this.growth.lock();
		try {
			if (this.segments == full) {
				Segment[] larger = new Segment[full.length + 1];
				System.arraycopy(full, 0, larger, 0, full.length);
				larger[full.length] = new Segment(1 << SEGMENT_BITS);
				this.segments = larger;
			}
		}
		finally {
			this.growth.unlock();
		}
	}

	private static final class Segment extends AtomicReferenceArray<@Nullable Task> {

		Segment(int length) {
			super(length);
		}

		int index(int spread, int probe) {
			return (spread + probe) & (length() - 1);
		}

		int claim(int spread, Task task) {
			for (int probe = 0; probe < PROBES; probe++) {
				int index = index(spread, probe);
				if (getAcquire(index) == null && compareAndSet(index, null, task)) {
					return index;
				}
			}
			return -1;
		}

	}

}
