package io.lifeguard.engine.schedule;

import java.time.Duration;
import java.time.Instant;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import io.lifeguard.AlarmReporter;
import io.lifeguard.GuardedApplication;
import io.lifeguard.PoolAlarm;
import io.lifeguard.ScheduleHealth.Status;
import io.lifeguard.TaskFailure;
import io.lifeguard.TaskFailureReporter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.scheduling.Trigger;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.scheduling.concurrent.SimpleAsyncTaskScheduler;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;
import org.springframework.scheduling.support.CronTrigger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for schedules that the application changes, stops and starts as it goes on, and
 * for what comes after a run.
 */
@ExtendWith(OutputCaptureExtension.class)
class ScheduleChangesTests {

	private static final String NAME = "ScheduleChangesTests.Counting";

	private static final Duration PERIOD = Duration.ofMillis(20);

	private final Queue<PoolAlarm> alarms = new ConcurrentLinkedQueue<>();

	private final Counting task = new Counting();

	private final GuardedApplication application = new GuardedApplication()
		.with("lifeguard.schedules.overdue-after=300ms")
		.with("alarms", TaskFailureReporter.class, () -> new AlarmReporter(this.alarms))
		.with("witness", ScheduledExecutorService.class, () -> new ScheduledThreadPoolExecutor(1));

	@Test
	void whatSchedulesItselfIsNone() {
		with(new ThreadPoolTaskScheduler()).run(() -> {
			CountDownLatch ran = new CountDownLatch(10);
			new Runnable() {

				@Override
				public void run() {
					ran.countDown();
					scheduler().schedule(this, Instant.now().plusMillis(5));
				}

			}.run();
			ran.await();
			assertThat(this.application.schedules()).isEmpty();
			awaitOtherLooks();
			assertThat(this.alarms).isEmpty();
		});
	}

	@Test
	void mayCancelItselfAndGoOnInAnotherWay() {
		with(new ThreadPoolTaskScheduler()).run(() -> {
			AtomicReference<Future<?>> future = new AtomicReference<>();
			AtomicInteger changes = new AtomicInteger();
			this.task.then = () -> {
				if (future.get() != null && changes.incrementAndGet() <= 5) {
					future.getAndSet(null).cancel(false);
					future.set(scheduler().scheduleWithFixedDelay(this.task, PERIOD));
				}
			};
			future.set(scheduler().scheduleAtFixedRate(this.task, PERIOD));
			await().until(() -> changes.get() > 7);
			assertThat(this.application.schedules()).containsExactly(NAME);
			awaitOtherLooks();
			assertUp();
		});
	}

	@Test
	void mayHaveACronThatChanges() {
		with(new ThreadPoolTaskScheduler()).run(() -> {
			AtomicReference<String> cron = new AtomicReference<>("* * * * * *");
			Trigger trigger = (context) -> new CronTrigger(cron.get()).nextExecution(context);
			scheduler().schedule(this.task, trigger);
			await().until(() -> this.task.runs.get() > 0);
			cron.set("0 0 3 29 2 *");
			int runs = this.task.runs.get();
			await().until(() -> this.task.runs.get() > runs);
			awaitOtherLooks();
			assertUp();
			assertThat(this.application.schedule(NAME).snapshot().nextDue())
				.isAfter(Instant.now().plus(Duration.ofHours(1)));
		});
	}

	@Test
	void diesWithItsSchedulerThoughThatIsInitializedAnew(CapturedOutput output) {
		with(new ThreadPoolTaskScheduler()).run(() -> {
			ThreadPoolTaskScheduler scheduler = this.application.bean("scheduler", ThreadPoolTaskScheduler.class);
			scheduler.schedule(new Other(), new CronTrigger("0 0 3 * * *"));
			scheduler.scheduleAtFixedRate(this.task, PERIOD);
			await().until(() -> this.task.runs.get() > 1);
			scheduler.shutdown();
			scheduler.initialize();
			await().until(() -> this.application.dead("scheduler").size() == 2);
			assertThat(this.application.schedule(NAME).health().reason())
				.isEqualTo("its scheduler scheduler was shut down while the application runs");
			await().until(() -> this.alarms.size() == 2);
			scheduler.scheduleAtFixedRate(this.task, PERIOD);
			int runs = this.task.runs.get();
			await().until(() -> this.task.runs.get() > runs + 1);
			await().until(() -> output.getOut()
				.contains("Schedule " + NAME + " is scheduled again, after having been DEAD since "));
			assertThat(this.application.dead("scheduler")).containsExactly("ScheduleChangesTests.Other");
			assertThat(this.application.schedule(NAME).health().status()).isEqualTo(Status.UP);
		});
	}

	@ParameterizedTest
	@ValueSource(classes = { OnePool.class, ThreadForEach.class })
	void goesOnWhenItsApplicationIsPausedAndStartedAgain(Class<?> application) {
		this.application.with(application).run(() -> {
			ConfigurableApplicationContext context = this.application.bean("jobs", Jobs.class).context;
			Jobs jobs = this.application.bean("jobs", Jobs.class);
			await().until(() -> jobs.runs.get() > 2);
			for (boolean pauses : new boolean[] { true, false }) {
				if (pauses) {
					context.pause();
				}
				else {
					context.stop();
				}
				// As long as it takes for what is not paused to be overdue
				awaitOtherLooks();
				awaitOtherLooks();
				if (pauses) {
					context.restart();
				}
				else {
					context.start();
				}
				int runs = jobs.runs.get();
				await().until(() -> jobs.runs.get() > runs + 2);
			}
			assertThat(this.application.schedules()).containsExactly("ScheduleChangesTests.Jobs.cron",
					"ScheduleChangesTests.Jobs.delay", "ScheduleChangesTests.Jobs.rate");
			assertThat(this.alarms).isEmpty();
		});
	}

	@Test
	void isOverdueWhereNoThreadIsLeftToHandItOverTo() {
		SimpleAsyncTaskScheduler limited = new SimpleAsyncTaskScheduler();
		limited.setConcurrencyLimit(2);
		this.application.with("scheduler", TaskScheduler.class, () -> limited).run(() -> {
			CountDownLatch release = new CountDownLatch(1);
			this.task.then = () -> awaitLatch(release);
			scheduler().scheduleAtFixedRate(this.task, PERIOD);
			await().until(() -> this.application.schedule(NAME).health().status() == Status.OVERDUE);
			assertThat(this.application.schedule(NAME).health().reason()).matches(
					"it has been due for \\d+ m?s and has not started: all 2 threads of scheduler are busy, one of "
							+ "them has been in ScheduleChangesTests.\\w+ for \\d+ m?s");
			release.countDown();
			await().until(() -> this.application.schedule(NAME).health().status() == Status.UP);
		});
	}

	@Test
	void mayBeCancelledByASchedulerThatKeepsItsFutures() {
		Keeping keeping = new Keeping();
		this.application.with("scheduler", Keeping.class, () -> keeping).run(() -> {
			scheduler().scheduleAtFixedRate(this.task, PERIOD);
			await().until(() -> this.task.runs.get() > 1);
			keeping.future.cancel(false);
			await().until(() -> this.application.schedules().isEmpty());
			assertThat(this.alarms).isEmpty();
		});
	}

	@Test
	void mayEndByATriggerThatOnlyItsSchedulerAsks() {
		this.application.with("scheduler", Keeping.class, Keeping::new).run(() -> {
			AtomicInteger asked = new AtomicInteger();
			scheduler().schedule(this.task,
					(Trigger) (context) -> (asked.incrementAndGet() > 2) ? null : Instant.now());
			await().until(() -> this.task.runs.get() == 2);
			await().until(() -> this.application.schedules().isEmpty());
			assertThat(this.alarms).isEmpty();
		});
	}

	@Test
	void isNotOverdueBeforeItsNextRunIsDueThoughAnErrorHandlerTakesLong() {
		CountDownLatch release = new CountDownLatch(1);
		ThreadPoolTaskScheduler scheduler = new ThreadPoolTaskScheduler();
		scheduler.setErrorHandler((ex) -> awaitLatch(release));
		with(scheduler).run(() -> {
			this.task.then = ScheduleChangesTests::fail;
			scheduler().scheduleAtFixedRate(this.task, Duration.ofHours(1));
			// Reported though it is not known yet what becomes of the schedule
			await().until(() -> this.application.reports.size() == 1);
			awaitOtherLooks();
			assertUp();
			release.countDown();
			await().until(() -> this.application.schedule(NAME).snapshot().nextDue().isAfter(Instant.now()));
			assertUp();
		});
	}

	@Test
	void isOverdueWhileAnErrorHandlerHangs() {
		CountDownLatch release = new CountDownLatch(1);
		ThreadPoolTaskScheduler scheduler = new ThreadPoolTaskScheduler();
		scheduler.setErrorHandler((ex) -> awaitLatch(release));
		with(scheduler).run(() -> {
			this.task.then = ScheduleChangesTests::fail;
			scheduler().scheduleAtFixedRate(this.task, PERIOD);
			await().until(() -> this.application.schedule(NAME).health().status() == Status.OVERDUE);
			assertThat(this.application.schedule(NAME).health().reason())
				.matches("it has been due for \\d+ m?s and has "
						+ "not started: what comes after its last run, as an error handler, has not ended");
			this.task.then = () -> {
			};
			release.countDown();
			await().until(() -> this.application.schedule(NAME).health().status() == Status.UP);
		});
	}

	@Test
	void tellsOfBothWhenARunFailsAndItsTriggerThrows() {
		with(new ThreadPoolTaskScheduler()).run(() -> {
			this.task.then = ScheduleChangesTests::fail;
			scheduler().schedule(this.task, (Trigger) (context) -> {
				if (context.lastCompletion() != null) {
					throw new IllegalArgumentException("No time is known");
				}
				return Instant.now();
			});
			await().until(() -> !this.application.reports.isEmpty() && !this.alarms.isEmpty());
			assertThat(this.application.reports).hasSize(1).noneMatch(TaskFailure::dead);
			assertThat(this.alarms.element().kind()).isEqualTo(PoolAlarm.Kind.DEAD);
			assertThat(this.alarms.element().throwable()).hasRootCauseMessage("No time is known");
		});
	}

	private GuardedApplication with(ThreadPoolTaskScheduler scheduler) {
		return this.application.with("scheduler", ThreadPoolTaskScheduler.class, () -> scheduler);
	}

	private TaskScheduler scheduler() {
		return this.application.bean("scheduler", TaskScheduler.class);
	}

	private void assertUp() {
		assertThat(this.application.schedule(NAME).health().status()).isEqualTo(Status.UP);
		assertThat(this.alarms).isEmpty();
	}

	/**
	 * Wait until all schedules have been looked at often enough for one that is due to be
	 * overdue: another one is by then.
	 */
	private void awaitOtherLooks() {
		Witness witness = new Witness(new CountDownLatch(1));
		Future<?> future = this.application.bean("witness", ScheduledExecutorService.class)
			.scheduleAtFixedRate(witness, 0, 20, TimeUnit.MILLISECONDS);
		await().until(() -> this.alarms.removeIf((alarm) -> alarm.task().equals("ScheduleChangesTests.Witness")));
		future.cancel(false);
		witness.release.countDown();
	}

	private static void awaitLatch(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private static void fail() {
		throw new IllegalStateException("Fails");
	}

	private static final class Counting implements Runnable {

		private final AtomicInteger runs = new AtomicInteger();

		private volatile Runnable then = () -> {
		};

		@Override
		public void run() {
			this.runs.incrementAndGet();
			this.then.run();
		}

	}

	private record Witness(CountDownLatch release) implements Runnable {

		@Override
		public void run() {
			awaitLatch(this.release);
		}

	}

	private static final class Other implements Runnable {

		@Override
		public void run() {
		}

	}

	/**
	 * Knows the futures of what it schedules, as applications do that cancel by task.
	 */
	static class Keeping extends ThreadPoolTaskScheduler {

		private volatile ScheduledFuture<?> future;

		@Override
		public ScheduledFuture<?> schedule(Runnable task, Trigger trigger) {
			this.future = super.schedule(task, trigger);
			return this.future;
		}

		@Override
		public ScheduledFuture<?> scheduleAtFixedRate(Runnable task, Duration period) {
			this.future = super.scheduleAtFixedRate(task, period);
			return this.future;
		}

	}

	static class Jobs {

		private final AtomicInteger runs = new AtomicInteger();

		private final ConfigurableApplicationContext context;

		Jobs(ConfigurableApplicationContext context) {
			this.context = context;
		}

		@Scheduled(fixedRate = 20)
		void rate() {
			this.runs.incrementAndGet();
		}

		@Scheduled(fixedDelay = 20)
		void delay() {
			this.runs.incrementAndGet();
		}

		@Scheduled(cron = "* * * * * *")
		void cron() {
			this.runs.incrementAndGet();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableScheduling
	static class Application {

		@Bean
		Jobs jobs(ConfigurableApplicationContext context) {
			return new Jobs(context);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OnePool extends Application {

		@Bean
		ThreadPoolTaskScheduler taskScheduler() {
			return new ThreadPoolTaskScheduler();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ThreadForEach extends Application {

		@Bean
		SimpleAsyncTaskScheduler taskScheduler() {
			return new SimpleAsyncTaskScheduler();
		}

	}

}
