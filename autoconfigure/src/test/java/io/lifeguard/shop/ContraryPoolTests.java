package io.lifeguard.shop;

import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionHandler;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import io.lifeguard.GuardedApplication;
import io.lifeguard.PoolSnapshot;
import io.lifeguard.actuate.PoolsEndpoint;
import io.lifeguard.engine.pool.PoolRegistry;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.Show;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for a pool of the application's own that overrides all by which others than the
 * JDK can ask for its state, and answers none of it.
 */
class ContraryPoolTests {

	private final GuardedApplication application = new GuardedApplication();

	private final IllegalStateException failure = new IllegalStateException("fails");

	/**
	 * @param always whether it is so from the start, or only once the application runs
	 */
	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void runsItsTasksAsWithoutTheGuardAndIsShownAllTheSame(boolean always) {
		Contrary bean = new Contrary();
		bean.contrary = always;
		this.application.with("contrary", Contrary.class, () -> bean)
			.with("other", ThreadPoolTaskExecutor.class, ThreadPoolTaskExecutor::new)
			.run(() -> {
				bean.contrary = true;
				Contrary pool = this.application.bean("contrary", Contrary.class);
				CountDownLatch ran = new CountDownLatch(1);
				pool.execute(ran::countDown);
				ran.await();
				assertThat(pool.submit(() -> "done").get()).isEqualTo("done");
				assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> pool.submit(() -> {
					throw this.failure;
				}).get()).withCause(this.failure);
				assertThat(pool.invokeAll(List.of(() -> 1, () -> 2))).extracting(Future::get).containsExactly(1, 2);
				cancelWaiting(pool);
				this.application.bean("other", ThreadPoolTaskExecutor.class).execute(() -> {
					throw this.failure;
				});
				this.application.awaitQuiet("other", 1);
				await().untilAsserted(() -> {
					PoolSnapshot.Tasks tasks = this.application.pool("contrary").tasks();
					assertThat(List.of(tasks.submitted(), tasks.succeeded(), tasks.failed(), tasks.cancelled(),
							tasks.running(), tasks.queued(), tasks.lost()))
						.containsExactly(7L, 5L, 1L, 1L, 0L, 0L, 0L);
				});
				PoolsEndpoint endpoint = new PoolsEndpoint(
						this.application.bean(PoolRegistry.BEAN_NAME, PoolRegistry.class), Show.ALWAYS, Set.of());
				assertThat(endpoint.pools().pools()).containsKeys("contrary", "other");
				assertThat(endpoint.pool(SecurityContext.NONE, "contrary")).isNotNull();
				bean.contrary = false;
			});
		assertThat(bean.isTerminated()).isTrue();
	}

	private static void cancelWaiting(Contrary pool) throws Exception {
		CountDownLatch begun = new CountDownLatch(1);
		CountDownLatch release = new CountDownLatch(1);
		Future<?> running = pool.submit(() -> {
			begun.countDown();
			release.await();
			return null;
		});
		begun.await();
		Future<?> waiting = pool.submit(() -> "never");
		assertThat(waiting.cancel(true)).isTrue();
		release.countDown();
		running.get();
	}

	static class Contrary extends ThreadPoolExecutor {

		private volatile boolean contrary;

		Contrary() {
			super(1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>());
		}

		private <T> T answer(T answer) {
			if (this.contrary) {
				throw new UnsupportedOperationException("ask somebody else");
			}
			return answer;
		}

		@Override
		public boolean isShutdown() {
			return answer(super.isShutdown());
		}

		@Override
		public boolean isTerminating() {
			return answer(super.isTerminating());
		}

		@Override
		public boolean isTerminated() {
			return answer(super.isTerminated());
		}

		@Override
		public RejectedExecutionHandler getRejectedExecutionHandler() {
			return answer(super.getRejectedExecutionHandler());
		}

		@Override
		public int getCorePoolSize() {
			return answer(super.getCorePoolSize());
		}

		@Override
		public int getMaximumPoolSize() {
			return answer(super.getMaximumPoolSize());
		}

		@Override
		public long getKeepAliveTime(TimeUnit unit) {
			return answer(super.getKeepAliveTime(unit));
		}

		@Override
		public boolean allowsCoreThreadTimeOut() {
			return answer(super.allowsCoreThreadTimeOut());
		}

		@Override
		public BlockingQueue<Runnable> getQueue() {
			return answer(super.getQueue());
		}

		@Override
		public int getPoolSize() {
			return answer(super.getPoolSize());
		}

		@Override
		public int getActiveCount() {
			return answer(super.getActiveCount());
		}

		@Override
		public int getLargestPoolSize() {
			return answer(super.getLargestPoolSize());
		}

		@Override
		public long getTaskCount() {
			return answer(super.getTaskCount());
		}

		@Override
		public long getCompletedTaskCount() {
			return answer(super.getCompletedTaskCount());
		}

		@Override
		public String toString() {
			return answer(super.toString());
		}

		@Override
		public int hashCode() {
			return answer(super.hashCode());
		}

		@Override
		public boolean equals(Object other) {
			return answer(super.equals(other));
		}

	}

}
