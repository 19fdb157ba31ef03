package io.lifeguard.engine.task;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;

import io.lifeguard.LossReason;
import io.lifeguard.TaskOwner;
import io.lifeguard.engine.failure.Origin;
import io.lifeguard.engine.failure.PoolLifecycle;
import org.jspecify.annotations.Nullable;

/**
 * What was submitted to a pool, until a thread comes to run it or it is let go: rejected,
 * cancelled, lost, or taken out of the queue by the application. Counted in exactly one
 * way.
 */
public abstract class Submission extends TaskState {

	/** What was submitted; once it has ended, only its class. */
	private Object body;

	/** When it was submitted or due; once it has begun, when that was. */
	private long since;

	/** What an {@link Origin} has captured. */
	private @Nullable Object origin;

	private Ledger ledger;

	private volatile boolean cancelled;

	/**
	 * Record a submission.
	 * @param ledger that of the pool it was made to
	 * @param body what was submitted, for the task's name
	 * @param delay the nanoseconds until the task is due
	 */
	Submission(Ledger ledger, Object body, long delay) {
		this(ledger, body, delay, (delay > 0) ? ledger.captureOriginNow(body) : ledger.captureOrigin(body));
	}

	/**
	 * Record a submission that another thread has made.
	 * @param origin what was {@link Origin#capture captured} there
	 */
	Submission(Ledger ledger, Object body, long delay, @Nullable Object origin) {
		this.ledger = ledger;
		this.body = body;
		this.since = System.nanoTime() + delay;
		this.origin = origin;
		ledger.counts().submitted.increment();
	}

	/**
	 * Take the submission back, since the executor has rejected it.
	 */
	public final void rejected() {
		if (drop()) {
			this.ledger.counts().submitted.decrement();
			this.ledger.rejected(this);
		}
	}

	/**
	 * Take the submission back, since nothing will tell what becomes of it.
	 */
	public final void takeBack() {
		if (drop()) {
			this.ledger.counts().submitted.decrement();
		}
	}

	/**
	 * Make this a submission to another pool: the executor it was submitted to turned out
	 * to forward to that pool, or the application has taken it out of a queue and submits
	 * it anew. No effect once it has begun or ended: then it is the other pool's whole.
	 */
	public final void moveTo(Ledger ledger) {
		if (requeue() || isQueued()) {
			this.ledger.counts().submitted.decrement();
			ledger.counts().submitted.increment();
			this.ledger = ledger;
		}
	}

	/**
	 * Go back to queued from where nobody was thought to run the task any more.
	 */
	private boolean requeue() {
		if (waitAfterAll()) {
			this.ledger.counts().discarded.decrement();
			return true;
		}
		if (waitTakenOut()) {
			this.ledger.counts().cancelled.decrement();
			return true;
		}
		return false;
	}

	/**
	 * Stop to wait, since a thread has come to run the task.
	 * @param now the time in nanoseconds
	 * @return whether the task is to run; {@code false} if it was cancelled or lost
	 */
	final boolean leaveQueue(long now) {
		if (isOverdue(now) && lose(LossReason.EXPIRED)) {
			return false;
		}
		if (!start() && !recover()) {
			return false;
		}
		this.since = now;
		return true;
	}

	/**
	 * Note that the owner of the task's future has cancelled it. A task that is running
	 * stays so until its code returns.
	 */
	public final void cancel() {
		this.cancelled = true;
		if (drop()) {
			this.ledger.counts().cancelled.increment();
			release();
		}
	}

	/**
	 * Note that the future was cancelled which the pool has in its queue: by its owner,
	 * or by whoever closes the pool, who has {@linkplain PoolLifecycle#hasLetGo emptied}
	 * the queue before. In that case the task is lost.
	 */
	public final void cancelQueued() {
		if (isQueued() && this.ledger.lifecycle().hasLetGo(this)) {
			this.cancelled = true;
			lose(LossReason.SHUTDOWN);
		}
		cancel();
	}

	/**
	 * Note that the application has taken the task out of the queue, and may run it
	 * itself.
	 */
	public final void takenOut() {
		if (takeOut()) {
			this.ledger.counts().cancelled.increment();
		}
	}

	/**
	 * Note that the pool has let the task go without running it, and end its future.
	 * @return whether it was still waiting
	 */
	public final boolean lose(LossReason reason) {
		if (!drop(reason)) {
			return false;
		}
		if (reason == LossReason.DISCARDED) {
			this.ledger.counts().refused.increment();
		}
		this.ledger.lost(this, reason);
		endFuture(notRun());
		return true;
	}

	/**
	 * End the task's future, which was not there yet when the task got lost.
	 */
	public final void endIfLost() {
		if (lossReason() != null) {
			endFuture(notRun());
		}
	}

	/**
	 * Let the task go that a thread came to run and could not begin.
	 * @param slot the place that it has taken, if any
	 */
	final void neverBegan(@Nullable TaskSlot slot) {
		finish();
		this.ledger.counts().discarded.increment();
		if (slot != null) {
			slot.leave(this);
		}
	}

	/**
	 * Note that a handler of rejected tasks seems to have let the task go. Its future is
	 * left as it is; and should the task run after all, it is not lost.
	 */
	public final void abandon() {
		if (skip()) {
			this.ledger.counts().refused.increment();
		}
	}

	/**
	 * Note the same of a decorator: there was a thread for the task.
	 * @return whether it was still waiting
	 */
	final boolean skip() {
		boolean waiting = giveUp();
		if (waiting) {
			this.ledger.lost(this, LossReason.DISCARDED);
		}
		return waiting;
	}

	/**
	 * Note that the pool has the application's own task in this one's place, of which
	 * only the pool's own numbers will tell.
	 */
	public final void leaveUnseen() {
		if (drop()) {
			this.ledger.counts().unseen.entered();
		}
	}

	/**
	 * Let the task go if it has waited for longer than its pool allows.
	 * @return whether it goes
	 */
	public final boolean expireIfOverdue() {
		return isOverdue(System.nanoTime()) && lose(LossReason.EXPIRED);
	}

	private boolean isOverdue(long now) {
		return this.ledger.timeLimits().isOverdue(now - this.since) && mayExpire();
	}

	/**
	 * Whether nobody would wait for ever if the task were not run.
	 */
	protected boolean mayExpire() {
		return true;
	}

	/**
	 * Go on to running from where nobody was thought to run the task any more.
	 */
	private boolean recover() {
		if (startAfterAll()) {
			this.ledger.counts().discarded.decrement();
			return true;
		}
		if (startTakenOut()) {
			this.ledger.counts().cancelled.decrement();
			return true;
		}
		return false;
	}

	/**
	 * End the task's future with the given exception, on whichever thread.
	 * @return whether there is a future through which the exception can be read
	 */
	protected boolean endFuture(Exception exception) {
		return false;
	}

	/**
	 * Return why the task is not to run any more.
	 */
	protected final Exception notRun() {
		LossReason reason = lossReason();
		if (reason == null) {
			return new CancellationException("Task " + this + " is not to run any more");
		}
		String what = "Task was not run: ";
		return switch (reason) {
			case SHUTDOWN -> new CancellationException(what + "pool " + this.ledger.pool() + " was shut down");
			case DISCARDED ->
				new CancellationException(what + "pool " + this.ledger.pool() + " is full and discarded it");
			case EXPIRED ->
				new TimeoutException(what + "it waited for longer than pool " + this.ledger.pool() + " allows");
		};
	}

	/**
	 * Let go of what the submission refers to: its future may be kept for long.
	 */
	protected void release() {
		this.body = kind();
	}

	/**
	 * Whether nobody wants to know any more how the task ends.
	 */
	protected boolean isCancelled() {
		return this.cancelled;
	}

	/**
	 * Return when the task was submitted or due or, once it has begun, when that was: in
	 * the nanoseconds of {@link System#nanoTime()}.
	 */
	final long since() {
		return this.since;
	}

	/**
	 * Return the nanoseconds since the task was submitted or due or, once it has begun,
	 * since then; negative before it is due.
	 * @param now the time in nanoseconds, to be asked once for many tasks
	 */
	public final long waitingFor(long now) {
		return now - this.since;
	}

	/**
	 * Note what the current thread holds before a decorator of the task changes that.
	 */
	final void captureStart() {
		this.origin = Origin.captureStart(this.ledger.desk().failures(), this.origin);
	}

	/**
	 * Return what the current thread held when it began with the task.
	 */
	final @Nullable Object started() {
		return (this.origin instanceof Origin origin && origin.started() != null) ? origin.started()
				: this.ledger.desk().failures().captureContext();
	}

	public final @Nullable Origin origin() {
		return Origin.of(this.origin);
	}

	/**
	 * Return who answers for the task, or {@code null} if nobody does.
	 */
	public final @Nullable TaskOwner owner() {
		return Origin.ownerIn(this.origin);
	}

	public final Ledger ledger() {
		return this.ledger;
	}

	public final Object body() {
		return this.body;
	}

	/**
	 * Return the class of what was submitted.
	 */
	public final Class<?> kind() {
		Object body = this.body;
		return (body instanceof Class<?> kind) ? kind : body.getClass();
	}

	/**
	 * Return what threads are parked on that wait for the task through a future which
	 * does not lead to it, or through what depends on that, and which no timer ends: as
	 * {@link java.util.concurrent.locks.LockSupport#getBlocker} shows it.
	 */
	public Collection<Object> waiters() {
		return List.of();
	}

	/**
	 * Return the submission that the given entry of a queue runs, or {@code null} if
	 * there is none to be found. The JDK's futures, and Spring's wrappers, do not say
	 * what they run, but they print it.
	 */
	public static @Nullable Submission within(Object queued) {
		Submission task = Task.of(queued);
		if (task != null || !printsWhatItRuns(queued.getClass().getName())) {
			return task;
		}
		return (Printed.by(queued) instanceof Submission submission) ? submission : null;
	}

	/**
	 * Whether objects of the given class print what they run: futures of the JDK's, and
	 * what Spring's executors put around a task to run it in another context.
	 */
	private static boolean printsWhatItRuns(String type) {
		return type.startsWith("java.util.concurrent.") || type.startsWith("org.springframework.");
	}

	/**
	 * Return the text of what was submitted.
	 */
	@Override
	public String toString() {
		return Printed.note(this) ? "" : this.body.toString();
	}

}
