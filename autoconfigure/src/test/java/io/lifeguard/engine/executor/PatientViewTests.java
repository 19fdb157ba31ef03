package io.lifeguard.engine.executor;

import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for views of executors that answer badly.
 */
@ExtendWith(OutputCaptureExtension.class)
class PatientViewTests {

	private final StoreQueue queue = new StoreQueue();

	private final ThreadPoolExecutor pool = new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, this.queue);

	private final ExecutorView view = ExecutorView.of(this.pool);

	@AfterEach
	void shutDown() {
		this.queue.up.countDown();
		this.pool.shutdownNow();
	}

	@Test
	void showsTheLastAnswerWhereThereIsNone(CapturedOutput output) {
		this.queue.add(() -> {
		});
		assertThat(this.view.queue().size()).isOne();
		this.queue.broken = true;
		assertThat(this.view.queue().size()).isOne();
		assertThat(this.view.queue().size()).isOne();
		assertThat(output)
			.containsOnlyOnce("Executor of type java.util.concurrent.ThreadPoolExecutor throws when it is "
					+ "asked for its queue: what it last said is shown, and others are not held up. This is logged once");
		this.queue.broken = false;
		this.queue.clear();
		assertThat(this.view.queue().size()).isZero();
	}

	@Test
	void answersThoughTheExecutorHangs(CapturedOutput output) {
		assertThat(this.view.queue().size()).isZero();
		this.queue.hanging = true;
		assertThat(this.view.queue().size()).isZero();
		assertThat(this.view.isShutdown()).isFalse();
		assertThat(this.view.queued()).isNegative();
		assertThat(this.queue.askers).hasSize(1);
		assertThat(output).containsOnlyOnce("hangs when it is asked for its queue");
		this.queue.hanging = false;
		this.queue.add(() -> {
		});
		this.queue.up.countDown();
		await().untilAsserted(() -> assertThat(this.view.queue().size()).isOne());
	}

	@Test
	void takesAnAdapterThatRefusesToTellForOpen() {
		ExecutorView adapter = ExecutorView.of(new Adapter());
		assertThat(adapter.isShutdown()).isFalse();
		assertThat(adapter.isTerminated()).isFalse();
		assertThat(adapter.hasLetGo()).isFalse();
		assertThat(adapter.size()).isNull();
	}

	@Test
	void knowsWhichExecutorsCallNothingOfTheApplication() {
		ThreadPoolTaskExecutor bean = new ThreadPoolTaskExecutor();
		assertThat(PlainExecutors.contain(bean)).isFalse();
		bean.initialize();
		assertThat(PlainExecutors.contain(bean)).isTrue();
		bean.shutdown();
		assertThat(PlainExecutors.contain(new SimpleAsyncTaskExecutor())).isTrue();
		assertThat(PlainExecutors.contain(this.pool)).isFalse();
		assertThat(PlainExecutors.contain(new Adapter())).isFalse();
		assertThat(PlainExecutors
			.contain(new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new PriorityBlockingQueue<>(1, (a, b) -> 0))))
			.isFalse();
		assertThat(
				PlainExecutors.contain(new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>())))
			.isTrue();
	}

	/**
	 * Looks into a store that can be down.
	 */
	private static final class StoreQueue extends LinkedBlockingQueue<Runnable> {

		private final transient CountDownLatch up = new CountDownLatch(1);

		private final transient Set<Thread> askers = ConcurrentHashMap.newKeySet();

		private volatile boolean broken;

		private volatile boolean hanging;

		@Override
		public int size() {
			if (this.broken) {
				throw new IllegalStateException("store is down");
			}
			if (this.hanging) {
				this.askers.add(Thread.currentThread());
				awaitStore();
			}
			return super.size();
		}

		private void awaitStore() {
			try {
				this.up.await();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}

	}

	/**
	 * Leaves its life cycle to a container.
	 */
	private static final class Adapter extends AbstractExecutorService {

		@Override
		public void execute(Runnable task) {
			task.run();
		}

		@Override
		public void shutdown() {
			throw new UnsupportedOperationException();
		}

		@Override
		public List<Runnable> shutdownNow() {
			throw new UnsupportedOperationException();
		}

		@Override
		public boolean isShutdown() {
			throw new UnsupportedOperationException();
		}

		@Override
		public boolean isTerminated() {
			throw new UnsupportedOperationException();
		}

		@Override
		public boolean awaitTermination(long timeout, TimeUnit unit) {
			throw new UnsupportedOperationException();
		}

	}

}
