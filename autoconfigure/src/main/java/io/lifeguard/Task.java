package io.lifeguard;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

import org.jspecify.annotations.Nullable;

/**
 * The record of one task from its submission to its end, and of its failure if it comes
 * to that. Subclasses give it the shape that the executor wants.
 */
class Task extends Submission {

	private static final VarHandle FAILURE;

	static {
		try {
			FAILURE = MethodHandles.lookup().findVarHandle(Task.class, "failure", Failure.class);
		}
		catch (ReflectiveOperationException ex) {
			throw new ExceptionInInitializerError(ex);
		}
	}

	/** Where it runs, there once it has begun. */
	private @Nullable TaskSlot slot;

	private volatile boolean ignored;

	private volatile @Nullable Failure failure;

	/**
	 * Record the submission of a task.
	 * @param pool the pool it was submitted to
	 * @param body what was submitted, for the task's name
	 * @param delay the nanoseconds until the task is due
	 */
	Task(Pool pool, Object body, long delay) {
		super(pool, body, delay);
	}

	/**
	 * Record a task that another thread has submitted.
	 * @param origin what was {@link Origin#capture captured} there
	 */
	Task(Pool pool, Object body, long delay, @Nullable Object origin) {
		super(pool, body, delay, origin);
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
	 * Begin to run on the current thread.
	 * @return whether the task is to run; {@code false} if it was cancelled or lost
	 */
	final boolean begin() {
		long now = System.nanoTime();
		long waited = waited(now - since());
		if (!leaveQueue(now)) {
			return false;
		}
		// It may be the submitter that runs the task itself
		boolean submitting = pool().forwarding().suspend();
		pool().running().add(this).begin(Thread.currentThread(), waited, submitting);
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
		TaskSlot slot = Objects.requireNonNull(this.slot);
		Thread thread = Objects.requireNonNullElse(slot.thread(), Thread.currentThread());
		Failure failure = new Failure(pool(), body(), thrown, thread.getName(), slot.waited(), runningFor(), origin());
		if (!FAILURE.compareAndSet(this, null, failure)) {
			// It has run out of time meanwhile
			failure.disclaim();
			return Objects.requireNonNull(this.failure);
		}
		pool().failed(failure);
		if (this.ignored) {
			failure.observe();
		}
		return failure;
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
			TimeoutException timeout = new TimeoutException(
					"Task ran for longer than the " + limit.toMillis() + " ms that pool " + pool().name() + " allows");
			timeout.setStackTrace(thread.getStackTrace());
			if (this.failure == null && !isCancelled()) {
				Failure failure = fail(timeout);
				pool().counts().timedOut.increment();
				if (!endFuture(timeout)) {
					failure.uncaught();
				}
			}
			thread.interrupt();
		});
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
		TaskSlot slot = this.slot;
		return slot != null && slot.isWaiting() && !isEnded();
	}

	final @Nullable Failure failure() {
		return this.failure;
	}

	/**
	 * Take a slot, as seen by all who find the task in it.
	 */
	final void enter(TaskSlot slot) {
		this.slot = slot;
	}

	/**
	 * Run what a decorator made of the task.
	 * @return what that threw before the task began: it has begun now and is to be
	 * failed, or else it would leave the caller waiting
	 */
	final @Nullable Throwable beginWithin(Runnable decorated) {
		try {
			decorated.run();
		}
		catch (Throwable ex) {
			if (begin()) {
				return ex;
			}
			pool().failed(decorated.getClass(), ex).uncaught();
			pool().registry().uncaughtHandlers().handle(ex);
		}
		return null;
	}

	/**
	 * Return the thread that runs the task, if it does.
	 */
	final @Nullable Thread thread() {
		TaskSlot slot = this.slot;
		Thread thread = (slot != null) ? slot.thread() : null;
		return !isEnded() ? thread : null; // the slot may be another task's by now
	}

	/**
	 * Whether the task has run to its end.
	 */
	final boolean hasRun() {
		return this.slot != null && isEnded();
	}

	/**
	 * Whether the current thread is in the task.
	 */
	final boolean isRunningHere() {
		return thread() == Thread.currentThread();
	}

	final boolean startedAfter(Task other) {
		return since() - other.since() > 0;
	}

	/**
	 * Return the nanoseconds since the task began to run.
	 */
	final long runningFor() {
		return System.nanoTime() - since();
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
		TaskSlot slot = Objects.requireNonNull(this.slot);
		pool().ended(outcome, slot, runningFor());
		release();
		boolean submitting = slot.isSubmitting();
		slot.leave();
		if (submitting) {
			pool().forwarding().enter();
		}
	}

}
