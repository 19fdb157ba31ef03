package io.lifeguard.engine.schedule;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.function.LongSupplier;

import io.lifeguard.ScheduleSnapshot;
import io.lifeguard.support.Fields;
import org.jspecify.annotations.Nullable;

import org.springframework.scheduling.Trigger;
import org.springframework.scheduling.TriggerContext;
import org.springframework.scheduling.support.CronTrigger;
import org.springframework.scheduling.support.PeriodicTrigger;
import org.springframework.scheduling.support.SimpleTriggerContext;

/**
 * Forwards to the trigger of a schedule, and sees each time that it names, that it names
 * none, and that it throws. Asked by one of the scheduler's threads at a time, read by
 * any.
 */
final class FollowedTrigger implements Trigger {

	private static final Duration LONGEST = Duration.ofDays(36_500);

	private final Trigger trigger;

	private final LongSupplier nanos;

	private volatile boolean asked;

	private volatile long askedAt;

	private volatile boolean ended;

	private volatile @Nullable Throwable thrown;

	private volatile @Nullable Clock clock;

	/** When the next run is due, in nanoseconds. */
	private volatile long due;

	/** When the run before that was due, in nanoseconds. */
	private volatile long previous;

	/** How often it has named a time, or none; the times before are past. */
	private volatile long answers;

	/**
	 * Follow the given trigger.
	 * @param nanos the scheduler's timer
	 */
	FollowedTrigger(Trigger trigger, LongSupplier nanos) {
		this.trigger = trigger;
		this.nanos = nanos;
	}

	@Override
	public @Nullable Instant nextExecution(TriggerContext context) {
		this.askedAt = this.nanos.getAsLong();
		this.asked = true;
		long answers = this.answers + 1;
		try {
			Instant next = this.trigger.nextExecution(context);
			if (next != null) {
				name(next, context.getClock());
			}
			this.ended = next == null;
			this.answers = answers;
			return next;
		}
		catch (Throwable ex) {
			this.thrown = ex;
			throw ex;
		}
		finally {
			this.asked = false;
		}
	}

	/**
	 * Note what the scheduler computes its delay from, with what it computes it from. A
	 * time that is past, be it only since the clock was set, is due now.
	 */
	private void name(Instant next, Clock clock) {
		this.clock = clock;
		long due = this.nanos.getAsLong() + Math.max(0, nanosBetween(clock.instant(), next));
		this.previous = this.due;
		this.due = due;
	}

	private static long nanosBetween(Instant from, Instant to) {
		Duration duration = Duration.between(from, to);
		return (duration.compareTo(LONGEST) < 0) ? duration.toNanos() : LONGEST.toNanos();
	}

	/**
	 * Whether the trigger is being asked, by a thread that may hold locks of the
	 * scheduler's future.
	 */
	boolean isAsked() {
		return this.asked;
	}

	/**
	 * Return since when the trigger has been asked, in nanoseconds.
	 */
	long askedAt() {
		return this.askedAt;
	}

	/**
	 * Whether the trigger has said that there is no next time.
	 */
	boolean hasEnded() {
		return this.ended;
	}

	/**
	 * Return how often the trigger has named a time, or none.
	 */
	long answers() {
		return this.answers;
	}

	/**
	 * Return what the trigger has thrown instead of naming a time.
	 */
	@Nullable Throwable thrown() {
		return this.thrown;
	}

	/**
	 * Return when the run is due that the trigger has named last, in nanoseconds.
	 */
	long due() {
		return this.due;
	}

	/**
	 * Return when the run before the last named one was due, in nanoseconds, or
	 * {@code null} if there was none.
	 */
	@Nullable Long previous() {
		return (this.answers > 1) ? this.previous : null;
	}

	/**
	 * Return when the run after one that goes on would be due, in nanoseconds, or
	 * {@code null} if no run is due before that has ended. Only Spring's own triggers are
	 * asked: those of others may remember being asked.
	 * @param start when that run began
	 */
	@Nullable Long dueAfter(long start, long now) {
		Clock clock = this.clock;
		if (clock == null || !isCron()) {
			return isFixedRate() ? this.due + ((PeriodicTrigger) this.trigger).getPeriodDuration().toNanos() : null;
		}
		Instant began = clock.instant().minusNanos(now - start);
		SimpleTriggerContext context = new SimpleTriggerContext(clock);
		context.update(began, began, began);
		Instant next = this.trigger.nextExecution(context);
		return (next != null) ? Long.valueOf(start + nanosBetween(began, next)) : null;
	}

	private boolean isCron() {
		return this.trigger instanceof CronTrigger
				&& this.trigger.getClass().getName().startsWith(CronTrigger.class.getName());
	}

	private boolean isFixedRate() {
		return this.trigger.getClass() == PeriodicTrigger.class && ((PeriodicTrigger) this.trigger).isFixedRate();
	}

	/**
	 * Describe the trigger.
	 * @param clock the scheduler's, for the zone of a cron that names none
	 */
	static ScheduleSnapshot.Trigger describe(Trigger trigger, Clock clock) {
		if (trigger instanceof CronTrigger cron) {
			Object zone = Objects.requireNonNullElseGet(Fields.get(cron, "zoneId"), clock::getZone);
			return new ScheduleSnapshot.Trigger(ScheduleSnapshot.Trigger.Type.CRON, cron.getExpression(),
					zone.toString(), null);
		}
		if (trigger.getClass() == PeriodicTrigger.class) {
			PeriodicTrigger periodic = (PeriodicTrigger) trigger;
			return new ScheduleSnapshot.Trigger(periodic.isFixedRate() ? ScheduleSnapshot.Trigger.Type.FIXED_RATE
					: ScheduleSnapshot.Trigger.Type.FIXED_DELAY, null, null, periodic.getPeriodDuration());
		}
		return new ScheduleSnapshot.Trigger(ScheduleSnapshot.Trigger.Type.CUSTOM, null, null, null);
	}

	@Override
	public String toString() {
		return this.trigger.toString();
	}

}
