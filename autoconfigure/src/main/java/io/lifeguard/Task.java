package io.lifeguard;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

import org.jspecify.annotations.Nullable;

/**
 * The record of one task from its submission to its end, which is counted in exactly one
 * way. Subclasses give it the shape that the executor wants.
 */
class Task extends TaskState {

	private static final VarHandle FAILURE;

	static {
		try {
			FAILURE = MethodHandles.lookup().findVarHandle(Task.class, "failure", Failure.class);
		}
		catch (ReflectiveOperationException ex) {
			throw new ExceptionInInitializerError(ex);
		}
	}

	/** What was submitted; once the task has ended, only its class. */
	private Object body;

	/** When it was submitted or due; once it has begun, when that was. */
	private long at;

	/** What an {@link Origin} has captured. */
	private final @Nullable Object origin;

	private Pool pool;

	/** Where it runs, there once it has begun. */
	private RunningTasks.@Nullable Slot slot;

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
		this.at = System.nanoTime() + delay;
		this.origin = Origin.capture(pool.registry(), body);
		pool.counts().submitted.increment();
	}

	/**
	 * Take back the submission of a task that the executor has rejected.
	 */
	final void rejected() {
		if (drop()) {
			this.pool.counts().submitted.decrement();
			this.pool.rejected(this);
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
		long now = System.nanoTime();
		if (isOverdue(now) && lose(LossReason.EXPIRED)) {
			return false;
		}
		if (!start() && !recover()) {
			return false;
		}
		long waited = waited(now - this.at);
		this.at = now;
		// It may be the submitter that runs the task itself
		boolean submitting = this.pool.views().suspend();
		this.pool.running().add(this).begin(Thread.currentThread(), waited, submitting);
		return true;
	}

	/**
	 * End the run of a task that returned.
	 */
	final void returned() {
		finish();
		end((this.failure != null) ? Outcome.FAILURE : isCancelled() ? Outcome.CANCELLED : Outcome.SUCCESS);
	}

	/**
	 * End the run of a task that threw.
	 * @return the failure, or {@code null} if there is none since the task was cancelled
	 */
	final @Nullable Failure threw(Throwable thrown) {
		finish();
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
		RunningTasks.Slot slot = Objects.requireNonNull(this.slot);
		Thread thread = Objects.requireNonNullElse(slot.thread(), Thread.currentThread());
		Failure failure = new Failure(this.pool, kind(), thrown, thread.getName(), slot.waited(), runningFor(),
				origin());
		if (!FAILURE.compareAndSet(this, null, failure)) {
			// It has run out of time meanwhile
			failure.disclaim();
			return Objects.requireNonNull(this.failure);
		}
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
		if (this.pool.isShutdown()) {
			lose(LossReason.SHUTDOWN);
		}
		else {
			withdraw();
		}
	}

	/**
	 * Note that the pool has let the task go without running it, and end its future.
	 * @return whether it was still waiting
	 */
	final boolean lose(LossReason reason) {
		if (!drop(reason)) {
			return false;
		}
		this.pool.lost(this, reason);
		endFuture(notRun());
		return true;
	}

	/**
	 * End a task that runs for longer than its pool allows: its future fails at once, its
	 * thread is interrupted, and the task counts as running until its code returns. The
	 * interrupt reaches nothing but this task: whoever ends it waits until the interrupt
	 * has arrived, and clears it.
	 */
	final void timeOut(Duration limit) {
		interrupt(() -> {
			Thread thread = Objects.requireNonNull(thread());
			TimeoutException timeout = new TimeoutException("Task ran for longer than the " + limit.toMillis()
					+ " ms that pool " + this.pool.name() + " allows");
			timeout.setStackTrace(thread.getStackTrace());
			if (this.failure == null && !isCancelled()) {
				Failure failure = fail(timeout);
				this.pool.counts().timedOut.increment();
				if (!endFuture(timeout)) {
					failure.uncaught();
				}
			}
			thread.interrupt();
		});
	}

	/**
	 * End the task's future with the given exception, on whichever thread.
	 * @return whether there is a future through which the exception can be read
	 */
	boolean endFuture(Exception exception) {
		return false;
	}

	/**
	 * Note that a handler of rejected tasks seems to have let the task go. Its future is
	 * left as it is; and should the task run after all, it is not lost.
	 */
	final void abandon() {
		if (giveUp()) {
			this.pool.lost(this, LossReason.DISCARDED);
		}
	}

	/**
	 * Return the task behind what a pool has in its queue, or {@code null} if that is no
	 * guarded one.
	 */
	static @Nullable Task of(Object queued) {
		return (queued instanceof Task task) ? task
				: (queued instanceof GuardedFuture<?> future) ? future.task() : null;
	}

	/**
	 * Let the task go if it has waited for longer than its pool allows.
	 * @return whether it goes
	 */
	final boolean expireIfOverdue() {
		return isOverdue(System.nanoTime()) && lose(LossReason.EXPIRED);
	}

	/**
	 * Whether the task has waited for longer than its pool allows.
	 */
	private boolean isOverdue(long now) {
		return this.pool.timeLimits().isOverdue(now - this.at) && mayExpire();
	}

	/**
	 * Whether nobody would wait for ever if the task were not run.
	 */
	boolean mayExpire() {
		return true;
	}

	private boolean recover() {
		if (startAfterAll()) {
			this.pool.counts().discarded.decrement();
			return true;
		}
		if (startTakenOut()) {
			this.pool.counts().cancelled.decrement();
			return true;
		}
		return false;
	}

	/**
	 * Return why the task is not to run any more.
	 */
	final Exception notRun() {
		LossReason reason = lossReason();
		if (reason == null) {
			return new CancellationException("Task " + this + " is not to run any more");
		}
		String what = "Task was not run: ";
		return switch (reason) {
			case SHUTDOWN -> new CancellationException(what + "pool " + this.pool.name() + " was shut down");
			case DISCARDED ->
				new CancellationException(what + "pool " + this.pool.name() + " is full and discarded it");
			case EXPIRED ->
				new TimeoutException(what + "it waited for longer than pool " + this.pool.name() + " allows");
		};
	}

	/**
	 * Note that the task is not wanted any more.
	 */
	private void withdraw() {
		if (drop()) {
			this.pool.counts().cancelled.increment();
			release();
		}
	}

	/**
	 * Note that the application has taken the task out of the queue, and may run it
	 * itself.
	 */
	final void takenOut() {
		if (takeOut()) {
			this.pool.counts().cancelled.increment();
		}
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

	/**
	 * Note that the running task begins to wait for its own pool, or that it does not any
	 * more.
	 * @param over whether it can go on
	 */
	final void waitUntil(@Nullable BooleanSupplier over) {
		Objects.requireNonNull(this.slot).waitUntil(over);
	}

	/**
	 * Whether the task's thread waits for what its own pool has not brought about yet.
	 */
	final boolean isWaiting() {
		RunningTasks.Slot slot = this.slot;
		return slot != null && slot.isWaiting();
	}

	final @Nullable Origin origin() {
		return Origin.of(this.origin);
	}

	final Pool pool() {
		return this.pool;
	}

	final Object body() {
		return this.body;
	}

	/**
	 * Return the class of what was submitted.
	 */
	final Class<?> kind() {
		Object body = this.body;
		return (body instanceof Class<?> kind) ? kind : body.getClass();
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
	 * Take a slot, as seen by all who find the task in it.
	 */
	final void enter(RunningTasks.Slot slot) {
		this.slot = slot;
	}

	/**
	 * Note that what a decorator made of the task has thrown.
	 * @return whether it did so before the task, which has begun now and is to be failed:
	 * or else it would leave the caller waiting
	 */
	final boolean isFailedBy(Runnable decorated, Throwable thrown) {
		if (begin()) {
			return true;
		}
		this.pool.failed(decorated.getClass(), thrown).uncaught();
		this.pool.registry().uncaughtHandlers().handle(thrown);
		return false;
	}

	/**
	 * Return the thread that runs the task, if it does.
	 */
	final @Nullable Thread thread() {
		RunningTasks.Slot slot = this.slot;
		return (slot != null) ? slot.thread() : null;
	}

	/**
	 * Whether the current thread is in the task.
	 */
	final boolean isRunningHere() {
		return !isEnded() && thread() == Thread.currentThread();
	}

	final boolean startedAfter(Task other) {
		return this.at - other.at > 0;
	}

	/**
	 * Return the nanoseconds since the task began to run.
	 */
	final long runningFor() {
		return System.nanoTime() - this.at;
	}

	/**
	 * Return the nanoseconds that the task has waited, or a negative number where there
	 * is no such time to tell.
	 * @param sinceSubmission the nanoseconds between submission and start
	 */
	long waited(long sinceSubmission) {
		return Math.max(0, sinceSubmission);
	}

	private void end(Outcome outcome) {
		RunningTasks.Slot slot = Objects.requireNonNull(this.slot);
		this.pool.ended(outcome, slot, runningFor());
		release();
		boolean submitting = slot.isSubmitting();
		slot.leave();
		if (submitting) {
			this.pool.views().enter();
		}
	}

	/**
	 * Let go of what the task refers to: its future may be kept for long.
	 */
	private void release() {
		this.body = kind();
	}

	@Override
	public String toString() {
		return this.body.toString();
	}

}
