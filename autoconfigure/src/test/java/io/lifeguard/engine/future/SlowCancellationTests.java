package io.lifeguard.engine.future;

import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Delayed;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RunnableFuture;
import java.util.concurrent.RunnableScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

import io.lifeguard.GuardedApplication;
import org.junit.jupiter.api.Test;

import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for futures of the application's own that are slow to be cancelled.
 */
class SlowCancellationTests {

	private final CountDownLatch release = new CountDownLatch(1);

	private final GuardedApplication application = new GuardedApplication()
		.with("lifeguard.pools.jobs.task-timeout=50ms", "lifeguard.pools.mail.task-timeout=50ms")
		.with("mail", ThreadPoolTaskExecutor.class, ThreadPoolTaskExecutor::new)
		.with("jobs", ScheduledThreadPoolExecutor.class, () -> new Locked(this.release));

	@Test
	void keepNoOtherPoolFromItsTimeLimit() {
		this.application.run(() -> {
			ScheduledThreadPoolExecutor jobs = this.application.bean("jobs", ScheduledThreadPoolExecutor.class);
			Future<?> slow = jobs.schedule(this::hold, 0, TimeUnit.MILLISECONDS);
			await().until(() -> this.application.pool("jobs").tasks().timedOut() == 1);
			Future<?> sent = this.application.bean("mail", ThreadPoolTaskExecutor.class).submit(this::hold);
			assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> sent.get(10, TimeUnit.SECONDS))
				.withCauseInstanceOf(TimeoutException.class);
			assertThat(slow.isDone()).isFalse();
			this.release.countDown();
			await().until(slow::isDone);
		});
	}

	@Test
	void letTheirTaskEndWhileTheyAreCancelled() {
		this.application.run(() -> {
			ScheduledThreadPoolExecutor jobs = this.application.bean("jobs", ScheduledThreadPoolExecutor.class);
			jobs.schedule(() -> {
				this.release.await(); // and is interrupted
				return null;
			}, 0, TimeUnit.MILLISECONDS);
			await().until(() -> this.application.pool("jobs").tasks().timedOut() == 1);
			await().until(() -> this.application.pool("jobs").tasks().running() == 0);
			assertThat(this.release.getCount()).isOne();
			this.release.countDown();
		});
	}

	@Test
	void keepNoOtherPoolFromItsTimeLimitEitherIfTheyDoNotSayWhetherTheyAreDone() {
		this.application.with("own", Silent.class, () -> new Silent(this.release)).run(() -> {
			Silent own = this.application.bean("own", Silent.class);
			own.submit(new Letter());
			await().until(own::isAsked);
			Future<?> sent = this.application.bean("mail", ThreadPoolTaskExecutor.class).submit(this::hold);
			assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> sent.get(10, TimeUnit.SECONDS))
				.withCauseInstanceOf(TimeoutException.class);
			this.release.countDown();
			await().until(() -> this.application.pool("own").tasks().succeeded() == 1);
		});
	}

	private Object hold() {
		boolean held = true;
		while (held) {
			try {
				this.release.await();
				held = false;
			}
			catch (InterruptedException ex) {
				// as code that does not care
			}
		}
		return "done";
	}

	private static final class Letter implements Callable<String> {

		@Override
		public String call() {
			return "sent";
		}

	}

	/**
	 * Makes futures that do not say whether they are done.
	 */
	static class Silent extends ThreadPoolExecutor {

		private final CountDownLatch spoken;

		private final AtomicBoolean asked = new AtomicBoolean();

		Silent(CountDownLatch spoken) {
			super(1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>());
			this.spoken = spoken;
		}

		boolean isAsked() {
			return this.asked.get();
		}

		@Override
		protected <V> RunnableFuture<V> newTaskFor(Callable<V> callable) {
			return new FutureTask<>(callable) {

				@Override
				public boolean isDone() {
					Silent.this.asked.set(true);
					try {
						Silent.this.spoken.await();
					}
					catch (InterruptedException ex) {
						Thread.currentThread().interrupt();
					}
					return super.isDone();
				}

			};
		}

	}

	/**
	 * Makes futures that wait before they are cancelled.
	 */
	static class Locked extends ScheduledThreadPoolExecutor {

		private final CountDownLatch unlocked;

		Locked(CountDownLatch unlocked) {
			super(1);
			this.unlocked = unlocked;
		}

		@Override
		protected <V> RunnableScheduledFuture<V> decorateTask(Callable<V> callable, RunnableScheduledFuture<V> task) {
			return new LockedFuture<>(task, this.unlocked);
		}

	}

	private record LockedFuture<V>(RunnableScheduledFuture<V> delegate,
			CountDownLatch unlocked) implements RunnableScheduledFuture<V> {

		@Override
		public boolean cancel(boolean mayInterruptIfRunning) {
			try {
				this.unlocked.await();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
			return this.delegate.cancel(mayInterruptIfRunning);
		}

		@Override
		public boolean isCancelled() {
			return this.delegate.isCancelled();
		}

		@Override
		public boolean isDone() {
			return this.delegate.isDone();
		}

		@Override
		public V get() throws InterruptedException, ExecutionException {
			return this.delegate.get();
		}

		@Override
		public V get(long timeout, TimeUnit unit) throws InterruptedException, ExecutionException, TimeoutException {
			return this.delegate.get(timeout, unit);
		}

		@Override
		public void run() {
			this.delegate.run();
		}

		@Override
		public boolean isPeriodic() {
			return this.delegate.isPeriodic();
		}

		@Override
		public long getDelay(TimeUnit unit) {
			return this.delegate.getDelay(unit);
		}

		@Override
		public int compareTo(Delayed other) {
			return this.delegate.compareTo((other instanceof LockedFuture<?> future) ? future.delegate() : other);
		}

	}

}
