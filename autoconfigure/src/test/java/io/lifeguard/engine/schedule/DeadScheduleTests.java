package io.lifeguard.engine.schedule;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

import io.lifeguard.AlarmReporter;
import io.lifeguard.GuardedApplication;
import io.lifeguard.Handling;
import io.lifeguard.PoolAlarm;
import io.lifeguard.PoolHealth;
import io.lifeguard.ScheduleHealth;
import io.lifeguard.TaskFailure;
import io.lifeguard.TaskFailureReporter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.core.task.TaskDecorator;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.scheduling.Trigger;
import org.springframework.scheduling.concurrent.SimpleAsyncTaskScheduler;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for schedules that will not run again, and for those that only look so.
 */
class DeadScheduleTests {

	private final Queue<PoolAlarm> alarms = new ConcurrentLinkedQueue<>();

	private final GuardedApplication application = new GuardedApplication().with("alarms", TaskFailureReporter.class,
			() -> new AlarmReporter(this.alarms));

	@Test
	void staysDeadWhenAnotherTaskOfTheSameClassIsScheduled() {
		this.application.with("jobs", ScheduledExecutorService.class, () -> new ScheduledThreadPoolExecutor(2))
			.run(() -> {
				ScheduledExecutorService jobs = this.application.bean("jobs", ScheduledExecutorService.class);
				jobs.scheduleAtFixedRate(new Locked("A", DeadScheduleTests::fail), 0, 5, TimeUnit.MILLISECONDS);
				awaitDead("jobs", "DeadScheduleTests.Locked");
				CountDownLatch ran = new CountDownLatch(3);
				jobs.scheduleAtFixedRate(new Locked("B", ran::countDown), 0, 5, TimeUnit.MILLISECONDS);
				ran.await();
				awaitReason("jobs", "Schedules died and will not run again: DeadScheduleTests.Locked");
				jobs.scheduleAtFixedRate(new Locked("D", DeadScheduleTests::fail), 0, 5, TimeUnit.MILLISECONDS);
				jobs.scheduleAtFixedRate(new Locked("E", DeadScheduleTests::fail), 0, 5, TimeUnit.MILLISECONDS);
				awaitDead("jobs", "DeadScheduleTests.Locked", "DeadScheduleTests.Locked#3",
						"DeadScheduleTests.Locked#4");
				await().until(() -> this.application.reports.stream().filter(TaskFailure::dead).count() == 3);
			});
	}

	@Test
	void diesOfAnErrorHandlerThatThrows() {
		withScheduler((scheduler) -> scheduler.setErrorHandler((ex) -> {
			throw new IllegalArgumentException("Translated", ex);
		})).run(() -> {
			TaskScheduler scheduler = this.application.bean("scheduler", TaskScheduler.class);
			scheduler.scheduleWithFixedDelay(new Failing("delay"), Duration.ofMillis(5));
			scheduler.scheduleAtFixedRate(new Failing("rate"), Duration.ofMillis(5));
			scheduler.schedule(new Failing("trigger"), (Trigger) (context) -> Instant.now());
			awaitDead("scheduler", "DeadScheduleTests.Failing", "DeadScheduleTests.Failing#2",
					"DeadScheduleTests.Failing#3");
			await().untilAsserted(() -> assertThat(this.application.reports).hasSize(3).allMatch(TaskFailure::dead));
			// The report of the failure that it died of says so: no alarm says it once
			// more
			assertThat(this.alarms).isEmpty();
		});
	}

	@Test
	void diesOfATriggerThatThrows() {
		withScheduler((scheduler) -> {
		}).run(() -> {
			AtomicInteger asked = new AtomicInteger();
			this.application.bean("scheduler", TaskScheduler.class).schedule(new Counting(), (Trigger) (context) -> {
				if (asked.incrementAndGet() == 3) {
					throw new IllegalStateException("No time is known");
				}
				return Instant.now();
			});
			awaitDead("scheduler", "DeadScheduleTests.Counting");
			await().until(() -> !this.alarms.isEmpty());
			PoolAlarm alarm = this.alarms.element();
			assertThat(alarm.kind()).isEqualTo(PoolAlarm.Kind.DEAD);
			assertThat(alarm.throwable())
				.hasMessage("Schedule DeadScheduleTests.Counting is DEAD: its trigger threw "
						+ "java.lang.IllegalStateException when asked for the next time")
				.hasCause(new IllegalStateException("No time is known"));
		});
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void diesOfADecorator(boolean isNull) {
		withScheduler((scheduler) -> scheduler.setTaskDecorator(decorator(isNull))).run(() -> {
			TaskScheduler scheduler = this.application.bean("scheduler", TaskScheduler.class);
			scheduler.scheduleWithFixedDelay(new Counting(), Duration.ofMillis(5));
			scheduler.schedule(new Failing("trigger"), (Trigger) (context) -> Instant.now());
			awaitDead("scheduler", "DeadScheduleTests.Counting", "DeadScheduleTests.Failing");
			await().until(() -> this.application.reports.size() == 2);
			assertThat(this.application.schedule("DeadScheduleTests.Counting").health().reason())
				.isEqualTo("its run is due, and neither waits nor runs: what decorates it has thrown, or was given it "
						+ "and has not run it");
			// The report of what the decorator threw says so: no alarm says it once more
			assertThat(this.application.reports).allSatisfy((report) -> {
				assertThat(report.dead()).isTrue();
				assertThat(report.handling()).isEqualTo(Handling.UNCAUGHT);
				assertThat(report.throwable())
					.isInstanceOf(isNull ? NullPointerException.class : DecoratorException.class);
			});
			assertThat(this.alarms).isEmpty();
		});
	}

	@ParameterizedTest
	@MethodSource("decorated")
	void isNoneWhatADecoratorFailsThatWasToRunOnce(Supplier<TaskScheduler> kind) {
		AtomicInteger decorated = new AtomicInteger();
		this.application.with("scheduler", TaskScheduler.class, () -> {
			TaskScheduler scheduler = kind.get();
			setDecorator(scheduler, (task) -> () -> {
				if (decorated.incrementAndGet() == 1) {
					throw new DecoratorException();
				}
				task.run();
			});
			return scheduler;
		}).run(() -> {
			TaskScheduler scheduler = this.application.bean("scheduler", TaskScheduler.class);
			Counting once = new Counting();
			scheduler.schedule(once, Instant.now());
			this.application.awaitQuiet("scheduler", 1);
			TaskFailure report = this.application.reports.element();
			assertThat(report.throwable()).isInstanceOf(DecoratorException.class);
			assertThat(report.handling()).isEqualTo(Handling.UNCAUGHT);
			Counting again = new Counting();
			scheduler.schedule(again, Instant.now());
			await().until(() -> again.count.get() == 1);
			this.application.awaitQuiet("scheduler", 1);
			assertThat(once.count).hasValue(0);
			assertThat(this.application.pool("scheduler").tasks().failed()).isOne();
			assertThat(this.application.pool("scheduler").tasks().lost()).isZero();
		});
	}

	static Stream<Supplier<TaskScheduler>> decorated() {
		return Stream.of(ThreadPoolTaskScheduler::new, SimpleAsyncTaskScheduler::new);
	}

	@ParameterizedTest
	@MethodSource("decorated")
	void mayGetAnotherDecoratorAsItGoesOn(Supplier<TaskScheduler> kind) {
		this.application.with("scheduler", TaskScheduler.class, kind).run(() -> {
			TaskScheduler scheduler = this.application.bean("scheduler", TaskScheduler.class);
			AtomicInteger decorated = new AtomicInteger();
			setDecorator(scheduler, (task) -> () -> {
				decorated.incrementAndGet();
				task.run();
			});
			Counting counting = new Counting();
			scheduler.scheduleAtFixedRate(counting, Duration.ofMillis(5));
			await().until(() -> counting.count.get() > 3);
			assertThat(decorated.get()).isGreaterThanOrEqualTo(3);
			assertThat(this.application.schedule("DeadScheduleTests.Counting").health().status())
				.isEqualTo(ScheduleHealth.Status.UP);
		});
	}

	private static void setDecorator(TaskScheduler scheduler, TaskDecorator decorator) {
		if (scheduler instanceof ThreadPoolTaskScheduler pool) {
			pool.setTaskDecorator(decorator);
		}
		else {
			((SimpleAsyncTaskScheduler) scheduler).setTaskDecorator(decorator);
		}
	}

	private static TaskDecorator decorator(boolean isNull) {
		return (task) -> isNull ? null : () -> {
			throw new DecoratorException();
		};
	}

	@Test
	void diesWithItsScheduler() {
		this.application.with("jobs", ScheduledExecutorService.class, () -> new ScheduledThreadPoolExecutor(1))
			.with("now", ScheduledExecutorService.class, () -> new ScheduledThreadPoolExecutor(1))
			.run(() -> {
				for (String name : List.of("jobs", "now")) {
					this.application.bean(name, ScheduledExecutorService.class)
						.scheduleAtFixedRate(new Counting(), 1, 1, TimeUnit.HOURS);
				}
				this.application.bean("jobs", ScheduledExecutorService.class).shutdown();
				this.application.bean("now", ScheduledExecutorService.class).shutdownNow();
				await().until(() -> this.application.dead("jobs").contains("DeadScheduleTests.Counting"));
				await().until(() -> this.application.dead("now").contains("DeadScheduleTests.Counting#2"));
				await().untilAsserted(() -> assertThat(this.alarms)
					.extracting((alarm) -> alarm.throwable().getMessage())
					.containsExactlyInAnyOrder(
							"Schedule DeadScheduleTests.Counting is DEAD: its scheduler jobs was shut down while the "
									+ "application runs",
							"Schedule DeadScheduleTests.Counting#2 is DEAD: its scheduler now was shut down while the "
									+ "application runs"));
			});
	}

	@Test
	void diesWithItsSchedulerThoughAnotherTaskOfThatGoesOn() {
		this.application.with("jobs", ScheduledExecutorService.class, () -> new ScheduledThreadPoolExecutor(1))
			.run(() -> {
				ScheduledExecutorService jobs = this.application.bean("jobs", ScheduledExecutorService.class);
				CountDownLatch begun = new CountDownLatch(1);
				CountDownLatch release = new CountDownLatch(1);
				jobs.execute(() -> {
					begun.countDown();
					boolean released = false;
					while (!released) {
						try {
							release.await();
							released = true;
						}
						catch (InterruptedException ex) {
							// It goes on
						}
					}
				});
				begun.await();
				jobs.scheduleAtFixedRate(new Counting(), 1, 1, TimeUnit.HOURS);
				jobs.shutdownNow();
				await().until(() -> this.application.dead("jobs").contains("DeadScheduleTests.Counting"));
				assertThat(this.application.schedule("DeadScheduleTests.Counting").health().reason())
					.isEqualTo("its scheduler jobs was shut down while the application runs");
				release.countDown();
			});
	}

	@Test
	void livesAgainWhenAWatchdogHasRevivedIt() {
		this.application.with("jobs", ScheduledExecutorService.class, () -> Executors.newScheduledThreadPool(1))
			.run(() -> {
				Poller poller = new Poller(this.application.bean("jobs", ScheduledExecutorService.class));
				awaitDead("jobs", "DeadScheduleTests.Poller");
				await().until(poller::revive);
				await().until(() -> this.application.health("jobs").status() == PoolHealth.Status.UP);
				assertThat(this.application.schedules()).containsExactly("DeadScheduleTests.Poller");
			});
	}

	@Test
	void isNotDeadWhereAnOwnPoolCatchesWhatItThrows() {
		this.application.with("safe", Safe.class, Safe::new).run(() -> {
			CountDownLatch ran = new CountDownLatch(5);
			AtomicInteger runs = new AtomicInteger();
			this.application.bean("safe", Safe.class).scheduleWithFixedDelay(() -> {
				ran.countDown();
				if (runs.incrementAndGet() == 2) {
					fail();
				}
			}, 0, 5, TimeUnit.MILLISECONDS);
			ran.await();
			await().until(() -> this.application.reports.size() == 1);
			assertThat(this.application.reports.element().dead()).isFalse();
			assertThat(this.application.dead("safe")).isEmpty();
			assertThat(this.application.health("safe").status()).isEqualTo(PoolHealth.Status.UP);
		});
	}

	@Test
	void isNoMoreWhenItsOwnerCancelsItAndThenClosesTheScheduler() {
		this.application.with("jobs", ScheduledExecutorService.class, () -> new ScheduledThreadPoolExecutor(1))
			.run(() -> {
				ScheduledExecutorService jobs = this.application.bean("jobs", ScheduledExecutorService.class);
				ScheduledFuture<?> future = jobs.scheduleAtFixedRate(new Counting(), 1, 1, TimeUnit.HOURS);
				assertThat(this.application.schedules()).containsExactly("DeadScheduleTests.Counting");
				future.cancel(false);
				jobs.shutdownNow();
				assertThat(this.application.schedules()).isEmpty();
			});
	}

	@Test
	void isNoMoreWhenItsOwnerTakesItOutOfTheQueue() {
		this.application.with("jobs", ScheduledThreadPoolExecutor.class, () -> new ScheduledThreadPoolExecutor(1))
			.run(() -> {
				ScheduledThreadPoolExecutor jobs = this.application.bean("jobs", ScheduledThreadPoolExecutor.class);
				ScheduledFuture<?> future = jobs.scheduleAtFixedRate(new Counting(), 1, 1, TimeUnit.HOURS);
				assertThat(jobs.getQueue()).hasSize(1);
				assertThat(jobs.getQueue().contains(future)).isTrue();
				assertThat(jobs.remove((Runnable) future)).isTrue();
				assertThat(this.application.schedules()).isEmpty();
			});
	}

	@Test
	void isNoMoreWhenItsTriggerHasNoOtherTime() {
		withScheduler((scheduler) -> {
		}).run(() -> {
			AtomicInteger asked = new AtomicInteger();
			CountDownLatch ran = new CountDownLatch(2);
			this.application.bean("scheduler", TaskScheduler.class)
				.schedule(ran::countDown, (Trigger) (context) -> (asked.incrementAndGet() > 2) ? null : Instant.now());
			ran.await();
			await().until(() -> this.application.schedules().isEmpty());
			assertThat(this.alarms).isEmpty();
		});
	}

	@Test
	void isNeverOneWhenItsTriggerHasNoTimeAtAll() {
		withScheduler((scheduler) -> {
		}).run(() -> {
			Future<?> future = this.application.bean("scheduler", TaskScheduler.class)
				.schedule(DeadScheduleTests::fail, (Trigger) (context) -> null);
			assertThat((Object) future).isNull();
			assertThat(this.application.schedules()).isEmpty();
		});
	}

	private GuardedApplication withScheduler(Consumer<ThreadPoolTaskScheduler> customizer) {
		return this.application.with("scheduler", ThreadPoolTaskScheduler.class, () -> {
			ThreadPoolTaskScheduler scheduler = new ThreadPoolTaskScheduler();
			scheduler.setPoolSize(3);
			customizer.accept(scheduler);
			return scheduler;
		});
	}

	private void awaitDead(String pool, String... names) {
		await().untilAsserted(() -> assertThat(this.application.dead(pool)).containsExactly(names));
		awaitReason(pool, "Schedules died and will not run again: " + String.join(", ", names));
	}

	private void awaitReason(String pool, String reason) {
		await().untilAsserted(() -> {
			assertThat(this.application.health(pool).status()).isEqualTo(PoolHealth.Status.DEGRADED);
			assertThat(this.application.health(pool).reasons()).contains(reason);
		});
	}

	private static void fail() {
		throw new IllegalStateException("Fails");
	}

	private record Locked(String name, Runnable body) implements Runnable {

		@Override
		public void run() {
			this.body.run();
		}

	}

	private record Failing(String name) implements Runnable {

		@Override
		public void run() {
			fail();
		}

	}

	private static final class DecoratorException extends RuntimeException {

		DecoratorException() {
			super("No context");
		}

	}

	private static final class Counting implements Runnable {

		private final AtomicInteger count = new AtomicInteger();

		@Override
		public void run() {
			this.count.incrementAndGet();
		}

	}

	private static final class Poller {

		private final AtomicInteger polls = new AtomicInteger();

		private final ScheduledExecutorService scheduler;

		private Future<?> future;

		Poller(ScheduledExecutorService scheduler) {
			this.scheduler = scheduler;
			this.future = scheduler.scheduleWithFixedDelay(this::poll, 0, 5, TimeUnit.MILLISECONDS);
		}

		private void poll() {
			if (this.polls.incrementAndGet() == 3) {
				fail();
			}
		}

		boolean revive() {
			if (!this.future.isDone()) {
				return false;
			}
			this.future = this.scheduler.scheduleWithFixedDelay(this::poll, 0, 5, TimeUnit.MILLISECONDS);
			return true;
		}

	}

	/**
	 * A pool whose periodic tasks survive what they throw.
	 */
	static class Safe extends ScheduledThreadPoolExecutor {

		Safe() {
			super(1);
		}

		@Override
		public ScheduledFuture<?> scheduleWithFixedDelay(Runnable task, long initial, long delay, TimeUnit unit) {
			return super.scheduleWithFixedDelay(() -> {
				try {
					task.run();
				}
				catch (RuntimeException ex) {
					// As it likes
				}
			}, initial, delay, unit);
		}

	}

}
