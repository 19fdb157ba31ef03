package io.lifeguard.engine.schedule;

import java.lang.reflect.Method;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

import io.lifeguard.Outcome;
import io.lifeguard.Schedule;
import io.lifeguard.ScheduleHealth;
import io.lifeguard.ScheduleListener;
import io.lifeguard.ScheduleSettings;
import io.lifeguard.ScheduleSnapshot;
import io.lifeguard.TaskTimes;
import io.lifeguard.engine.failure.Failure;
import io.lifeguard.engine.failure.TaskNames;
import io.lifeguard.engine.task.Task;
import io.lifeguard.engine.task.TimeSum;
import io.lifeguard.support.OnceLogger;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * The record of what a scheduler runs again and again, from the moment it is scheduled
 * until it is ended. Written by the threads that run it, read by any; a run takes no
 * lock.
 */
final class FollowedSchedule implements Schedule {

	private static final long NEVER = Long.MIN_VALUE;

	/**
	 * Nanoseconds after which a failure is reported although its scheduler has not made
	 * anything of it: what comes after a run, as an error handler, may hang.
	 */
	private static final long PATIENCE = 1_000_000_000;

	private static final Log logger = LogFactory.getLog(FollowedSchedule.class);

	private static final OnceLogger faults = new OnceLogger();

	private final String name;

	private final String task;

	private final Object body;

	private final Scheduler scheduler;

	private final ScheduleTiming timing;

	private final ScheduleSettings settings;

	private final LongSupplier nanos;

	/** When it was scheduled, in nanoseconds. */
	private final long created;

	/** What ran the scheduler's tasks when it was scheduled. */
	private final @Nullable Object executor;

	private final Map<Outcome, TimeSum> runs = new EnumMap<>(
			Map.of(Outcome.SUCCESS, new TimeSum(), Outcome.FAILURE, new TimeSum(), Outcome.CANCELLED, new TimeSum()));

	private final TimeSum lags = new TimeSum();

	private final AtomicInteger running = new AtomicInteger();

	private final AtomicInteger consecutiveFailures = new AtomicInteger();

	/** A failure of which it is not decided yet whether the schedule has died of it. */
	private final AtomicReference<@Nullable Failure> undecided = new AtomicReference<>();

	private final List<ScheduleListener> listeners = new CopyOnWriteArrayList<>();

	private final ScheduleJudge judge;

	private volatile @Nullable ScheduledFuture<?> future;

	/** The run that began last. */
	private volatile @Nullable Task lastRun;

	private volatile long startedAt = NEVER;

	/** Which run it was to the scheduler that was taken up last. */
	private volatile long position;

	/** Whether one was. */
	private volatile boolean taken;

	private volatile long failedAt;

	private volatile long succeededAt = NEVER;

	private volatile long startMillis;

	private volatile long endMillis;

	private volatile long successMillis;

	private volatile long duration;

	private volatile long lag = NEVER;

	private volatile @Nullable Outcome outcome;

	private volatile @Nullable String exception;

	private volatile boolean looked;

	private volatile boolean over;

	private volatile ScheduleHealth health = new ScheduleHealth(ScheduleHealth.Status.UP, null, Instant.now());

	FollowedSchedule(String name, String task, Object body, Scheduler scheduler, ScheduleTiming timing,
			ScheduleSettings settings, LongSupplier nanos) {
		this.name = name;
		this.task = task;
		this.body = body;
		this.scheduler = scheduler;
		this.timing = timing;
		this.settings = settings;
		this.nanos = nanos;
		this.created = nanos.getAsLong();
		this.executor = scheduler.executor();
		this.judge = new ScheduleJudge(this);
	}

	@Override
	public String name() {
		return this.name;
	}

	@Override
	public String pool() {
		return this.scheduler.pool();
	}

	@Override
	public @Nullable Method method() {
		return TaskNames.calledBy(this.body);
	}

	@Override
	public ScheduleSettings settings() {
		return this.settings;
	}

	@Override
	public ScheduleHealth health() {
		return this.health;
	}

	@Override
	public TaskTimes runTimes(Outcome outcome) {
		return times(outcome).get();
	}

	@Override
	public TaskTimes lags() {
		return this.lags.get();
	}

	@Override
	public @Nullable Long lastSuccess() {
		return (this.succeededAt != NEVER) ? this.successMillis : null;
	}

	@Override
	public void addListener(ScheduleListener listener) {
		this.listeners.add(listener);
	}

	@Override
	public ScheduleSnapshot snapshot() {
		long failures = times(Outcome.FAILURE).count();
		Outcome outcome = this.outcome;
		boolean started = this.startedAt != NEVER;
		Long success = lastSuccess();
		return new ScheduleSnapshot(this.name, pool(), this.task, this.timing.description(), this.health,
				this.running.get(), times(Outcome.SUCCESS).count() + failures + times(Outcome.CANCELLED).count(),
				failures, this.consecutiveFailures.get(), started ? Instant.ofEpochMilli(this.startMillis) : null,
				(outcome != null) ? Instant.ofEpochMilli(this.endMillis) : null, outcome,
				(success != null) ? Instant.ofEpochMilli(success) : null,
				(outcome != null) ? Duration.ofNanos(this.duration) : null,
				(this.lag != NEVER) ? Duration.ofNanos(this.lag) : null, nextDue());
	}

	private @Nullable Instant nextDue() {
		if (this.health.status() == ScheduleHealth.Status.DEAD) {
			return null;
		}
		long now = this.nanos.getAsLong();
		try {
			Long due = this.judge.nextDue(now);
			return (due != null) ? Instant.now().plusNanos(due - now) : null;
		}
		catch (Throwable ex) {
			cannotTell(ex);
			return null;
		}
	}

	/**
	 * Note that the application's own future or trigger does not answer.
	 */
	private void cannotTell(Throwable thrown) {
		faults.logOnce(thrown.getClass().getName() + this.name,
				() -> logger.warn("When " + this + " is due can't be told. This is logged once", thrown));
	}

	private TimeSum times(Outcome outcome) {
		return Objects.requireNonNull(this.runs.get(outcome));
	}

	/**
	 * Note what the scheduler has made of the schedule.
	 */
	void scheduled(ScheduledFuture<?> future) {
		this.future = future;
	}

	/**
	 * Note that a run has begun.
	 * @return when that was, in nanoseconds
	 */
	long started(Task run) {
		ScheduledFuture<?> future = this.future;
		long delay = delay(future);
		long now = this.nanos.getAsLong();
		// Without a future it has begun before the scheduler has returned one
		long lag = Math.max(0, now - ((future != null) ? this.timing.started(delay, now) : this.created));
		this.running.incrementAndGet();
		this.lastRun = run;
		taken(delay, now);
		this.lag = lag;
		this.lags.add(lag);
		this.startMillis = System.currentTimeMillis();
		this.startedAt = now;
		notifyListeners((listener) -> listener.started(run, lag));
		return now;
	}

	/**
	 * Note that the scheduler has taken a run up.
	 * @param delay what the future has said before the given time
	 */
	private void taken(long delay, long now) {
		this.position = this.timing.position(delay, now);
		this.taken = true;
	}

	private long delay(@Nullable ScheduledFuture<?> future) {
		try {
			return (future != null) ? this.timing.delay(future) : 0;
		}
		catch (Throwable ex) { // of a future of the application's own
			cannotTell(ex);
			return 0;
		}
	}

	/**
	 * Note that a run has ended.
	 * @param start when it began, in nanoseconds
	 */
	void ended(Task run, Outcome outcome, @Nullable Failure failure, long start) {
		long millis = System.currentTimeMillis();
		long now = this.nanos.getAsLong();
		long ran = now - start;
		times(outcome).add(ran);
		switch (outcome) {
			case SUCCESS -> {
				this.consecutiveFailures.set(0);
				this.successMillis = millis;
				this.succeededAt = now;
			}
			case FAILURE -> {
				this.exception = (failure != null) ? failure.throwable().getClass().getName() : null;
				this.consecutiveFailures.incrementAndGet();
			}
			case CANCELLED -> {
			}
		}
		this.duration = ran;
		this.endMillis = millis;
		this.outcome = outcome;
		this.running.decrementAndGet();
		notifyListeners((listener) -> listener.ended(run, outcome, ran));
	}

	private void notifyListeners(Consumer<ScheduleListener> event) {
		for (ScheduleListener listener : this.listeners) {
			try {
				event.accept(listener);
			}
			catch (Throwable ex) { // no reason for the run to fail
				faults.logOnce(listener.getClass().getName() + ex.getClass().getName(),
						() -> logger.warn("A listener to " + this + " failed. This is logged once", ex));
			}
		}
	}

	/**
	 * Take over a failure that nobody could see. It is reported once the scheduler has
	 * made something of it: only then it is known whether that was the last run.
	 */
	void failed(Failure failure) {
		this.failedAt = this.nanos.getAsLong();
		Failure before = this.undecided.getAndSet(failure);
		if (before != null) { // or else there would have been no other run
			before.uncaught();
		}
		if (this.over || this.timing.handsOver()) {
			decide(false);
		}
	}

	/**
	 * Take over the failure of a run that has not begun.
	 */
	void failedOutside(Failure failure) {
		long delay = delay(this.future);
		taken(delay, this.nanos.getAsLong());
		failed(failure);
	}

	/**
	 * Whether a failure is known not to be what the schedule has died of: its scheduler
	 * has gone on to the next run. Where that does not come, the failure does not wait
	 * for long.
	 */
	boolean isToDecide(long now) {
		return this.undecided.get() != null && (hasGoneOn(now) || now - this.failedAt > PATIENCE);
	}

	/**
	 * Whether the scheduler has gone on from the run that it took up last to the next
	 * one, or to the first if it has taken none up.
	 */
	boolean hasGoneOn(long now) {
		ScheduledFuture<?> future = this.future;
		return !this.taken || (future != null && this.timing.hasGoneOn(this.position, future, now));
	}

	/**
	 * Report the failure that is waiting for that.
	 * @param dead whether the schedule has died of it
	 * @return whether its report says that the schedule is dead
	 */
	boolean decide(boolean dead) {
		Failure failure = this.undecided.getAndSet(null);
		if (failure == null) {
			return false;
		}
		if (dead) {
			failure.dies();
		}
		failure.uncaught();
		return dead && failure.isReportable();
	}

	/**
	 * Note that the schedule is no more.
	 */
	void end() {
		this.over = true;
		decide(false);
	}

	ScheduleJudge judge() {
		return this.judge;
	}

	boolean isOver() {
		return this.over;
	}

	/**
	 * Note that the application has looked whether the schedule is done.
	 */
	void looked() {
		this.looked = true;
	}

	/**
	 * Whether the given task, which is to be scheduled under the same name, is this one
	 * over again: the schedule is dead and has the same task. Of two lambdas it can't be
	 * told whether they do the same; so those count only where the application has
	 * noticed that the schedule is dead.
	 */
	boolean isRevivedBy(Object body) {
		return this.health.status() == ScheduleHealth.Status.DEAD && SameTask.isSame(this.body, body, this.looked);
	}

	/**
	 * Judge the schedule. Always to be called by the same thread.
	 * @return whether the status has changed
	 */
	boolean judge(long now) {
		this.runs.values().forEach((times) -> times.tick(now));
		this.lags.tick(now);
		ScheduleJudge.Verdict verdict = this.judge.verdict(now);
		ScheduleHealth before = this.health;
		boolean changed = verdict.status() != before.status();
		this.health = new ScheduleHealth(verdict.status(), verdict.reason(), changed ? Instant.now() : before.since());
		return changed;
	}

	@Nullable ScheduledFuture<?> future() {
		return this.future;
	}

	Scheduler scheduler() {
		return this.scheduler;
	}

	/**
	 * Whether what was to run it is shut down, though the scheduler may go on with
	 * another executor.
	 */
	boolean isAbandoned() {
		return this.scheduler.isShutdown() || this.scheduler.executor() != this.executor;
	}

	ScheduleTiming timing() {
		return this.timing;
	}

	long created() {
		return this.created;
	}

	/**
	 * Return when the last run has started, or when the schedule was made if none has.
	 */
	long startedAt() {
		return (this.startedAt != NEVER) ? this.startedAt : this.created;
	}

	/**
	 * Return when the last run has succeeded, or when the schedule was made if none has.
	 */
	long succeededAt() {
		return (this.succeededAt != NEVER) ? this.succeededAt : this.created;
	}

	/**
	 * Return how many runs have started.
	 */
	long starts() {
		return this.lags.count();
	}

	int consecutiveFailures() {
		return this.consecutiveFailures.get();
	}

	@Nullable String exception() {
		return this.exception;
	}

	@Nullable Outcome outcome() {
		return this.outcome;
	}

	/**
	 * Return the last run, if it has not ended.
	 */
	@Nullable Task current() {
		Task run = this.lastRun;
		return (run != null && !run.isEnded()) ? run : null;
	}

	@Override
	public String toString() {
		return "schedule " + this.name;
	}

}
