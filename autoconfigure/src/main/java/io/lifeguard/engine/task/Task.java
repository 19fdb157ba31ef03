package io.lifeguard.engine.task;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeoutException;

import io.lifeguard.CurrentTask;
import io.lifeguard.FailedTask;
import io.lifeguard.FailureMoment;
import io.lifeguard.Outcome;
import io.lifeguard.OwnedTask;
import io.lifeguard.TaskFailure;
import io.lifeguard.TaskOwner;
import io.lifeguard.engine.failure.Failure;
import io.lifeguard.engine.failure.Origin;
import io.lifeguard.engine.failure.Run;
import io.lifeguard.engine.failure.TaskNames;
import org.jspecify.annotations.Nullable;

/**
 * The record of one task from its submission to its end, and of its failure if it comes
 * to that. Subclasses give it the shape that the executor wants.
 */
public class Task extends Submission implements OwnedTask {

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
	 * @param ledger that of the pool it was submitted to
	 * @param body what was submitted, for the task's name
	 * @param delay the nanoseconds until the task is due
	 */
	protected Task(Ledger ledger, Object body, long delay) {
		super(ledger, body, delay);
		notifyOwner();
	}

	/**
	 * Record a task that another thread has submitted.
	 * @param origin what was {@link Origin#capture captured} there
	 */
	protected Task(Ledger ledger, Object body, long delay, @Nullable Object origin) {
		super(ledger, body, delay, origin);
		notifyOwner();
	}

	private void notifyOwner() {
		TaskOwner owner = owner();
		if (owner != null) {
			owner.submitted(this);
		}
	}

	/**
	 * Return the task behind what a pool has in its queue, or {@code null} if that is no
	 * guarded one.
	 */
	public static @Nullable Task of(Object queued) {
		return (queued instanceof Task task) ? task
				: (queued instanceof ObservedFutureTask<?> future) ? future.task() : null;
	}

	/**
	 * Begin to run on the current thread.
	 * @return whether the task is to run; {@code false} if it was cancelled or lost
	 */
	public final boolean begin() {
		long now = System.nanoTime();
		long waited = waited(now - since());
		if (!leaveQueue(now)) {
			return false;
		}
		boolean begun = false;
		try {
			// It may be the submitter that runs the task itself
			boolean submitting = ledger().forwarding().suspend();
			ledger().running().add(this).begin(Thread.currentThread(), waited, submitting, started());
			begun = true;
		}
		finally {
			if (!begun) {
				neverBegan(this.slot); // there is no stack left, or no memory
			}
		}
		return true;
	}

	/**
	 * End the run of a task that returned.
	 */
	public final void returned() {
		finish();
		end((this.failure != null) ? Outcome.FAILURE : isWithdrawn() ? Outcome.CANCELLED : Outcome.SUCCESS);
	}

	/**
	 * End the run of a task that threw.
	 * @return the failure, or {@code null} if there is none since the task was cancelled
	 */
	public final @Nullable Failure threw(Throwable thrown) {
		if (thrown instanceof VirtualMachineError) {
			endTasksWithin(thrown);
		}
		finish();
		boolean failed = this.failure != null || !isWithdrawn();
		try {
			if (failed && this.failure == null) {
				Failure failure = fail(thrown);
				if (isWithdrawn()) {
					failure.observe(); // cancelled meanwhile, and so to be read by nobody
				}
			}
		}
		catch (Throwable ex) { // as without memory: the task ends, and is counted
			if (this.failure == null) {
				ledger().failures().addUnseen(ex);
			}
		}
		finally {
			end(failed ? Outcome.FAILURE : Outcome.CANCELLED);
		}
		return this.failure;
	}

	/**
	 * End the runs of tasks within this one that could not do so. Where there is no stack
	 * for that, a task further out will end this one too; where there is no memory, this
	 * one goes on alone.
	 */
	private void endTasksWithin(Throwable thrown) {
		try {
			ledger().running().startedAfter(this).forEach((inner) -> inner.leftBehind(thrown));
		}
		catch (OutOfMemoryError ex) {
			// As the failure of this one is going to say
		}
	}

	/**
	 * Note what the current thread holds as the running task throws, before its decorator
	 * changes that.
	 */
	final void throwsNow() {
		TaskSlot slot = this.slot;
		if (slot != null) {
			slot.throwsNow(ledger().desk().failures().captureContext());
		}
	}

	/**
	 * Return what the application itself would have put into the pool in this one's
	 * place, or {@code null} if that is for nobody but the guard to know.
	 */
	public @Nullable Runnable own() {
		return null;
	}

	/**
	 * Let the given way run what is the application's {@linkplain #own own}, on the
	 * current thread, to which its failure goes.
	 */
	public final void runAs(Runnable way) {
		if (!begin()) {
			way.run();
			return;
		}
		try {
			way.run();
		}
		catch (Throwable ex) {
			Failure failure = threw(ex);
			if (failure != null) {
				failure.observe();
			}
			throw ex;
		}
		returned();
	}

	/**
	 * End the run of a task within which there was no stack left to do so. Its failure is
	 * that of the task around it.
	 */
	private void leftBehind(Throwable thrown) {
		Failure failure = threw(thrown);
		if (failure != null) {
			failure.observe();
		}
	}

	/**
	 * Whether nobody wants to know any more how the task ends, as far as its future can
	 * tell: that may be the application's.
	 */
	private boolean isWithdrawn() {
		try {
			return isCancelled();
		}
		catch (Throwable ex) {
			return false;
		}
	}

	/**
	 * Mark the running task as failed, although it will return: what it threw was
	 * consumed by a framework on its way out.
	 */
	public final Failure fail(Throwable thrown) {
		TaskSlot slot = Objects.requireNonNull(this.slot);
		Thread thread = Objects.requireNonNullElse(slot.thread(), Thread.currentThread());
		Run run = new Run(thread, slot.waited(), since(), runningFor(), slot.started(), slot.thrown());
		Failure failure = new Failure(ledger().failures(), body(), thrown, run, origin());
		if (!FAILURE.compareAndSet(this, null, failure)) {
			// It has run out of time meanwhile
			return Objects.requireNonNull(this.failure);
		}
		ledger().failures().add(failure);
		if (this.ignored) {
			failure.observe();
		}
		return failure;
	}

	/**
	 * Fail the running task with what a framework has consumed, so that nobody can see
	 * it. What comes besides, of a task that has failed already, is the failure of one
	 * more task: some run many things for their framework. It is not if it has come
	 * before, or because the task's time is over.
	 */
	public final void consumed(Throwable thrown) {
		Failure failure = this.failure;
		if (failure == null) {
			fail(thrown).uncaught();
		}
		else if (isOverdue() || failure.isOf(thrown)) {
			failure.uncaught();
		}
		else {
			ledger().failed(body(), thrown).uncaught();
		}
	}

	/**
	 * Note that a task has failed of whose run nothing is known.
	 * @param handle what its failure can be read through; {@code null} if nobody can
	 */
	final void failUnseen(Throwable thrown, @Nullable Object handle) {
		Failure failure = new Failure(ledger().failures(), body(), thrown, Run.UNSEEN, origin());
		this.failure = failure;
		ledger().counts().failed.increment();
		ledger().failures().add(failure);
		if (this.ignored) {
			failure.observe();
		}
		else if (handle == null) {
			failure.unobserved();
		}
		else {
			failure.watch(handle);
		}
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
					+ " ms that pool " + ledger().pool() + " allows");
			timeout.setStackTrace(thread.getStackTrace());
			if (this.failure == null && !isWithdrawn()) {
				Failure failure = fail(timeout);
				ledger().counts().timedOut.increment();
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
	public final void observe() {
		Failure failure = this.failure;
		if (failure != null) {
			failure.observe();
		}
	}

	/**
	 * Make the task's failure nobody's business, be it past or to come.
	 */
	public final void ignore() {
		this.ignored = true;
		observe();
	}

	/**
	 * Note what the function completes that the task, which runs on the current thread,
	 * is in now.
	 * @param future {@code null} once it is in none
	 */
	protected final void completes(@Nullable Object future) {
		TaskSlot slot = this.slot;
		if (slot != null) {
			slot.completes(future);
		}
	}

	/**
	 * Return what the function completes that the running task is in, where only that
	 * function knows.
	 */
	protected final @Nullable Object completes() {
		TaskSlot slot = this.slot;
		Object future = (slot != null) ? slot.completes() : null;
		return isEnded() ? null : future; // the slot may be another task's by now
	}

	public final @Nullable Failure failure() {
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
	public final @Nullable Throwable beginWithin(Runnable decorated) {
		captureStart();
		try {
			decorated.run();
		}
		catch (Throwable ex) {
			if (begin()) {
				return ex;
			}
			ledger().failed(decorated.getClass(), ex).uncaught();
			ledger().desk().uncaughtHandlers().handle(ex);
		}
		skip(); // unless it has begun, or somebody else is to run it
		return null;
	}

	/**
	 * Return the thread that runs the task, if it does.
	 */
	public final @Nullable Thread thread() {
		TaskSlot slot = this.slot;
		Thread thread = (slot != null) ? slot.thread() : null;
		return !isEnded() ? thread : null; // the slot may be another task's by now
	}

	@Override
	public final boolean hasRun() {
		return this.slot != null && isEnded();
	}

	@Override
	public final String poolName() {
		return ledger().pool();
	}

	/**
	 * Return the task as others see it while it runs.
	 */
	public final CurrentTask toCurrentTask() {
		Thread thread = thread();
		StackTraceElement[] stack = (thread != null) ? thread.getStackTrace() : new StackTraceElement[0];
		return new CurrentTask(ledger().pool(), TaskNames.ofRunning(body(), stack), since());
	}

	/**
	 * Return what is known of the running task's threads, for an alarm.
	 */
	public final FailureMoment moment(Throwable alarm) {
		TaskSlot slot = this.slot;
		Thread thread = thread();
		if (slot == null || thread == null) {
			return FailureMoment.NONE;
		}
		String name = TaskNames.ofSubmitted(body());
		long submittedAt = Origin.at(origin(), since() - Math.max(0, slot.waited()));
		return ledger().desk()
			.failures()
			.momentOf(new FailedTask(ledger().pool(), () -> name, alarm, alarm, thread, submittedAt, since(),
					Origin.contextOf(origin()), slot.started(), null));
	}

	/**
	 * {@inheritDoc} That is running too which has not noted yet how it ended.
	 */
	@Override
	public boolean isPending(Duration within) {
		if (isQueued()) {
			return since() - System.nanoTime() <= within.toNanos();
		}
		TaskSlot slot = this.slot;
		return isRunning() || (slot != null && slot.task() == this);
	}

	@Override
	public final @Nullable TaskFailure taskFailure() {
		Failure failure = this.failure;
		return (failure != null) ? failure.asItStands() : null;
	}

	@Override
	public final boolean isDecided() {
		Failure failure = this.failure;
		return failure == null || failure.isDecided();
	}

	@Override
	public final boolean isReportable() {
		Failure failure = this.failure;
		return failure != null && failure.isReportable();
	}

	/**
	 * Whether the current thread is in the task.
	 */
	public final boolean isRunningHere() {
		return thread() == Thread.currentThread();
	}

	public final boolean startedAfter(Task other) {
		return since() - other.since() > 0;
	}

	/**
	 * Return the nanoseconds since the task began to run.
	 */
	public final long runningFor() {
		return runningFor(System.nanoTime());
	}

	/**
	 * Return the nanoseconds since the task began to run.
	 * @param now the time in nanoseconds, to be asked once for many tasks
	 */
	public final long runningFor(long now) {
		return now - since();
	}

	/**
	 * Return the nanoseconds since the running task was submitted.
	 */
	public final long age() {
		return Math.max(0, Objects.requireNonNull(this.slot).waited()) + runningFor();
	}

	/**
	 * Return the nanoseconds that the task has waited, or a negative number where there
	 * is no such time.
	 * @param sinceSubmission the nanoseconds between submission and start
	 */
	protected long waited(long sinceSubmission) {
		return Math.max(0, sinceSubmission);
	}

	private void end(Outcome outcome) {
		TaskSlot slot = Objects.requireNonNull(this.slot);
		boolean submitting = slot.isSubmitting();
		try {
			ledger().ended(outcome, slot, runningFor());
			release();
		}
		finally {
			slot.leave();
		}
		if (submitting) {
			ledger().forwarding().enter();
		}
	}

}
