package io.lifeguard.engine.task;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

import io.lifeguard.LossReason;
import org.jspecify.annotations.Nullable;

/**
 * Where a task is between its submission and its end. Each step is one compare-and-set,
 * so one thread takes it, whoever comes first, and that thread alone counts it: a task
 * ends, and is counted, in exactly one way.
 *
 * <pre>
 * from          by                to                     taken by
 * ------------  ----------------  ---------------------  ------------------------------
 * QUEUED        start             RUNNING                the worker
 * QUEUED        drop              ENDED                  who cancels, or is rejected
 * QUEUED        drop(reason)      LOST + reason          the pool, which lets it go
 * QUEUED        giveUp            ABANDONED              the rejection handler's guard
 * QUEUED        takeOut           TAKEN_OUT              who removes it from the queue
 * ABANDONED     startAfterAll     RUNNING                whoever runs it after all
 * TAKEN_OUT     startTakenOut     RUNNING                whoever runs it after all
 * RUNNING       finish            ENDED                  the worker
 * RUNNING       interrupt         INTERRUPTING           the watch: its time is over
 * INTERRUPTING  interrupt         INTERRUPTED            the same thread
 * INTERRUPTED   finish            ENDED_LATE             the worker
 * </pre>
 *
 * <b>The interrupt hand-shake.</b> The watch must not interrupt the task that the worker
 * runs next. So it announces the interrupt before it sends it, and the worker, which
 * finds that it can't go from RUNNING to ENDED, waits until the interrupt has been sent
 * and clears it. The wait is a spin: the watch does nothing in between but fail a future
 * and call {@link Thread#interrupt()}. If the worker comes first, the announcement fails
 * and nothing is sent.
 * <p>
 * <b>What orders the reads.</b> The state is volatile. Whoever sees a task as ended sees
 * what its worker wrote before it ended it; a worker that starts it sees what the
 * submitter wrote before the hand-over, by the executor's own queue.
 */
@SuppressWarnings("EnumOrdinal") // a reason is kept as its number, never beyond this JVM
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
	 * Whether the task is still queued.
	 */
	public final boolean isQueued() {
		return this.state == QUEUED;
	}

	/**
	 * Whether the task has begun and not ended.
	 */
	final boolean isRunning() {
		byte state = this.state;
		return state == RUNNING || state == INTERRUPTING || state == INTERRUPTED;
	}

	public final boolean isEnded() {
		byte state = this.state;
		return state == ENDED || state >= ENDED_LATE;
	}

	/**
	 * Whether the task is running although its time is over.
	 */
	final boolean isOverdue() {
		byte state = this.state;
		return state == INTERRUPTING || state == INTERRUPTED;
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
