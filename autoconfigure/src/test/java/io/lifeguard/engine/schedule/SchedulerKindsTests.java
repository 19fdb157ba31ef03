package io.lifeguard.engine.schedule;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;

import io.lifeguard.GuardedApplication;
import io.lifeguard.ScheduleHealth.Status;
import io.lifeguard.ScheduleSnapshot;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.scheduling.TaskScheduler;
import org.springframework.scheduling.concurrent.ConcurrentTaskScheduler;
import org.springframework.scheduling.concurrent.SimpleAsyncTaskScheduler;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;
import org.springframework.scheduling.support.PeriodicTrigger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Tests for schedules on each kind of scheduler.
 */
class SchedulerKindsTests {

	private static final String NAME = "SchedulerKindsTests.Blocking";

	private final Blocking task = new Blocking();

	private GuardedApplication application = new GuardedApplication().with("lifeguard.schedules.overdue-after=300ms");

	/** What nobody else closes. */
	private static final Queue<ScheduledThreadPoolExecutor> threads = new ConcurrentLinkedQueue<>();

	@AfterEach
	void close() {
		threads.forEach(ScheduledThreadPoolExecutor::shutdownNow);
		threads.clear();
	}

	static Stream<Supplier<TaskScheduler>> schedulers() {
		return Stream.of(ThreadPoolTaskScheduler::new, SchedulerKindsTests::simple,
				() -> new ConcurrentTaskScheduler(oneThread()), SchedulerKindsTests::virtual);
	}

	private static ScheduledThreadPoolExecutor oneThread() {
		ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1);
		threads.add(executor);
		return executor;
	}

	private static SimpleAsyncTaskScheduler simple() {
		return new SimpleAsyncTaskScheduler();
	}

	private static SimpleAsyncTaskScheduler virtual() {
		SimpleAsyncTaskScheduler scheduler = new SimpleAsyncTaskScheduler();
		if (Runtime.version().feature() >= 21) {
			scheduler.setVirtualThreads(true);
		}
		return scheduler;
	}

	@ParameterizedTest
	@MethodSource("schedulers")
	void areFollowedByRateDelayAndTrigger(Supplier<TaskScheduler> kind) {
		this.application.with("scheduler", TaskScheduler.class, kind).run(() -> {
			TaskScheduler scheduler = this.application.bean("scheduler", TaskScheduler.class);
			this.task.release.countDown();
			scheduler.scheduleAtFixedRate(this.task, Duration.ofMillis(20));
			scheduler.scheduleWithFixedDelay(this.task, Duration.ofMillis(20));
			PeriodicTrigger trigger = new PeriodicTrigger(Duration.ofMillis(20));
			trigger.setFixedRate(true);
			scheduler.schedule(this.task, trigger);
			for (String name : new String[] { NAME, NAME + "#2", NAME + "#3" }) {
				await().until(() -> this.application.schedule(name).snapshot().runs() > 3);
				ScheduleSnapshot schedule = this.application.schedule(name).snapshot();
				assertThat(schedule.health().status()).isEqualTo(Status.UP);
				assertThat(schedule.lag()).isLessThan(Duration.ofSeconds(30));
				assertThat(schedule.failures()).isZero();
			}
			assertThat(this.application.schedule(NAME).snapshot().trigger().type())
				.isEqualTo(ScheduleSnapshot.Trigger.Type.FIXED_RATE);
			assertThat(this.application.schedule(NAME + "#2").snapshot().trigger().type())
				.isEqualTo(ScheduleSnapshot.Trigger.Type.FIXED_DELAY);
			assertThat(this.application.schedule(NAME + "#3").snapshot().trigger())
				.isEqualTo(new ScheduleSnapshot.Trigger(ScheduleSnapshot.Trigger.Type.FIXED_RATE, null, null,
						Duration.ofMillis(20)));
		});
	}

	@Test
	void mayLetRunsOverlapWithoutBeingOverdue() {
		this.application.with("scheduler", TaskScheduler.class, SchedulerKindsTests::simple).run(() -> {
			this.application.bean("scheduler", TaskScheduler.class)
				.scheduleAtFixedRate(this.task, Duration.ofMillis(20));
			await().until(() -> this.application.schedule(NAME).snapshot().running() > 40);
			assertThat(this.application.schedule(NAME).health().status()).isEqualTo(Status.UP);
			this.task.release.countDown();
		});
	}

	@Test
	void starveTheirFixedDelaysOnTheirOneThreadForThem() {
		this.application.with("scheduler", TaskScheduler.class, SchedulerKindsTests::simple).run(() -> {
			TaskScheduler scheduler = this.application.bean("scheduler", TaskScheduler.class);
			scheduler.scheduleWithFixedDelay(this.task, Duration.ofMillis(20));
			await().until(() -> this.application.schedule(NAME).snapshot().running() == 1);
			scheduler.scheduleWithFixedDelay(new Blocking(), Duration.ofMillis(20));
			await().until(() -> this.application.schedule(NAME + "#2").health().status() == Status.OVERDUE);
			assertThat(this.application.schedule(NAME + "#2").health().reason()).matches("it has been due for \\d+ m?s "
					+ "and has not started: the only thread of scheduler has been in SchedulerKindsTests.Blocking for "
					+ "\\d+ m?s");
			assertThat(this.application.schedule(NAME).health().status()).isEqualTo(Status.UP);
			this.task.release.countDown();
		});
	}

	@Test
	void handOverToAnExecutorThatDoesNotBegin() {
		CountDownLatch begin = new CountDownLatch(1);
		this.application.with("scheduler", SimpleAsyncTaskScheduler.class, () -> {
			SimpleAsyncTaskScheduler scheduler = new SimpleAsyncTaskScheduler();
			scheduler.setTargetTaskExecutor((task) -> {
				if (begin.getCount() == 0) {
					task.run();
				}
			});
			return scheduler;
		}).run(() -> {
			this.task.release.countDown();
			this.application.bean("scheduler", TaskScheduler.class)
				.scheduleAtFixedRate(this.task, Duration.ofMillis(20));
			await().until(() -> this.application.schedule(NAME).health().status() == Status.OVERDUE);
			assertThat(this.application.schedule(NAME).health().reason())
				.endsWith("and has not started: its scheduler has handed it over and gone on");
			begin.countDown();
			await().until(() -> this.application.schedule(NAME).health().status() == Status.UP);
		});
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	@EnabledForJreRange(min = JRE.JAVA_25)
	void areFollowedInAForkJoinPoolToo(boolean fails) {
		this.application.with("pool", ForkJoinPool.class, () -> new ForkJoinPool(2)).run(() -> {
			Object pool = this.application.bean("pool", ForkJoinPool.class);
			assumeTrue(pool instanceof ScheduledExecutorService);
			this.task.release.countDown();
			this.task.fails = fails;
			((ScheduledExecutorService) pool).scheduleAtFixedRate(this.task, 0, 20, TimeUnit.MILLISECONDS);
			await().until(() -> fails ? this.application.schedule(NAME).health().status() == Status.DEAD
					: this.application.schedule(NAME).snapshot().runs() > 3);
		});
	}

	@Test
	void mayHaveFuturesThatThrow() {
		this.application.with("scheduler", TaskScheduler.class, Odd::new).run(() -> {
			this.task.release.countDown();
			this.application.bean("scheduler", TaskScheduler.class)
				.scheduleAtFixedRate(this.task, Duration.ofMillis(20));
			await().until(() -> this.application.schedule(NAME).snapshot().runs() > 3);
			this.task.fails = true;
			await().until(() -> !this.application.reports.isEmpty());
			assertThat(this.application.schedule(NAME).health().status()).isEqualTo(Status.UP);
		});
	}

	@Test
	void nameTheirNextDue() {
		this.application.with("scheduler", TaskScheduler.class, ThreadPoolTaskScheduler::new).run(() -> {
			Instant due = Instant.now().plusSeconds(3600);
			this.application.bean("scheduler", TaskScheduler.class)
				.scheduleAtFixedRate(this.task, due, Duration.ofHours(1));
			assertThat(this.application.schedule(NAME).snapshot().nextDue()).isBetween(due.minusSeconds(60),
					due.plusSeconds(60));
		});
	}

	private static final class Blocking implements Runnable {

		private final CountDownLatch release = new CountDownLatch(1);

		private volatile boolean fails;

		@Override
		public void run() {
			try {
				this.release.await();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
			if (this.fails) {
				throw new IllegalStateException("Fails");
			}
		}

	}

	/**
	 * A scheduler whose futures tell nothing.
	 */
	private static final class Odd extends ConcurrentTaskScheduler {

		Odd() {
			super(oneThread());
		}

		@Override
		public ScheduledFuture<?> scheduleAtFixedRate(Runnable task, Duration period) {
			ScheduledFuture<?> future = super.scheduleAtFixedRate(task, period);
			return (ScheduledFuture<?>) Proxy.newProxyInstance(getClass().getClassLoader(),
					new Class<?>[] { ScheduledFuture.class }, (proxy, method, arguments) -> {
						if (method.getName().equals("cancel")) {
							return future.cancel((Boolean) arguments[0]);
						}
						throw new UnsupportedOperationException(method.getName());
					});
		}

	}

}
