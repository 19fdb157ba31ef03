package io.lifeguard.engine.guard;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import io.lifeguard.GuardedApplication;
import io.lifeguard.PoolSnapshot;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for delayed tasks of a fork-join pool, which is a scheduler too from Java 25 on.
 */
@EnabledForJreRange(min = JRE.JAVA_25)
class DelayedForkJoinTests {

	private final GuardedApplication application = new GuardedApplication().with("jobs", ForkJoinPool.class,
			() -> new ForkJoinPool(2));

	@Test
	void areCancelledIfTheirFutureIs() {
		this.application.run(() -> {
			ScheduledExecutorService jobs = this.application.bean("jobs", ScheduledExecutorService.class);
			for (boolean interrupts : new boolean[] { true, false }) {
				Future<?> runnable = jobs.schedule(() -> {
				}, 1, TimeUnit.HOURS);
				Future<?> callable = jobs.schedule(() -> "done", 1, TimeUnit.HOURS);
				assertThat(runnable.cancel(interrupts)).isTrue();
				assertThat(callable.cancel(interrupts)).isTrue();
			}
			PoolSnapshot.Tasks tasks = this.application.pool("jobs").tasks();
			assertThat(tasks.cancelled()).isEqualTo(4);
			assertThat(tasks.queued()).isZero();
		});
	}

	@Test
	void failInSightOfWhoeverReadsTheirFuture() {
		this.application.run(() -> {
			ScheduledExecutorService jobs = this.application.bean("jobs", ScheduledExecutorService.class);
			Future<?> failing = jobs.schedule(() -> {
				throw new IllegalStateException("not done");
			}, 1, TimeUnit.MILLISECONDS);
			assertThatExceptionOfType(ExecutionException.class).isThrownBy(failing::get)
				.withMessageContaining("not done");
			await().until(() -> this.application.pool("jobs").failures().observed() == 1);
			assertThat(this.application.pool("jobs").failures().watched()).isZero();
		});
	}

}
