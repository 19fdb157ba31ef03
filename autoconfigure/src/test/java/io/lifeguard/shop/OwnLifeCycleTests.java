package io.lifeguard.shop;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

import io.lifeguard.GuardedApplication;
import io.lifeguard.shop.Calls.Mail;
import org.junit.jupiter.api.Test;

import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for executors of the application's own classes that end more than once, begin
 * anew, or pause.
 */
class OwnLifeCycleTests {

	private final Calls calls = new Calls();

	private final GuardedApplication application = new GuardedApplication();

	@Test
	void areCountedOnWhenTheyBeginAnew() {
		this.application.with("pool", Calls.OwnSpringPool.class, () -> new Calls.OwnSpringPool(3, this.calls))
			.run(() -> {
				Calls.OwnSpringPool pool = this.application.bean("pool", Calls.OwnSpringPool.class);
				run(pool::execute);
				pool.shutdown();
				pool.shutdown();
				assertThatExceptionOfType(RejectedExecutionException.class)
					.isThrownBy(() -> pool.execute(new Mail(() -> {
					})));
				pool.initialize();
				this.calls.take();
				run(pool::execute);
				await().untilAsserted(() -> assertThat(this.calls.take()).contains("afterExecute Mail null"));
				await().untilAsserted(() -> assertThat(this.application.pool("pool").tasks().succeeded()).isEqualTo(2));
				assertThat(this.application.pool("pool").tasks().rejected()).isOne();
				pool.execute(new Mail(() -> {
					throw new IllegalStateException("fails");
				}));
				await().until(() -> this.application.reports.size() == 1);
			});
	}

	@Test
	void runWhatHasWaitedForThemToGoOn() {
		this.application.with("jobs", ThreadPoolTaskScheduler.class, () -> new Calls.OwnSpringScheduler(this.calls))
			.run(() -> {
				ThreadPoolTaskScheduler jobs = this.application.bean("jobs", ThreadPoolTaskScheduler.class);
				run(jobs::execute);
				jobs.stop();
				CountDownLatch ran = new CountDownLatch(1);
				jobs.execute(new Mail(ran::countDown));
				await().until(() -> jobs.getScheduledThreadPoolExecutor().getActiveCount() == 1);
				assertThat(ran.getCount()).isOne();
				assertThat(this.application.pool("jobs").tasks().running()).isZero();
				jobs.start();
				ran.await();
				await().untilAsserted(() -> assertThat(this.application.pool("jobs").tasks().succeeded()).isEqualTo(2));
			});
	}

	private static void run(Executor executor) throws InterruptedException {
		CountDownLatch ran = new CountDownLatch(1);
		executor.execute(new Mail(ran::countDown));
		ran.await();
	}

}
