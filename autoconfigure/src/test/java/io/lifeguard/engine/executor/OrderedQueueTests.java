package io.lifeguard.engine.executor;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.DelayQueue;
import java.util.concurrent.Delayed;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.lifeguard.GuardedApplication;
import io.lifeguard.Handling;
import org.hamcrest.Matchers;
import org.junit.jupiter.api.Test;

import org.springframework.core.task.support.TaskExecutorAdapter;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for queues that look at their tasks, and for those that an application looks
 * into.
 */
class OrderedQueueTests {

	private final List<Integer> order = Collections.synchronizedList(new ArrayList<>());

	private final CountDownLatch first = new CountDownLatch(1);

	private final AtomicInteger handled = new AtomicInteger();

	private final GuardedApplication application = new GuardedApplication();

	private ThreadPoolExecutor pool(BlockingQueue<Runnable> queue) {
		return new ThreadPoolExecutor(1, 1, 1, TimeUnit.MINUTES, queue, (worker) -> {
			Thread thread = new Thread(worker, "ordered");
			thread.setUncaughtExceptionHandler((failed, thrown) -> this.handled.incrementAndGet());
			return thread;
		});
	}

	@Test
	void findsWhatWasGivenToIt() {
		this.application.with("pool", ThreadPoolExecutor.class, () -> pool(new LinkedBlockingQueue<>())).run(() -> {
			ThreadPoolExecutor pool = this.application.bean("pool", ThreadPoolExecutor.class);
			Runnable removed = () -> this.order.add(1);
			Runnable left = () -> this.order.add(2);
			pool.execute(() -> hold(this.first));
			pool.execute(removed);
			pool.execute(left);
			Future<?> future = pool.submit(() -> this.order.add(3));
			assertThat(pool.getQueue()).hasSize(3);
			assertThat(pool.remove(removed)).isTrue();
			assertThat(pool.remove(removed)).isFalse();
			assertThat(pool.remove((Runnable) future)).isTrue();
			assertThat(pool.getQueue()).hasSize(1);
			assertThat(pool.shutdownNow()).containsExactly(left);
			this.first.countDown();
		});
		assertThat(this.order).isEmpty();
	}

	@Test
	void keepsTheOrderOfComparableTasks() {
		this.application.with("pool", ThreadPoolExecutor.class, () -> pool(new PriorityBlockingQueue<>())).run(() -> {
			runInOrder(this.application.bean("pool", ThreadPoolExecutor.class));
			assertThat(this.application.pool("pool").tasks().succeeded()).isEqualTo(4);
		});
	}

	@Test
	void refusesTheFirstTaskThatHasNoOrder() {
		this.application.with("pool", ThreadPoolExecutor.class, () -> pool(new PriorityBlockingQueue<>())).run(() -> {
			ThreadPoolExecutor pool = this.application.bean("pool", ThreadPoolExecutor.class);
			pool.execute(() -> hold(this.first));
			assertThatExceptionOfType(ClassCastException.class).isThrownBy(() -> pool.execute(() -> this.order.add(1)));
			this.first.countDown();
		});
		assertThat(this.order).isEmpty();
	}

	@Test
	void keepsTheOrderOfTasksThatMoveToAQueueWhichComparesThem() {
		PriorityBlockingQueue<Runnable> ordered = new PriorityBlockingQueue<>();
		this.application.with("pool", ThreadPoolExecutor.class, () -> pool(new LinkedBlockingQueue<>())).run(() -> {
			ThreadPoolExecutor pool = this.application.bean("pool", ThreadPoolExecutor.class);
			pool.execute(() -> hold(this.first));
			for (int rank : new int[] { 3, 1, 2 }) {
				pool.execute(new Ranked(rank, () -> this.order.add(rank)));
			}
			pool.getQueue().drainTo(ordered);
			for (Runnable task = ordered.poll(); task != null; task = ordered.poll()) {
				task.run();
			}
			this.first.countDown();
		});
		assertThat(this.order).containsExactly(1, 2, 3);
	}

	@Test
	void handsTheApplicationsOwnTypeToItsComparator() {
		this.application.with("pool", ThreadPoolExecutor.class, () -> pool(byRank()))
			.run(() -> runInOrder(this.application.bean("pool", ThreadPoolExecutor.class)));
	}

	@Test
	void handsTheApplicationsOwnTypeOnThroughAView() {
		this.application.with("pool", ThreadPoolExecutor.class, () -> pool(byRank()))
			.with("view", Executor.class,
					() -> new TaskExecutorAdapter(this.application.bean("pool", ThreadPoolExecutor.class)))
			.run(() -> runInOrder(this.application.bean("view", Executor.class)));
	}

	@Test
	void takesDelayedTasks() {
		@SuppressWarnings({ "unchecked", "rawtypes" })
		BlockingQueue<Runnable> queue = (BlockingQueue) new DelayQueue<>();
		this.application.with("pool", ThreadPoolExecutor.class, () -> pool(queue))
			.run(() -> runInOrder(this.application.bean("pool", ThreadPoolExecutor.class)));
	}

	@Test
	void tellsOfATaskThatFailsInAnOrderedQueue() {
		this.application.with("pool", ThreadPoolExecutor.class, () -> pool(byRank())).run(() -> {
			Executor pool = this.application.bean("pool", Executor.class);
			pool.execute(new Ranked(1, () -> {
				throw new IllegalStateException("Fails");
			}));
			this.application.awaitQuiet("pool", 1);
			await().untilAtomic(this.handled, Matchers.is(1));
			assertThat(this.application.pool("pool").failures().uncaught()).isEqualTo(1);
			assertThat(this.application.reports.element().handling()).isEqualTo(Handling.UNCAUGHT);
			assertThat(this.application.reports.element().thread()).isEqualTo("ordered");
			pool.execute(new Ranked(2, () -> this.order.add(2)));
			await().until(() -> this.order.contains(2));
		});
	}

	@Test
	void decoratesTasksOfAnOrderedQueue() {
		this.application.with("pool", ThreadPoolTaskExecutor.class, () -> {
			ThreadPoolTaskExecutor pool = new ThreadPoolTaskExecutor() {

				@Override
				protected BlockingQueue<Runnable> createQueue(int queueCapacity) {
					return byRank();
				}

			};
			pool.setTaskDecorator((task) -> new Ranked(0, () -> {
				this.order.add(0);
				task.run();
			}));
			return pool;
		}).run(() -> {
			this.application.bean("pool", Executor.class).execute(() -> this.order.add(1));
			await().untilAsserted(() -> assertThat(this.order).containsExactly(0, 1));
		});
	}

	private void runInOrder(Executor pool) {
		pool.execute(new Ranked(0, () -> hold(this.first)));
		for (int rank : new int[] { 3, 1, 2 }) {
			pool.execute(new Ranked(rank, () -> this.order.add(rank)));
		}
		this.first.countDown();
		await().untilAsserted(() -> assertThat(this.order).containsExactly(1, 2, 3));
	}

	private static PriorityBlockingQueue<Runnable> byRank() {
		return new PriorityBlockingQueue<>(11, Comparator.comparing((task) -> ((Ranked) task).rank()));
	}

	private static void hold(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private record Ranked(int rank, Runnable body) implements Runnable, Delayed {

		@Override
		public void run() {
			this.body.run();
		}

		@Override
		public long getDelay(TimeUnit unit) {
			return 0;
		}

		@Override
		public int compareTo(Delayed other) {
			return Integer.compare(this.rank, ((Ranked) other).rank());
		}

	}

}
