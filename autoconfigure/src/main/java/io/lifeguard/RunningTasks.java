package io.lifeguard;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.ToLongFunction;

import org.jspecify.annotations.Nullable;

/**
 * The tasks that a pool is running, each in a slot of its own from its start to its end.
 * <p>
 * Taking a slot is one compare-and-set close to where the thread found one before,
 * leaving it one plain store: no lock, no map, no thread-local, which suits a few
 * platform threads as well as a hundred thousand virtual ones. The table grows to the
 * most tasks that ever ran at once and does not shrink.
 * <p>
 * Whoever holds a slot is alone in writing to it. So what every task adds to is kept
 * there, where it needs no atomic addition, and summed up over the slots when it is read.
 */
final class RunningTasks {

	private static final int FIRST_SEGMENT = 256;

	private static final int NEXT_SEGMENTS = 1024;

	private static final int PROBES = 8;

	private final ReentrantLock growth = new ReentrantLock();

	private volatile Segment[] segments = { new Segment(FIRST_SEGMENT) };

	/**
	 * Put the task into a free slot.
	 * @return the slot, to be left at the task's end
	 */
	Slot add(Task task) {
		int spread = spread(Thread.currentThread());
		while (true) {
			Segment[] current = this.segments;
			int number = (current.length > 1) ? spread % current.length : 0;
			for (int i = 0; i < current.length; i++) {
				Slot slot = current[number].claim(spread, task);
				if (slot != null) {
					return slot;
				}
				number = (number + 1 < current.length) ? number + 1 : 0;
			}
			grow(current);
		}
	}

	int size() {
		int size = 0;
		for (Slot slot : slots()) {
			if (slot.task() != null) {
				size++;
			}
		}
		return size;
	}

	/**
	 * Return how many tasks have succeeded so far.
	 */
	long succeeded() {
		return sum(Slot::successes);
	}

	/**
	 * Return the tasks that are running now.
	 */
	List<Task> tasks() {
		List<Task> tasks = new ArrayList<>();
		for (Slot slot : slots()) {
			Task task = slot.task();
			if (task != null && slot.thread() != null) { // or else it is just beginning
				tasks.add(task);
			}
		}
		return tasks;
	}

	/**
	 * Return the task that the given thread is running, the innermost of several.
	 */
	@Nullable Task on(Thread thread) {
		int spread = spread(thread);
		Task innermost = null;
		for (Segment segment : this.segments) {
			for (int probe = 0; probe < PROBES; probe++) {
				Slot slot = segment.getAcquire(segment.index(spread, probe));
				Task task = (slot != null) ? slot.task() : null;
				if (task != null && slot.thread() == thread && (innermost == null || task.startedAfter(innermost))) {
					innermost = task;
				}
			}
		}
		return innermost;
	}

	/**
	 * Return the sum of what has been counted in all slots.
	 */
	long sum(ToLongFunction<Slot> number) {
		long sum = 0;
		for (Slot slot : slots()) {
			sum += number.applyAsLong(slot);
		}
		return sum;
	}

	private List<Slot> slots() {
		List<Slot> slots = new ArrayList<>();
		for (Segment segment : this.segments) {
			for (int i = 0; i < segment.length(); i++) {
				Slot slot = segment.getAcquire(i);
				if (slot != null) {
					slots.add(slot);
				}
			}
		}
		return slots;
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
				larger[full.length] = new Segment(NEXT_SEGMENTS);
				this.segments = larger;
			}
		}
		finally {
			this.growth.unlock();
		}
	}

	private static final class Segment extends AtomicReferenceArray<@Nullable Slot> {

		Segment(int length) {
			super(length);
		}

		int index(int spread, int probe) {
			return (spread + probe) & (length() - 1);
		}

		@Nullable Slot claim(int spread, Task task) {
			for (int probe = 0; probe < PROBES; probe++) {
				int index = index(spread, probe);
				Slot slot = getAcquire(index);
				if (slot == null) {
					compareAndSet(index, null, new Slot());
					slot = getAcquire(index);
				}
				if (slot != null && slot.claim(task)) {
					return slot;
				}
			}
			return null;
		}

	}

	/**
	 * A place for one task at a time, and what has been counted there. Readers may come
	 * at any moment: they see a task only together with what was known at its start, and
	 * the thread of no other one.
	 */
	static final class Slot {

		private static final VarHandle TASK;

		private static final VarHandle THREAD;

		private static final VarHandle SUCCESSES;

		private static final VarHandle SUCCESS_NANOS;

		private static final VarHandle WAITS;

		private static final VarHandle WAIT_NANOS;

		static {
			try {
				MethodHandles.Lookup lookup = MethodHandles.lookup();
				TASK = lookup.findVarHandle(Slot.class, "task", Task.class);
				THREAD = lookup.findVarHandle(Slot.class, "thread", Thread.class);
				SUCCESSES = lookup.findVarHandle(Slot.class, "successes", long.class);
				SUCCESS_NANOS = lookup.findVarHandle(Slot.class, "successNanos", long.class);
				WAITS = lookup.findVarHandle(Slot.class, "waits", long.class);
				WAIT_NANOS = lookup.findVarHandle(Slot.class, "waitNanos", long.class);
			}
			catch (ReflectiveOperationException ex) {
				throw new ExceptionInInitializerError(ex);
			}
		}

		private volatile @Nullable Task task;

		/** Never that of an earlier task: cleared before the slot is left. */
		private volatile @Nullable Thread thread;

		/** Tells whether the task's own wait for its pool is over, there only in one. */
		private volatile @Nullable BooleanSupplier waitOver;

		private long waited;

		/** Whether the thread was submitting a task when it began to run this one. */
		private boolean submitting;

		private volatile long successes;

		private volatile long successNanos;

		private volatile long waits;

		private volatile long waitNanos;

		private boolean claim(Task task) {
			if (TASK.getAcquire(this) != null) {
				return false;
			}
			task.enter(this);
			return TASK.compareAndSet(this, null, task);
		}

		/**
		 * Let others see the task.
		 */
		void begin(Thread thread, long waited, boolean submitting) {
			this.waited = waited;
			this.submitting = submitting;
			THREAD.setRelease(this, thread);
		}

		/**
		 * Make room for the next task.
		 */
		void leave() {
			THREAD.setRelease(this, null);
			TASK.setRelease(this, null);
		}

		/**
		 * Count the task's success. Only for the thread that runs it.
		 */
		void addSuccess(long nanos) {
			SUCCESSES.setOpaque(this, (long) SUCCESSES.get(this) + 1);
			SUCCESS_NANOS.setOpaque(this, (long) SUCCESS_NANOS.get(this) + nanos);
		}

		/**
		 * Count the task's wait. Only for the thread that runs it.
		 */
		void addWait(long nanos) {
			WAITS.setOpaque(this, (long) WAITS.get(this) + 1);
			WAIT_NANOS.setOpaque(this, (long) WAIT_NANOS.get(this) + nanos);
		}

		long successes() {
			return this.successes;
		}

		long successNanos() {
			return this.successNanos;
		}

		long waits() {
			return this.waits;
		}

		long waitNanos() {
			return this.waitNanos;
		}

		private @Nullable Task task() {
			return (Task) TASK.getAcquire(this);
		}

		@Nullable Thread thread() {
			return this.thread;
		}

		long waited() {
			return this.waited;
		}

		boolean isSubmitting() {
			return this.submitting;
		}

		void waitUntil(@Nullable BooleanSupplier over) {
			this.waitOver = over;
		}

		boolean isWaiting() {
			BooleanSupplier waitOver = this.waitOver;
			return waitOver != null && !waitOver.getAsBoolean();
		}

	}

}
