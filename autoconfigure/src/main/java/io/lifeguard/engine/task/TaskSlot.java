package io.lifeguard.engine.task;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

import org.jspecify.annotations.Nullable;

/**
 * A place for one task at a time, and what has been counted there. One thread at a time
 * holds it, and writes; any number may read at any moment.
 *
 * <pre>
 * step       writes                                       ordered by
 * ---------  -------------------------------------------  ------------------------------
 * claim      task.slot, then task: null to the task       compare-and-set of task
 * begin      waited, submitting, started, then thread     release of thread
 * count      the four sums                                opaque: the holder writes alone
 * leave      thread to null, then task to null            release of each
 * </pre>
 *
 * <b>Why a reader sees no mixture.</b> The task becomes visible first and leaves last,
 * its thread becomes visible last and leaves first. A reader looks for the task and then
 * for the thread: where it finds a thread, that has been set by the task it has found or
 * by one that came to this slot later. The second case is excluded by whoever cares, by
 * asking the task whether it has ended ({@link Task#thread}): a slot is left only after
 * its task has ended.
 * <p>
 * <b>Why the task learns of its slot first.</b> A thread that runs out of stack between
 * the two steps of a claim leaves what its task knows of ({@link #leave(Submission)});
 * the other way round, the slot would be taken for ever.
 * <p>
 * <b>Why the sums are exact without an atomic addition.</b> Only the holder adds, and the
 * next holder's claim reads the null that the last one's leave has released, so it goes
 * on from the last sum. A reader may miss an addition that is under way, and sees it the
 * next time; it never sees a sum go down.
 */
final class TaskSlot {

	private static final VarHandle TASK;

	private static final VarHandle THREAD;

	private static final VarHandle SUCCESSES;

	private static final VarHandle SUCCESS_NANOS;

	private static final VarHandle WAITS;

	private static final VarHandle WAIT_NANOS;

	static {
		try {
			MethodHandles.Lookup lookup = MethodHandles.lookup();
			TASK = lookup.findVarHandle(TaskSlot.class, "task", Task.class);
			THREAD = lookup.findVarHandle(TaskSlot.class, "thread", Thread.class);
			SUCCESSES = lookup.findVarHandle(TaskSlot.class, "successes", long.class);
			SUCCESS_NANOS = lookup.findVarHandle(TaskSlot.class, "successNanos", long.class);
			WAITS = lookup.findVarHandle(TaskSlot.class, "waits", long.class);
			WAIT_NANOS = lookup.findVarHandle(TaskSlot.class, "waitNanos", long.class);
		}
		catch (ReflectiveOperationException ex) {
			throw new ExceptionInInitializerError(ex);
		}
	}

	/**
	 * The slot of the same pool that was made before, there before others see this one.
	 */
	private @Nullable TaskSlot before;

	@SuppressWarnings("UnusedVariable") // read and written through TASK
	private volatile @Nullable Task task;

	/** Never that of an earlier task: cleared before the slot is left. */
	private volatile @Nullable Thread thread;

	/** What the function completes that the task is in, where only that knows. */
	private volatile @Nullable Object completes;

	private long waited;

	/** Whether the thread was submitting a task when it began to run this one. */
	private boolean submitting;

	/** What the thread held when it began with the task. */
	private @Nullable Object started;

	/** What it held when the task threw, where that is known apart. */
	private @Nullable Object thrown;

	private volatile long successes;

	private volatile long successNanos;

	private volatile long waits;

	private volatile long waitNanos;

	void follow(@Nullable TaskSlot before) {
		this.before = before;
	}

	@Nullable TaskSlot before() {
		return this.before;
	}

	/**
	 * Put the task here if there is none.
	 */
	boolean claim(Task task) {
		if (TASK.getAcquire(this) != null) {
			return false;
		}
		task.enter(this);
		return TASK.compareAndSet(this, null, task);
	}

	/**
	 * Let others see the task.
	 */
	void begin(Thread thread, long waited, boolean submitting, @Nullable Object started) {
		this.started = started;
		this.thrown = null;
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
	 * Make room for the next task, if it is the given one that is here.
	 */
	void leave(Submission task) {
		if (TASK.getAcquire(this) == task) {
			leave();
		}
	}

	/**
	 * Return the task here if a thread of the given name runs it.
	 */
	@Nullable Task taskOn(String threadName) {
		Task task = task();
		Thread thread = thread();
		boolean named = thread != null && thread.getName().equals(threadName);
		return (named && task() == task) ? task : null; // or the thread is the next one's
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

	@Nullable Task task() {
		return (Task) TASK.getAcquire(this);
	}

	@Nullable Thread thread() {
		return this.thread;
	}

	long waited() {
		return this.waited;
	}

	@Nullable Object started() {
		return this.started;
	}

	void throwsNow(@Nullable Object held) {
		this.thrown = held;
	}

	@Nullable Object thrown() {
		return this.thrown;
	}

	boolean isSubmitting() {
		return this.submitting;
	}

	void completes(@Nullable Object future) {
		this.completes = future;
	}

	@Nullable Object completes() {
		return this.completes;
	}

}
