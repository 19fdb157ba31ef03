package io.lifeguard.engine.task;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

import io.lifeguard.LossReason;
import org.jspecify.annotations.Nullable;

/**
 * Where a task is between its submission and its end: from queued it goes to running and
 * on to ended, or straight to ended where it is cancelled or lost. Each step is taken by
 * one thread only, whoever comes first, so that a task ends, and is counted, in exactly
 * one way.
 */
abstract class TaskState {

	private static final byte QUEUED = 0;

	private static final byte RUNNING = 1;

	private static final byte ENDED = 2;

	/** Running, and about to be interrupted since its time is over. */
	private static final byte INTERRUPTING = 3;

	/** Running, and interrupted since its time is over. */
	private static final byte INTERRUPTED = 4;

	/** Thought to be lost, although somebody may still run it. */
	private static final byte ABANDONED = 5;

	/** Taken out of the queue by the application, which may still run it. */
	private static final byte TAKEN_OUT = 6;

	/** Ended after it had been interrupted since its time was over. */
	private static final byte ENDED_LATE = 7;

	/** Lost while it was waiting; the ordinal of the reason is added. */
	private static final byte LOST = 8;

	private static final VarHandle STATE;

	static {
		try {
			STATE = MethodHandles.lookup().findVarHandle(TaskState.class, "state", byte.class);
		}
		catch (ReflectiveOperationException ex) {
			throw new ExceptionInInitializerError(ex);
		}
	}

	private volatile byte state;

	/**
	 * Whether the task has neither begun nor been cancelled nor got lost.
	 */
	public final boolean isQueued() {
		return this.state == QUEUED;
	}

	public final boolean isEnded() {
		byte state = this.state;
		return state == ENDED || state >= ENDED_LATE;
	}

	/**
	 * Whether the task ended after its time was over.
	 */
	protected final boolean isEndedLate() {
		return this.state == ENDED_LATE;
	}

	/**
	 * Return why the task got lost, or {@code null} if it did not.
	 */
	final @Nullable LossReason lossReason() {
		byte state = this.state;
		return (state >= LOST) ? LossReason.values()[state - LOST] : null;
	}

	/**
	 * Go from queued to running.
	 */
	final boolean start() {
		return STATE.compareAndSet(this, QUEUED, RUNNING);
	}

	/**
	 * Go from queued to ended, since the task is not wanted any more.
	 */
	final boolean drop() {
		return STATE.compareAndSet(this, QUEUED, ENDED);
	}

	/**
	 * Go from queued to ended, since the pool has let the task go.
	 */
	final boolean drop(LossReason reason) {
		return STATE.compareAndSet(this, QUEUED, (byte) (LOST + reason.ordinal()));
	}

	/**
	 * Go from queued to where the task seems to be lost.
	 */
	final boolean giveUp() {
		return STATE.compareAndSet(this, QUEUED, ABANDONED);
	}

	/**
	 * Go on to running from where the task seemed to be lost.
	 */
	final boolean startAfterAll() {
		return STATE.compareAndSet(this, ABANDONED, RUNNING);
	}

	/**
	 * Go from queued to where the application has the task in its own hands.
	 */
	final boolean takeOut() {
		return STATE.compareAndSet(this, QUEUED, TAKEN_OUT);
	}

	/**
	 * Go back to queued from where the task seemed to be lost.
	 */
	final boolean waitAfterAll() {
		return STATE.compareAndSet(this, ABANDONED, QUEUED);
	}

	/**
	 * Go back to queued from the application's own hands.
	 */
	final boolean waitTakenOut() {
		return STATE.compareAndSet(this, TAKEN_OUT, QUEUED);
	}

	/**
	 * Go on to running from the application's own hands.
	 */
	final boolean startTakenOut() {
		return STATE.compareAndSet(this, TAKEN_OUT, RUNNING);
	}

	/**
	 * Interrupt a running task, which does not end before it has been interrupted. No
	 * effect on one that is not running, or has been interrupted before.
	 * @param interruption ends with the interrupt of the task's thread
	 */
	final void interrupt(Runnable interruption) {
		if (!STATE.compareAndSet(this, RUNNING, INTERRUPTING)) {
			return;
		}
		try {
			interruption.run();
		}
		finally {
			this.state = INTERRUPTED;
		}
	}

	/**
	 * Go from running to ended. An interrupt meant for this task is over then: it has
	 * arrived, and the worker's next task will not see it. Only for the thread that runs
	 * the task.
	 */
	final void finish() {
		if (STATE.compareAndSet(this, RUNNING, ENDED)) {
			return;
		}
		while (this.state == INTERRUPTING) {
			Thread.onSpinWait();
		}
		Thread.interrupted();
		this.state = ENDED_LATE;
	}

}
