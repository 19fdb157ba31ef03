package io.lifeguard.sentry;

import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

import io.lifeguard.Outcome;
import io.lifeguard.Schedule;
import io.lifeguard.ScheduleListener;
import io.lifeguard.engine.pool.Pool;
import io.lifeguard.engine.pool.PoolRegistry;
import io.lifeguard.support.OnceLogger;
import io.sentry.CheckIn;
import io.sentry.CheckInStatus;
import io.sentry.ISentryClient;
import io.sentry.Sentry;
import io.sentry.hints.SubmissionResult;
import io.sentry.protocol.SentryId;
import io.sentry.util.HintUtils;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Checks each run of a schedule in with its monitor in Sentry, as it starts and as it
 * ends.
 * <p>
 * <b>Pace.</b> Sentry's transport has room for 30 events and check-ins, and drops what
 * comes then. So there are never more than a few check-ins in it: the next one follows
 * when Sentry has taken one, and all others wait here, in order.
 * <p>
 * <b>Threads.</b> A worker only puts its check-in into a queue. They are sent by the
 * registry's watch and by the thread of the transport.
 */
public final class CheckIns {

	/**
	 * Check-ins in the transport at most.
	 */
	private static final int WINDOW = 4;

	/**
	 * Check-ins that wait at most; further ones are lost.
	 */
	static final int CAPACITY = 4000;

	/** Nanoseconds after which Sentry is not waited for any more. */
	private static final long PATIENCE = TimeUnit.SECONDS.toNanos(15);

	private static final Log logger = LogFactory.getLog(CheckIns.class);

	private final Queue<Event> waiting = new ConcurrentLinkedQueue<>();

	private final AtomicInteger size = new AtomicInteger();

	private final AtomicInteger inTransport = new AtomicInteger();

	/** Of how many wishes to send there has been none that was fulfilled yet. */
	private final AtomicInteger wishes = new AtomicInteger();

	private final OnceLogger faults = new OnceLogger();

	private final PoolRegistry registry;

	private final Predicate<Schedule> hasOwn;

	private volatile long sentAt;

	/**
	 * Check in the schedules of the given registry.
	 * @param hasOwn whether a schedule's method checks in by itself; asked when it has
	 * started for the first time
	 */
	public CheckIns(PoolRegistry registry, Predicate<Schedule> hasOwn) {
		this.registry = registry;
		this.hasOwn = hasOwn;
		registry.onSchedule((schedule) -> schedule.addListener(new Runs(schedule)));
		registry.onTick((last) -> tick());
	}

	private void tick() {
		if (!Sentry.isEnabled()) {
			this.waiting.clear();
			this.size.set(0);
			return;
		}
		if (this.inTransport.get() > 0 && System.nanoTime() - this.sentAt > PATIENCE) {
			this.inTransport.set(0);
		}
		sendNext();
	}

	private void offer(Event event) {
		if (this.size.incrementAndGet() <= CAPACITY) {
			this.waiting.add(event);
		}
		else {
			this.size.decrementAndGet();
			this.faults.logOnce("full", () -> logger.warn("Sentry takes check-ins more slowly than they come: "
					+ CAPACITY + " wait, and further ones are lost. This is logged once"));
		}
	}

	/**
	 * Send what may be sent now. One thread does it at a time, so that a run's end does
	 * not overtake its start; one that comes meanwhile leaves it its wish.
	 */
	private void sendNext() {
		if (this.wishes.getAndIncrement() > 0) {
			return;
		}
		int fulfilled = 1;
		do {
			while (this.inTransport.get() < WINDOW) {
				Event event = this.waiting.poll();
				if (event == null) {
					break;
				}
				this.size.decrementAndGet();
				send(event);
			}
			fulfilled = this.wishes.addAndGet(-fulfilled);
		}
		while (fulfilled > 0);
	}

	private void send(Event event) {
		try {
			CheckIn checkIn = event.runs.checkIn(event);
			ISentryClient client = Sentry.getCurrentScopes().getGlobalScope().getClient();
			if (checkIn != null) {
				this.inTransport.incrementAndGet();
				this.sentAt = System.nanoTime();
				client.captureCheckIn(checkIn, null, HintUtils.createWithTypeCheckHint(new Taken()));
			}
		}
		catch (Throwable ex) { // of Sentry's; the next one may do better
			this.faults.logOnce(ex.getClass().getName(),
					() -> logger.warn("A check-in could not be sent. This is logged once", ex));
		}
	}

	/**
	 * Is told by the transport that a check-in has left it, one way or the other.
	 */
	private final class Taken implements SubmissionResult {

		private boolean success;

		@Override
		public void setResult(boolean success) {
			this.success = success;
			CheckIns.this.inTransport.updateAndGet((count) -> Math.max(0, count - 1));
			sendNext();
		}

		@Override
		public boolean isSuccess() {
			return this.success;
		}

	}

	/**
	 * The start or the end of a run.
	 *
	 * @param outcome how it ended, {@code null} for a start
	 * @param ran the nanoseconds it took
	 */
	private record Event(Runs runs, Object run, @Nullable Outcome outcome, long ran) {

	}

	/**
	 * The runs of one schedule.
	 */
	private final class Runs implements ScheduleListener {

		private final Map<Object, SentryId> ids = new ConcurrentHashMap<>();

		private final Schedule schedule;

		private @Nullable Monitor monitor;

		private boolean decided;

		private volatile boolean without;

		private Duration longest = Duration.ZERO;

		Runs(Schedule schedule) {
			this.schedule = schedule;
		}

		@Override
		public void started(Object run, long lag) {
			if (!this.without) {
				offer(new Event(this, run, null, 0));
			}
		}

		@Override
		public void ended(Object run, Outcome outcome, long ran) {
			if (!this.without) {
				offer(new Event(this, run, outcome, ran));
			}
		}

		/**
		 * Return what to send, or {@code null} if there is no monitor. Confined to one
		 * thread at a time.
		 */
		@Nullable CheckIn checkIn(Event event) {
			Monitor monitor = monitor();
			Outcome outcome = event.outcome;
			if (monitor == null) {
				return null;
			}
			if (outcome == null) {
				SentryId id = new SentryId();
				this.ids.put(event.run, id);
				CheckIn checkIn = new CheckIn(id, monitor.slug(), CheckInStatus.IN_PROGRESS);
				checkIn.setMonitorConfig(monitor.config(this.longest));
				return checkIn;
			}
			SentryId id = this.ids.remove(event.run);
			Duration ran = Duration.ofNanos(event.ran);
			this.longest = (ran.compareTo(this.longest) > 0) ? ran : this.longest;
			if (id == null) {
				return null; // its start was lost
			}
			CheckIn checkIn = new CheckIn(id, monitor.slug(),
					(outcome == Outcome.FAILURE) ? CheckInStatus.ERROR : CheckInStatus.OK);
			checkIn.setDuration(event.ran / 1e9);
			return checkIn;
		}

		private @Nullable Monitor monitor() {
			if (!this.decided) {
				this.decided = true;
				this.monitor = decide();
				this.without = this.monitor == null;
			}
			return this.monitor;
		}

		private @Nullable Monitor decide() {
			if (CheckIns.this.hasOwn.test(this.schedule)) {
				return null;
			}
			Pool pool = CheckIns.this.registry.pool(this.schedule.pool());
			try {
				return Monitor.of(this.schedule, (pool != null) ? pool.settings().stuckAfter() : Duration.ZERO);
			}
			catch (IllegalArgumentException ex) {
				logger.info("Schedule " + this.schedule.name() + " has no monitor in Sentry: " + ex.getMessage());
				return null;
			}
		}

	}

}
