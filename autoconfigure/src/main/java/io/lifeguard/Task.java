package io.lifeguard;

import java.io.InterruptedIOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.channels.ClosedByInterruptException;

import org.jspecify.annotations.Nullable;

/**
 * The record of one task from its submission to its end: it goes from queued to running
 * to ended, or from queued straight to ended where it is cancelled or lost, and is
 * counted in exactly one way. Subclasses give it the shape that the executor wants.
 */
class Task {

	private static final int QUEUED = 0;

	private static final int RUNNING = 1;

	private static final int ENDED = 2;

	private static final VarHandle STATE;

	static {
		try {
			STATE = MethodHandles.lookup().findVarHandle(Task.class, "state", int.class);
		}
		catch (ReflectiveOperationException ex) {
			throw new ExceptionInInitializerError(ex);
		}
	}

	private final Object body;

	private final long submittedAt;

	private final @Nullable Origin origin;

	private Pool pool;

	private long startedAt;

	private int slot;

	private @Nullable Thread thread;

	private volatile int state;

	private volatile boolean cancelled;

	private volatile boolean ignored;

	private volatile @Nullable Failure failure;

	/**
	 * Record the submission of a task.
	 * @param pool the pool it was submitted to
	 * @param body what was submitted, for the task's name
	 * @param delay the nanoseconds until the task is due
	 */
	Task(Pool pool, Object body, long delay) {
		this.pool = pool;
		this.body = body;
		this.submittedAt = System.nanoTime() + delay;
		this.origin = pool.origin(body);
		pool.counts().submitted.increment();
	}

	/**
	 * Take back the submission of a task that the executor has rejected.
	 */
	final void rejected() {
		if (STATE.compareAndSet(this, QUEUED, ENDED)) {
			this.pool.counts().submitted.decrement();
			this.pool.counts().rejected.increment();
		}
	}

	/**
	 * Make this the task of another pool, before any thread has begun it: the executor it
	 * was submitted to turned out to forward to that pool.
	 */
	final void moveTo(Pool pool) {
		this.pool.counts().submitted.decrement();
		pool.counts().submitted.increment();
		this.pool = pool;
	}

	/**
	 * Begin to run on the current thread.
	 * @return whether the task is to run; {@code false} if it was cancelled or lost
	 */
	final boolean begin() {
		if (!STATE.compareAndSet(this, QUEUED, RUNNING)) {
			return false;
		}
		this.thread = Thread.currentThread();
		this.startedAt = System.nanoTime();
		this.slot = this.pool.running().add(this);
		return true;
	}

	/**
	 * Return the task that a pool runs or keeps as the given object, or {@code null} if
	 * it is none of ours.
	 */
	static @Nullable Task behind(Object object) {
		return (object instanceof Task task) ? task
				: (object instanceof GuardedFuture<?> future) ? future.task() : null;
	}

	/**
	 * End the run of a task that returned.
	 */
	final void returned() {
		end((this.failure != null) ? Outcome.FAILURE : isCancelled() ? Outcome.CANCELLED : Outcome.SUCCESS);
	}

	/**
	 * End the run of a task that threw.
	 * @return the failure, or {@code null} if there is none since the task was cancelled
	 */
	final @Nullable Failure threw(Throwable thrown) {
		Failure failure = this.failure;
		if (failure == null && !isCancelled()) {
			failure = fail(thrown);
		}
		end((failure != null) ? Outcome.FAILURE : Outcome.CANCELLED);
		return failure;
	}

	/**
	 * Mark the running task as failed, although it will return: what it threw was
	 * consumed by a framework on its way out.
	 */
	final Failure fail(Throwable thrown) {
		Failure failure = new Failure(this.pool, this.body.getClass(), thrown, this.startedAt - this.submittedAt,
				System.nanoTime() - this.startedAt, this.origin, isInterruptedByShutdown(thrown));
		this.failure = failure;
		this.pool.failed(failure);
		if (this.ignored) {
			failure.observe();
		}
		return failure;
	}

	/**
	 * Note that the task's future was cancelled, or by {@link Pool#isShutdown() a pool
	 * that closes} lost. A task that is running stays so until its code returns.
	 */
	final void cancel() {
		this.cancelled = true;
		if (STATE.compareAndSet(this, QUEUED, ENDED)) {
			if (this.pool.isShutdown()) {
				this.pool.lost(this);
			}
			else {
				this.pool.counts().cancelled.increment();
			}
		}
	}

	/**
	 * Note that the pool has let the task go without running it.
	 * @return whether it was still waiting
	 */
	final boolean lose() {
		if (STATE.compareAndSet(this, QUEUED, ENDED)) {
			this.pool.lost(this);
			return true;
		}
		return false;
	}

	/**
	 * Note that the application has taken the task out of the queue.
	 * @return {@code true}
	 */
	final boolean withdraw() {
		if (STATE.compareAndSet(this, QUEUED, ENDED)) {
			this.pool.counts().cancelled.increment();
		}
		return true;
	}

	/**
	 * Note that somebody has read the task's failure, if it has failed.
	 */
	final void observe() {
		Failure failure = this.failure;
		if (failure != null) {
			failure.observe();
		}
	}

	/**
	 * Make the task's failure nobody's business, be it past or to come.
	 */
	final void ignore() {
		this.ignored = true;
		observe();
	}

	final Pool pool() {
		return this.pool;
	}

	final Object body() {
		return this.body;
	}

	final @Nullable Failure failure() {
		return this.failure;
	}

	/**
	 * Whether nobody wants to know any more how the task ends.
	 */
	boolean isCancelled() {
		return this.cancelled;
	}

	/**
	 * Whether the task has neither begun nor been cancelled nor got lost.
	 */
	final boolean isQueued() {
		return this.state == QUEUED;
	}

	final @Nullable Thread thread() {
		return this.thread;
	}

	final boolean startedAfter(Task other) {
		return this.startedAt - other.startedAt > 0;
	}

	/**
	 * Return the nanoseconds since the task began to run.
	 */
	final long runningFor() {
		return System.nanoTime() - this.startedAt;
	}

	/**
	 * Return the nanoseconds between submission and start, or a negative number where
	 * there is no such time to tell.
	 */
	long waited() {
		return Math.max(0, this.startedAt - this.submittedAt);
	}

	private boolean isInterruptedByShutdown(Throwable thrown) {
		if (!this.pool.isShutdown()) {
			return false;
		}
		Throwable cause = thrown;
		for (int depth = 0; cause != null && depth < 32; depth++) {
			if (cause instanceof InterruptedException || cause instanceof InterruptedIOException
					|| cause instanceof ClosedByInterruptException) {
				return true;
			}
			cause = cause.getCause();
		}
		return Thread.currentThread().isInterrupted();
	}

	private void end(Outcome outcome) {
		long ran = System.nanoTime() - this.startedAt;
		this.pool.running().remove(this.slot);
		this.state = ENDED;
		this.pool.ended(outcome, waited(), ran);
	}

	@Override
	public String toString() {
		return this.body.toString();
	}

	/**
	 * Where a task comes from.
	 *
	 * @param site where it was submitted, if that was looked up
	 * @param context what the {@link SubmitterContext} captured there
	 */
	record Origin(@Nullable SubmissionSite site, @Nullable Object context) {

	}

}
