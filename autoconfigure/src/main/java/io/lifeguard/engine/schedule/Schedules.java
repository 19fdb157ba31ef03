package io.lifeguard.engine.schedule;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;

import io.lifeguard.ScheduleHealth;
import io.lifeguard.ScheduleHealth.Status;
import io.lifeguard.Schedule;
import io.lifeguard.ScheduleSettings;
import io.lifeguard.engine.failure.FailureDesk;
import io.lifeguard.engine.failure.TaskNames;
import io.lifeguard.engine.task.Ledger;
import io.lifeguard.engine.task.Task;
import io.lifeguard.support.OnceLogger;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * The schedules of an application, each under a name of its own for as long as it goes
 * on.
 */
public final class Schedules {

	/**
	 * Schedules followed at most. Further ones run as they do, and nobody is told of
	 * them.
	 */
	static final int MAX_SCHEDULES = 1000;

	/** Nanoseconds between two looks, however often the registry ticks. */
	private static final long PERIOD = 200_000_000;

	private static final Log logger = LogFactory.getLog("io.lifeguard.health");

	private final Map<String, FollowedSchedule> schedules = new ConcurrentSkipListMap<>();

	private final List<Consumer<? super Schedule>> listeners = new CopyOnWriteArrayList<>();

	private final List<Consumer<? super Schedule>> removalListeners = new CopyOnWriteArrayList<>();

	/** What has ended without being well again, and is still to be told of. */
	private final Queue<End> ends = new ConcurrentLinkedQueue<>();

	private final OnceLogger faults = new OnceLogger();

	private final LongSupplier nanos;

	private final ScheduleAlarms alarms;

	private volatile Function<String, ScheduleSettings> settings = (name) -> ScheduleSettings.DEFAULT;

	private long lookedAt;

	/**
	 * Create schedules that read the given timer, which is that of their schedulers.
	 */
	public Schedules(LongSupplier nanos, FailureDesk desk) {
		this.nanos = nanos;
		this.alarms = new ScheduleAlarms(desk);
		this.lookedAt = nanos.getAsLong() - PERIOD;
	}

	/**
	 * Ask the given function how a schedule of a given name is watched, from now on.
	 */
	public void setSettings(Function<String, ScheduleSettings> settings) {
		this.settings = settings;
	}

	/**
	 * Return all schedules, ordered by name.
	 */
	public Collection<? extends Schedule> all() {
		return this.schedules.values();
	}

	/**
	 * Return the schedule of the given name, or {@code null} if there is none.
	 */
	public @Nullable Schedule get(String name) {
		return this.schedules.get(name);
	}

	/**
	 * Let the given listener know of each schedule there is, and of each that comes later
	 * or takes another's place, on the thread that makes it.
	 */
	public synchronized void onSchedule(Consumer<? super Schedule> listener) {
		this.listeners.add(listener);
		this.schedules.values().forEach(listener);
	}

	/**
	 * Let the given listener know of each schedule that is no more.
	 */
	public void onRemoval(Consumer<? super Schedule> listener) {
		this.removalListeners.add(listener);
	}

	/**
	 * Return the timer of the schedulers, in nanoseconds.
	 */
	public LongSupplier nanos() {
		return this.nanos;
	}

	/**
	 * Follow what is about to be scheduled.
	 * @param body the task
	 * @param ledger that of the scheduler's pool
	 * @param timing when the task is due
	 * @return what to schedule in its place
	 */
	public PeriodicTask follow(Runnable body, Ledger ledger, Scheduler scheduler, ScheduleTiming timing) {
		return new PeriodicTask(ledger, body, add(body, scheduler, timing), this);
	}

	private synchronized FollowedSchedule add(Object body, Scheduler scheduler, ScheduleTiming timing) {
		String task = TaskNames.ofScheduled(body);
		String name = freeName(task, body);
		FollowedSchedule schedule = new FollowedSchedule(name, task, body, scheduler, timing, this.settings.apply(name),
				this.nanos);
		FollowedSchedule before = this.schedules.get(name);
		if (before != null) {
			remove(before, "is scheduled again");
		}
		if (this.schedules.size() < MAX_SCHEDULES) {
			this.schedules.put(name, schedule);
			this.listeners.forEach((listener) -> listener.accept(schedule));
		}
		else {
			schedule.end();
			this.faults.logOnce("full", () -> logger.warn("More than " + MAX_SCHEDULES + " schedules at once: " + task
					+ " and others to come are not followed"));
		}
		return schedule;
	}

	private String freeName(String task, Object body) {
		String name = task;
		for (int i = 2;; i++) {
			FollowedSchedule present = this.schedules.get(name);
			if (present == null || present.isRevivedBy(body)) {
				return name;
			}
			name = task + "#" + i;
		}
	}

	/**
	 * Note that a schedule is no more: whoever it belongs to has ended it.
	 */
	void remove(FollowedSchedule schedule) {
		remove(schedule, "is no more");
	}

	private synchronized void remove(FollowedSchedule schedule, String becomes) {
		schedule.end();
		if (this.schedules.remove(schedule.name(), schedule)) {
			if (schedule.health().status() != Status.UP) {
				this.ends.add(new End(schedule, becomes, schedule.health()));
			}
			this.removalListeners.forEach((listener) -> listener.accept(schedule));
		}
	}

	/**
	 * Return the names of the schedules in the given pool that will not run again.
	 */
	public List<String> dead(String pool) {
		List<String> dead = new ArrayList<>();
		for (FollowedSchedule schedule : this.schedules.values()) {
			if (schedule.health().status() == Status.DEAD && schedule.pool().equals(pool)) {
				dead.add(schedule.name());
			}
		}
		return dead;
	}

	/**
	 * Return the runs that keep a thread of the given pool's scheduler itself, and not
	 * one to which it has handed them over.
	 */
	public List<Task> runningInline(String pool) {
		return this.schedules.values()
			.stream()
			.filter((schedule) -> schedule.pool().equals(pool) && !schedule.timing().handsOver())
			.map(FollowedSchedule::current)
			.filter(Objects::nonNull)
			.toList();
	}

	/**
	 * Judge all schedules. Always to be called by the same thread.
	 */
	public void tick() {
		long now = this.nanos.getAsLong();
		if (now - this.lookedAt < PERIOD) {
			return;
		}
		this.lookedAt = now;
		for (End end = this.ends.poll(); end != null; end = this.ends.poll()) {
			if (!end.schedule.scheduler().isClosing()) {
				logEnd(end.schedule, end.becomes, end.health);
			}
		}
		for (FollowedSchedule schedule : this.schedules.values()) {
			try {
				look(schedule, now);
			}
			catch (Throwable ex) { // of the application's own future, trigger or
									// scheduler
				schedule.decide(false);
				this.faults.logOnce(schedule.name(),
						() -> logger.warn("How well " + schedule + " is can't be told. This is logged once", ex));
			}
		}
	}

	private void look(FollowedSchedule schedule, long now) {
		if (schedule.judge().isOver()) {
			remove(schedule);
			return;
		}
		ScheduleHealth before = schedule.health();
		boolean changed = schedule.judge(now);
		ScheduleHealth health = schedule.health();
		boolean dead = health.status() == Status.DEAD;
		boolean reported = (dead || schedule.isToDecide(now))
				&& schedule.decide(dead && schedule.judge().last().ofRun());
		if (!changed || reported || schedule.isOver()) {
			return;
		}
		if (health.status() == Status.UP) {
			logEnd(schedule, "is UP again", before);
		}
		else {
			this.alarms.raise(schedule);
		}
	}

	private static void logEnd(FollowedSchedule schedule, String becomes, ScheduleHealth before) {
		logger.info("Schedule " + schedule.name() + " " + becomes + ", after having been " + before.status() + " since "
				+ before.since());
	}

	/**
	 * Report what is not decided yet, and what is still to fail at once: there will be no
	 * other look.
	 */
	public void close() {
		this.schedules.values().forEach(FollowedSchedule::end);
	}

	/**
	 * The end of a schedule, told by the one thread that looks: whoever ends it is not to
	 * wait for the log.
	 *
	 * @param becomes what becomes of it
	 * @param health how it was
	 */
	private record End(FollowedSchedule schedule, String becomes, ScheduleHealth health) {

	}

}
