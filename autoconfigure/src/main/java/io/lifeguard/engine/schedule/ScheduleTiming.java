package io.lifeguard.engine.schedule;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Delayed;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

import io.lifeguard.ScheduleSnapshot;
import org.jspecify.annotations.Nullable;

import org.springframework.scheduling.Trigger;

/**
 * When the runs of a schedule are due, on its scheduler's own timer: no clock that is set
 * comes into it.
 */
public final class ScheduleTiming {

	private final ScheduleSnapshot.Trigger description;

	/**
	 * Nanoseconds of a rate or a delay that the scheduler itself knows, 0 with a trigger.
	 */
	private final long period;

	private final @Nullable FollowedTrigger trigger;

	private final boolean handsOver;

	private ScheduleTiming(ScheduleSnapshot.Trigger description, long period, @Nullable FollowedTrigger trigger,
			boolean handsOver) {
		this.description = description;
		this.period = period;
		this.trigger = trigger;
		this.handsOver = handsOver;
	}

	/**
	 * Return the timing of what a trigger says the times of.
	 * @param clock the scheduler's
	 * @param handsOver whether the scheduler only hands runs over to other threads, and
	 * goes on to the next while they run
	 * @param nanos the scheduler's timer, {@code null} if the scheduler has to have the
	 * very trigger, since it may recognise it
	 */
	public static ScheduleTiming by(Trigger trigger, Clock clock, boolean handsOver, @Nullable LongSupplier nanos) {
		return new ScheduleTiming(FollowedTrigger.describe(trigger, clock), 0,
				(nanos != null) ? new FollowedTrigger(trigger, nanos) : null, handsOver);
	}

	/**
	 * Return the timing of what is to start once in a period.
	 */
	public static ScheduleTiming fixedRate(long nanos, boolean handsOver) {
		return new ScheduleTiming(new ScheduleSnapshot.Trigger(ScheduleSnapshot.Trigger.Type.FIXED_RATE, null, null,
				Duration.ofNanos(nanos)), nanos, null, handsOver);
	}

	/**
	 * Return the timing of what is to start a while after it has ended.
	 */
	public static ScheduleTiming fixedDelay(long nanos) {
		return new ScheduleTiming(new ScheduleSnapshot.Trigger(ScheduleSnapshot.Trigger.Type.FIXED_DELAY, null, null,
				Duration.ofNanos(nanos)), nanos, null, false);
	}

	/**
	 * Return what the scheduler is to have in place of the given trigger.
	 */
	public Trigger follow(Trigger trigger) {
		return (this.trigger != null) ? this.trigger : trigger;
	}

	ScheduleSnapshot.Trigger description() {
		return this.description;
	}

	@Nullable FollowedTrigger trigger() {
		return this.trigger;
	}

	/**
	 * Whether only a trigger that is not followed knows when there is no next time.
	 */
	boolean endsUnseen() {
		return this.trigger == null && this.period == 0;
	}

	/**
	 * Whether the scheduler only hands runs over to other threads, and goes on to the
	 * next while they run.
	 */
	public boolean handsOver() {
		return this.handsOver;
	}

	/**
	 * Return when the run is due that a schedule's future stands for, in nanoseconds, or
	 * a little before if the given time is that long ago.
	 */
	long due(Delayed future, long now) {
		return now + future.getDelay(TimeUnit.NANOSECONDS);
	}

	/**
	 * Return what a schedule's future says of the run that starts now, in nanoseconds; of
	 * one with a trigger nothing, since that would take a lock.
	 */
	long delay(Delayed future) {
		return (this.trigger == null) ? future.getDelay(TimeUnit.NANOSECONDS) : 0;
	}

	/**
	 * Return when the run was due that has just started, in nanoseconds. Takes no lock.
	 * @param delay what its future has said
	 */
	long started(long delay, long now) {
		if (this.trigger != null) {
			Long previous = (this.trigger.due() - now > 0) ? this.trigger.previous() : null;
			return (previous != null) ? previous : this.trigger.due();
		}
		return (this.handsOver && delay > 0) ? now + delay - this.period : now + delay;
	}

	/**
	 * Return which run it is that starts, so that it can be told when the scheduler has
	 * gone on from it: with a trigger by the times it has named, else by when the run is
	 * due at the latest.
	 * @param delay what its future has said before the given time
	 */
	long position(long delay, long now) {
		return (this.trigger != null) ? this.trigger.answers() : now + delay;
	}

	/**
	 * Whether the scheduler has gone on from the run at the given position: it has asked
	 * its trigger, or put off when the next run is due.
	 */
	boolean hasGoneOn(long position, Delayed future, long now) {
		return (this.trigger != null) ? this.trigger.answers() != position : due(future, now) - position > 0;
	}

	/**
	 * Return when the run after one that goes on is due, in nanoseconds, or {@code null}
	 * if none is before that has ended.
	 * @param due when the run that goes on was due
	 * @param start when it began
	 */
	@Nullable Long dueWhileRunning(long due, long start, long now) {
		if (this.trigger != null) {
			return this.trigger.dueAfter(start, now);
		}
		return isFixedRate() ? Long.valueOf(due + this.period) : null;
	}

	/**
	 * Return when the run was due after which the scheduler has gone on to the one due at
	 * the given time, in nanoseconds, or {@code null} if there is none that is known.
	 */
	@Nullable Long dueBefore(long due) {
		if (this.trigger != null) {
			return this.trigger.previous();
		}
		return isFixedRate() ? Long.valueOf(due - this.period) : null;
	}

	private boolean isFixedRate() {
		return this.description.type() == ScheduleSnapshot.Trigger.Type.FIXED_RATE;
	}

}
