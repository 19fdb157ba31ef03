package io.lifeguard.engine.schedule;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.lifeguard.Handling;
import io.lifeguard.PoolAlarm;
import io.lifeguard.PoolSettings;
import io.lifeguard.ReportSettings;
import io.lifeguard.TaskFailure;
import io.lifeguard.TaskFailureReporter;
import io.lifeguard.engine.failure.ExecutorStatus;
import io.lifeguard.engine.failure.PoolLifecycle;
import io.lifeguard.engine.task.Ledger;
import io.lifeguard.engine.task.TaskDesk;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.scheduling.Trigger;
import org.springframework.scheduling.concurrent.ConcurrentTaskScheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for when, and as what, a failed run is reported: what the scheduler makes of it
 * takes as long as its error handler does. On a timer that goes on as it is told.
 */
class FailedRunTests {

	private static final Duration LOOK = Duration.ofMillis(250);

	private final VirtualScheduler scheduler = new VirtualScheduler(Instant.EPOCH, ZoneOffset.UTC);

	private final ConcurrentTaskScheduler spring = new ConcurrentTaskScheduler(this.scheduler);

	private final Queue<TaskFailure> reports = new ConcurrentLinkedQueue<>();

	private final Queue<PoolAlarm> alarms = new ConcurrentLinkedQueue<>();

	private final TaskDesk desk = new TaskDesk(ReportSettings.DEFAULT, System::nanoTime);

	private final Ledger ledger = new Ledger("virtual", PoolSettings.DEFAULT, new PoolLifecycle(new Open()), this.desk);

	private final Schedules schedules = new Schedules(this.scheduler::nanos, this.desk.failures());

	@BeforeEach
	void open() {
		this.spring.setClock(this.scheduler.clock());
		this.desk.failures().reports().open(List.of(new TaskFailureReporter() {

			@Override
			public void report(TaskFailure failure) {
				FailedRunTests.this.reports.add(failure);
			}

			@Override
			public void reportAlarm(PoolAlarm alarm) {
				FailedRunTests.this.alarms.add(alarm);
			}

		}));
	}

	@AfterEach
	void close() {
		this.desk.failures().reports().close(List.of());
	}

	@ParameterizedTest
	@EnumSource
	void isReportedOnceItsSchedulerHasGoneOn(Kind kind) {
		handleWithin(Duration.ofMillis(900), false);
		schedule(kind);
		assertThat(undecided()).isTrue();
		look();
		assertThat(undecided()).isFalse();
		await().until(() -> this.reports.size() == 1);
		assertThat(this.reports).noneMatch(TaskFailure::dead);
	}

	@ParameterizedTest
	@EnumSource
	void isReportedAsTheDeathOfItsScheduleOnceThatIsKnown(Kind kind) {
		handleWithin(Duration.ofMillis(900), true);
		schedule(kind);
		assertThat(undecided()).isTrue();
		look();
		look();
		await().until(() -> this.reports.size() == 1);
		assertThat(this.reports).allMatch(TaskFailure::dead);
		assertThat(this.alarms).isEmpty();
	}

	@ParameterizedTest
	@EnumSource
	void isReportedBeforeThatWhereItsErrorHandlerHangs(Kind kind) {
		handleWithin(Duration.ofSeconds(3), true);
		schedule(kind);
		look();
		look();
		await().until(() -> this.reports.size() == 1 && this.alarms.size() == 1);
		assertThat(this.reports).noneMatch(TaskFailure::dead);
		assertThat(this.alarms).allMatch((alarm) -> alarm.kind() == PoolAlarm.Kind.DEAD);
	}

	private void handleWithin(Duration duration, boolean rethrows) {
		this.spring.setErrorHandler((ex) -> {
			this.scheduler.pass(duration);
			if (rethrows) {
				throw new IllegalArgumentException("Translated", ex);
			}
		});
	}

	/**
	 * Schedule what fails at once, and look as long as its error handler takes.
	 */
	private void schedule(Kind kind) {
		Duration period = Duration.ofHours(1);
		Trigger trigger = (context) -> this.scheduler.clock()
			.instant()
			.plus((context.lastCompletion() != null) ? period : Duration.ZERO);
		ScheduleTiming timing = switch (kind) {
			case RATE -> ScheduleTiming.fixedRate(period.toNanos(), false);
			case DELAY -> ScheduleTiming.fixedDelay(period.toNanos());
			case TRIGGER -> ScheduleTiming.by(trigger, this.spring.getClock(), false, this.scheduler::nanos);
		};
		PeriodicTask task = this.schedules.follow(FailedRunTests::fail, this.ledger, this.scheduler, timing);
		task.scheduled(switch (kind) {
			case RATE -> this.spring.scheduleAtFixedRate(task, period);
			case DELAY -> this.spring.scheduleWithFixedDelay(task, period);
			case TRIGGER -> this.spring.schedule(task, timing.follow(trigger));
		});
		for (int i = 1; i < 16; i++) {
			this.scheduler.at(i * LOOK.toNanos(), this.schedules::tick);
		}
		this.scheduler.pass(Duration.ofMillis(1));
	}

	private void look() {
		this.scheduler.pass(LOOK);
	}

	private boolean undecided() {
		return this.ledger.failures().counts().of(Handling.UNCAUGHT) == 0;
	}

	private static void fail() {
		throw new IllegalStateException("Fails");
	}

	enum Kind {

		RATE, DELAY, TRIGGER

	}

	private static final class Open implements ExecutorStatus {

		@Override
		public boolean isShutdown() {
			return false;
		}

		@Override
		public boolean isTerminated() {
			return false;
		}

		@Override
		public boolean hasLetGo(Object task) {
			return false;
		}

	}

}
