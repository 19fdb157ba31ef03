package io.lifeguard.engine.schedule;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import io.lifeguard.PoolSettings;
import io.lifeguard.ReportSettings;
import io.lifeguard.Schedule;
import io.lifeguard.ScheduleHealth.Status;
import io.lifeguard.ScheduleSettings;
import io.lifeguard.engine.failure.ExecutorStatus;
import io.lifeguard.engine.failure.PoolLifecycle;
import io.lifeguard.engine.task.Ledger;
import io.lifeguard.engine.task.TaskDesk;
import io.lifeguard.support.Fields;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import org.springframework.scheduling.Trigger;
import org.springframework.scheduling.TriggerContext;
import org.springframework.scheduling.concurrent.ConcurrentTaskScheduler;
import org.springframework.scheduling.support.CronExpression;
import org.springframework.scheduling.support.CronTrigger;
import org.springframework.scheduling.support.PeriodicTrigger;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Lives of some schedules through four days each, on Spring's own scheduler and triggers
 * over a timer that goes on as it is told: with nights of daylight saving in several
 * zones, clocks that are set, cancels, restarts, pauses, runs that hang, fail and kill,
 * and error handlers that take their time. What the judge says is compared with what the
 * scheduler is known to have done.
 */
class ScheduleHistoriesTests {

	private static final int HISTORIES = 1000;

	/** Days before a night in which clocks are put forward or back: an hour, or half. */
	private static final List<ZonedDateTime> STARTS = List.of(start(2026, 3, 27, "Europe/Berlin"),
			start(2026, 10, 23, "Europe/Berlin"), start(2026, 3, 6, "America/New_York"),
			start(2026, 10, 30, "America/New_York"), start(2026, 4, 3, "Australia/Lord_Howe"),
			start(2026, 10, 2, "Australia/Lord_Howe"));

	private static final Duration GRACE = Duration.ofMinutes(1);

	private static final Duration SILENCE = Duration.ofHours(30);

	/** Within which a change has to be seen. */
	private static final long SEEN = Duration.ofSeconds(2).toNanos();

	private static final Duration LIFE = Duration.ofDays(4);

	/** Between two looks. */
	private static final long LOOK = Duration.ofMillis(250).toNanos();

	private static final long LONGEST_PAUSE = Duration.ofHours(1).toNanos();

	private static final int CRON = 0;

	private static final int RATE = 1;

	private static final int DELAY = 2;

	private static final int CUSTOM = 3;

	private static final int PERIODIC = 4;

	private static final int KINDS = 5;

	private static final List<String> CRONS = List.of("0 30 2 * * *", "0 0 */3 * * *", "0 15 1,2,3 * * MON-FRI",
			"30 59 23 * * *", "0 0/40 2-4 * * *");

	private static final ScheduleSettings SETTINGS = new ScheduleSettings(GRACE, 3, SILENCE, null);

	private static ZonedDateTime start(int year, int month, int day, String zone) {
		return ZonedDateTime.of(year, month, day, 0, 0, 0, 0, ZoneId.of(zone));
	}

	@Test
	void raiseNoFalseAlarmAndMissNone() {
		Set<Status> seen = EnumSet.noneOf(Status.class);
		for (int seed = 0; seed < HISTORIES; seed++) {
			seen.addAll(new History(seed).live());
		}
		assertThat(seen).containsExactlyInAnyOrder(Status.values());
	}

	/**
	 * One history.
	 */
	private static final class History {

		private final Set<Status> seen = EnumSet.noneOf(Status.class);

		private final List<Life> lives = new ArrayList<>();

		private final int seed;

		private final Random random;

		/** The zone in which clocks are changed. */
		private final ZoneId zone;

		/** The scheduler's. */
		private final ZoneId home;

		private final VirtualScheduler scheduler;

		private final ConcurrentTaskScheduler spring;

		private final Schedules schedules;

		private final Ledger ledger;

		/** Whether the error handler throws on what comes next. */
		private boolean rethrows;

		/** Whose run has failed last. */
		private @Nullable Life failing;

		private long owesSince;

		private long nextTick;

		/** What was found wrong, maybe within a run. */
		private @Nullable AssertionError failed;

		History(int seed) {
			this.seed = seed;
			this.random = new Random(seed);
			ZonedDateTime start = STARTS.get(this.random.nextInt(STARTS.size()));
			this.zone = start.getZone();
			this.home = this.random.nextBoolean() ? this.zone : ZoneId.of("Asia/Kathmandu");
			this.scheduler = new VirtualScheduler(start.plusHours(this.random.nextInt(24)).toInstant(), this.home);
			this.spring = new ConcurrentTaskScheduler(this.scheduler);
			this.spring.setClock(this.scheduler.clock());
			this.spring.setErrorHandler(this::handle);
			TaskDesk desk = new TaskDesk(ReportSettings.DEFAULT, System::nanoTime);
			this.schedules = new Schedules(this.scheduler::nanos, desk.failures());
			this.schedules.setSettings((name) -> SETTINGS);
			this.ledger = new Ledger("virtual", PoolSettings.DEFAULT, new PoolLifecycle(new ExecutorStatus() {

				@Override
				public boolean isShutdown() {
					return History.this.scheduler.isShutdown();
				}

				@Override
				public boolean isTerminated() {
					return History.this.scheduler.isTerminated();
				}

				@Override
				public boolean hasLetGo(Object task) {
					return false;
				}

			}), desk);
		}

		private void handle(Throwable thrown) {
			boolean rethrows = this.rethrows;
			this.rethrows = false;
			this.failing.handled();
			if (rethrows) {
				throw new IllegalStateException("Translated", thrown);
			}
		}

		Set<Status> live() {
			int number = 1 + this.random.nextInt(4);
			for (int i = 0; i < number; i++) {
				this.lives.add(new Life(this.random.nextInt(KINDS)));
			}
			int events = this.random.nextInt(10);
			for (int i = 0; i < events; i++) {
				this.scheduler.at((long) (this.random.nextDouble() * LIFE.toNanos()), this::intervene);
			}
			tick();
			this.scheduler.pass(LIFE);
			if (this.failed != null) {
				throw this.failed;
			}
			return this.seen;
		}

		private void intervene() {
			Life life = this.lives.get(this.random.nextInt(this.lives.size()));
			switch (this.random.nextInt(11)) {
				case 0 -> life.cancel();
				case 1, 2 -> this.scheduler.setClockBy(Duration.ofMinutes(this.random.nextInt(240) - 120));
				case 3 -> pause(Duration.ofMinutes(this.random.nextInt(600)));
				case 4 -> life.hangs = Duration.ofMinutes(1 + this.random.nextInt(600));
				case 5 -> life.failures = 1 + this.random.nextInt(5);
				case 6 -> {
					life.cancel();
					this.lives.add(new Life(life.kind));
				}
				case 7 -> life.kills = true;
				case 8 -> life.ends = true;
				case 9 -> {
					life.handling = Duration.ofMinutes(1 + this.random.nextInt(600));
					life.failures = Math.max(life.failures, 1);
				}
				default -> endOne();
			}
			changed();
		}

		/**
		 * Lose the next run, or the scheduler.
		 */
		private void endOne() {
			switch (this.random.nextInt(4)) {
				case 0 -> this.scheduler.shutdownNow();
				case 1 -> {
					this.scheduler.setClosing();
					this.scheduler.shutdownNow();
					this.lives.forEach((life) -> life.over = true);
				}
				default -> this.scheduler.dropNext();
			}
		}

		private void pause(Duration duration) {
			this.scheduler.setPaused(true);
			this.scheduler.at(this.scheduler.nanos() + duration.toNanos(), () -> {
				if (this.scheduler.isPaused()) {
					tick();
					this.scheduler.setPaused(false);
					this.owesSince = this.scheduler.nanos();
					changed();
				}
			});
		}

		/**
		 * Look soon, and a few times: something has changed.
		 */
		private void changed() {
			for (int i = 1; i <= 10; i++) {
				this.scheduler.at(this.scheduler.nanos() + i * LOOK, this::tick);
			}
		}

		private void tick() {
			long now = this.scheduler.nanos();
			List<Status> before = new ArrayList<>();
			this.lives.forEach((life) -> before.add(life.status()));
			this.schedules.tick();
			long next = now + LONGEST_PAUSE;
			try {
				for (int i = 0; i < before.size(); i++) {
					next = Math.min(next, this.lives.get(i).check(before.get(i), now));
				}
			}
			catch (AssertionError ex) {
				this.failed = (this.failed != null) ? this.failed : ex;
			}
			if (next < this.nextTick || this.nextTick <= now) {
				this.nextTick = next;
				this.scheduler.at(next, this::tick);
			}
		}

		/**
		 * What is known of one schedule.
		 */
		private final class Life {

			private final long created = History.this.scheduler.nanos();

			private final int kind;

			private final Duration period;

			private final String cron;

			/** Of the cron, if it has one of its own. */
			private final @Nullable ZoneId zone;

			private @Nullable Schedule schedule;

			private @Nullable ScheduledFuture<?> own;

			private @Nullable ScheduledFuture<?> future;

			private @Nullable Duration hangs;

			private int failures;

			/** How long the error handler takes with the next failure. */
			private @Nullable Duration handling;

			private boolean kills;

			private boolean ends;

			private boolean over;

			private @Nullable Long start;

			private long dueOfRun;

			private long succeeded = this.created;

			private int consecutiveFailures;

			/** What it is in truth, and since when at the latest. */
			private @Nullable Status truth = Status.UP;

			private long since = this.created;

			Life(int kind) {
				this.kind = kind;
				this.period = Duration.ofMinutes(20 + History.this.random.nextInt(400));
				this.cron = CRONS.get(History.this.random.nextInt(CRONS.size()));
				this.zone = History.this.random.nextBoolean() ? History.this.zone : null;
				if (History.this.scheduler.isShutdown()) {
					this.over = true;
				}
				else {
					schedule();
				}
			}

			private void schedule() {
				ConcurrentTaskScheduler spring = History.this.spring;
				Set<Schedule> before = Set.copyOf(History.this.schedules.all());
				Trigger trigger = switch (this.kind) {
					case CRON ->
						(this.zone != null) ? new CronTrigger(this.cron, this.zone) : new CronTrigger(this.cron);
					case PERIODIC -> atFixedRate(this.period);
					default -> this::next;
				};
				ScheduleTiming timing = switch (this.kind) {
					case RATE -> ScheduleTiming.fixedRate(this.period.toNanos(), false);
					case DELAY -> ScheduleTiming.fixedDelay(this.period.toNanos());
					default -> ScheduleTiming.by(trigger, spring.getClock(), false, History.this.scheduler::nanos);
				};
				PeriodicTask task = History.this.schedules.follow(this::run, History.this.ledger,
						History.this.scheduler, timing);
				this.own = switch (this.kind) {
					case RATE -> spring.scheduleAtFixedRate(task, this.period);
					case DELAY -> spring.scheduleWithFixedDelay(task, this.period);
					default -> spring.schedule(task, timing.follow(trigger));
				};
				task.scheduled(this.own);
				this.schedule = History.this.schedules.all()
					.stream()
					.filter((schedule) -> !before.contains(schedule))
					.findFirst()
					.orElseThrow();
				// As of a scheduler of the JDK's
				this.future = new ScheduleFuture<>(this.own, (FollowedSchedule) this.schedule, History.this.schedules);
			}

			private static Trigger atFixedRate(Duration period) {
				PeriodicTrigger trigger = new PeriodicTrigger(period);
				trigger.setFixedRate(true);
				return trigger;
			}

			private @Nullable Instant next(TriggerContext context) {
				if (this.kills) {
					throw new IllegalStateException("No time is known");
				}
				if (this.ends) {
					this.over = true;
					return null;
				}
				Instant last = context.lastCompletion();
				return ((last != null) ? last : context.getClock().instant()).plus(this.period);
			}

			private void run() {
				long start = History.this.scheduler.nanos();
				this.dueOfRun = start + this.own.getDelay(TimeUnit.NANOSECONDS);
				this.start = start;
				changed();
				History.this.scheduler
					.pass((this.hangs != null) ? this.hangs : Duration.ofMillis(History.this.random.nextInt(30_000)));
				this.hangs = null;
				boolean kills = this.kills && this.kind != CUSTOM;
				if (kills || this.failures > 0) {
					this.failures--;
					this.consecutiveFailures++;
					History.this.rethrows = kills;
					History.this.failing = this;
					throw new IllegalStateException("Fails");
				}
				this.start = null;
				changed();
				this.consecutiveFailures = 0;
				this.succeeded = History.this.scheduler.nanos();
			}

			/**
			 * Let the error handler have its time with what the run has thrown. Until
			 * then nothing comes of the schedule, as while it runs.
			 */
			private void handled() {
				changed();
				if (this.handling != null) {
					History.this.scheduler.pass(this.handling);
				}
				this.handling = null;
				this.start = null;
				changed();
			}

			private void cancel() {
				if (!this.over) {
					this.over = true;
					this.future.cancel(false);
				}
			}

			@Nullable Status status() {
				boolean listed = this.schedule != null && History.this.schedules.all().contains(this.schedule);
				return listed ? this.schedule.health().status() : null;
			}

			/**
			 * Compare what the judge says with the truth.
			 * @return when to look again at the latest
			 */
			long check(@Nullable Status before, long now) {
				Status truth = truth(now);
				if (truth != this.truth) {
					this.truth = truth;
					this.since = now;
				}
				Status status = status();
				Supplier<String> life = () -> "seed %s, kind %s, after %s".formatted(History.this.seed, this.kind,
						Duration.ofNanos(now));
				if (status != before && status != Status.UP) {
					// The end of a pause is seen a look too early
					assertThat(status).as(life).isIn(truth, truth(now + LOOK));
				}
				if (now - this.since > SEEN) {
					assertThat(status).as(life).isEqualTo(truth);
				}
				if (status != null) {
					History.this.seen.add(status);
				}
				if (this.over && status == null) {
					return Long.MAX_VALUE;
				}
				return (status != truth) ? now + LOOK : Math.min(later(overdueAt(now), now), later(silentAt(), now));
			}

			private static long later(long deadline, long now) {
				return (deadline >= now && deadline < Long.MAX_VALUE) ? Math.max(deadline + 1, now + LOOK)
						: Long.MAX_VALUE;
			}

			private @Nullable Status truth(long now) {
				if (this.over) {
					return null;
				}
				boolean paused = History.this.scheduler.isPaused();
				if (this.start == null && due() == null) {
					return Status.DEAD;
				}
				if (!paused && now > overdueAt(now)) {
					return Status.OVERDUE;
				}
				if (this.consecutiveFailures >= SETTINGS.failingAfter()) {
					return Status.FAILING;
				}
				return (!paused && now > silentAt()) ? Status.SILENT : Status.UP;
			}

			/**
			 * Return when the run is due that waits, or {@code null} if none does.
			 */
			private @Nullable Long due() {
				Object waiting = (this.kind == RATE || this.kind == DELAY) ? this.own
						: Fields.get(this.own, "currentFuture");
				return History.this.scheduler.due((Future<?>) waiting);
			}

			private long overdueAt(long now) {
				Long next = (this.start != null) ? dueWhileRunning(now) : due();
				return (next != null) ? Math.max(next, History.this.owesSince) + GRACE.toNanos() : Long.MAX_VALUE;
			}

			private @Nullable Long dueWhileRunning(long now) {
				if (this.kind == RATE || this.kind == PERIODIC) {
					return this.dueOfRun + this.period.toNanos();
				}
				if (this.kind != CRON) {
					return null;
				}
				ZonedDateTime began = History.this.scheduler.clock()
					.instant()
					.minusNanos(now - this.start)
					.atZone((this.zone != null) ? this.zone : History.this.home);
				ZonedDateTime next = CronExpression.parse(this.cron).next(began);
				return this.start + Duration.between(began, next).toNanos();
			}

			private long silentAt() {
				return Math.max(this.succeeded, History.this.owesSince) + SILENCE.toNanos();
			}

		}

	}

}
