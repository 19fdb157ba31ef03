package io.lifeguard.engine.executor;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import io.lifeguard.PoolSettings;
import io.lifeguard.ReportSettings;
import io.lifeguard.engine.guard.ExecutorGuard;
import io.lifeguard.engine.pool.PoolRegistry;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link TaskQueue}.
 */
class TaskQueueTests {

	private final TaskQueue queue = new TaskQueue(1);

	private final Runnable task = () -> {
	};

	@Test
	void takesATimeoutOfAnyLength() throws InterruptedException {
		assertThat(this.queue.offer(this.task, Long.MAX_VALUE, TimeUnit.DAYS)).isTrue();
		assertThat(this.queue.offer(this.task, 0, TimeUnit.DAYS)).isFalse();
	}

	@Test
	void keepsWhatItHoldsWhenItGetsSmaller() {
		this.queue.setCapacity(3);
		for (int i = 0; i < 3; i++) {
			assertThat(this.queue.offer(this.task)).isTrue();
		}
		this.queue.setCapacity(1);
		assertThat(this.queue).hasSize(3);
		assertThat(this.queue.remainingCapacity()).isZero();
		this.queue.poll();
		this.queue.poll();
		assertThat(this.queue.offer(this.task)).isFalse();
		this.queue.poll();
		assertThat(this.queue.offer(this.task)).isTrue();
	}

	@Test
	void freesOnePlaceForATaskThatAWorkerTakesWhileItIsRemoved() {
		this.queue.offer(this.task);
		assertThat(this.queue.removeIf((task) -> this.queue.poll() == task)).isFalse();
		assertThat(this.queue.remainingCapacity()).isEqualTo(1);
		this.queue.offer(this.task);
		this.queue.clear();
		assertThat(this.queue).isEmpty();
		assertThat(this.queue.remainingCapacity()).isEqualTo(1);
	}

	@Test
	void takesATaskAfterAllThatCameTooLateForTheLastThread() throws InterruptedException {
		CountDownLatch done = new CountDownLatch(2);
		AtomicBoolean overtaken = new AtomicBoolean();
		ThreadPoolExecutor pool = new ThreadPoolExecutor(0, 1, 1, TimeUnit.MINUTES, this.queue) {

			@Override
			public int getPoolSize() {
				int size = super.getPoolSize();
				if (overtaken.compareAndSet(false, true)) {
					execute(done::countDown); // gets the thread that this size promises
				}
				return size;
			}

		};
		this.queue.growFirst(pool);
		try (PoolRegistry registry = new PoolRegistry((name) -> PoolSettings.DEFAULT, ReportSettings.DEFAULT)) {
			ExecutorGuard.of(pool, registry.register("pool", pool)).execute(done::countDown);
			assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
			assertThat(registry.pool("pool").rejections()).isZero();
		}
		finally {
			pool.shutdown();
		}
	}

	@Test
	void leavesToTheHandlerWhatItHasNoPlaceFor() {
		CountDownLatch release = new CountDownLatch(1);
		ThreadPoolExecutor pool = new ThreadPoolExecutor(1, 1, 1, TimeUnit.MINUTES, this.queue);
		this.queue.growFirst(pool);
		try (PoolRegistry registry = new PoolRegistry((name) -> PoolSettings.DEFAULT, ReportSettings.DEFAULT)) {
			ExecutorGuard guard = ExecutorGuard.of(pool, registry.register("pool", pool));
			guard.execute(() -> await().until(() -> release.getCount() == 0));
			guard.execute(this.task);
			assertThatExceptionOfType(RejectedExecutionException.class).isThrownBy(() -> guard.execute(this.task));
			release.countDown();
			pool.shutdown();
			assertThatExceptionOfType(RejectedExecutionException.class).isThrownBy(() -> guard.execute(this.task));
			assertThat(registry.pool("pool").rejections()).isEqualTo(2);
		}
		finally {
			release.countDown();
			pool.shutdown();
		}
	}

	@Test
	void refusesACapacityOfNone() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.queue.setCapacity(0))
			.withMessage("The capacity of a queue must be at least 1, not 0");
	}

}
