package io.lifeguard.engine.health;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import io.lifeguard.GuardedApplication;
import io.lifeguard.LossReason;
import io.lifeguard.PoolSnapshot;
import io.lifeguard.engine.executor.ExecutorView;
import io.lifeguard.engine.pool.Pool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for tasks that leave a queue in silence.
 */
@ExtendWith(OutputCaptureExtension.class)
class MissingTasksTests {

	private final GuardedApplication application = new GuardedApplication();

	private final CountDownLatch release = new CountDownLatch(1);

	@AfterEach
	void release() {
		this.release.countDown();
	}

	@Test
	void areLostWhenTheQueueIsCleared(CapturedOutput output) {
		this.application.with("mail", ThreadPoolExecutor.class, () -> pool(new LinkedBlockingQueue<>())).run(() -> {
			ThreadPoolExecutor mail = this.application.bean("mail", ThreadPoolExecutor.class);
			mail.execute(this::hold);
			submit(mail, 5);
			mail.getQueue().clear();
			awaitLost("mail", 5, 0);
			assertThat(output).contains(
					"Pool mail has lost 5 tasks that have left its queue without being run, and counts them as discarded");
		});
	}

	@Test
	void areLostNoMoreOnceTheApplicationRunsThem() {
		this.application.with("mail", ThreadPoolExecutor.class, () -> pool(new LinkedBlockingQueue<>())).run(() -> {
			ThreadPoolExecutor mail = this.application.bean("mail", ThreadPoolExecutor.class);
			mail.execute(this::hold);
			submit(mail, 3);
			List<Runnable> drained = new ArrayList<>();
			mail.getQueue().drainTo(drained);
			awaitLost("mail", 3, 0);
			drained.forEach(Runnable::run);
			awaitLost("mail", 0, 0);
			assertThat(this.application.pool("mail").tasks().succeeded()).isEqualTo(3);
		});
	}

	@Test
	void areThoseThatAHandlerPollsFromTheQueue() {
		this.application.with("mail", ThreadPoolExecutor.class, () -> {
			ThreadPoolExecutor mail = pool(new ArrayBlockingQueue<>(1));
			mail.setRejectedExecutionHandler((task, pool) -> {
				pool.getQueue().poll();
				pool.execute(task);
			});
			return mail;
		}).run(() -> {
			ThreadPoolExecutor mail = this.application.bean("mail", ThreadPoolExecutor.class);
			mail.execute(this::hold);
			submit(mail, 10);
			awaitLost("mail", 9, 1);
		});
	}

	@Test
	void areDelayedOnesToo() {
		this.application.with("jobs", ScheduledThreadPoolExecutor.class, () -> new ScheduledThreadPoolExecutor(1))
			.run(() -> {
				ScheduledThreadPoolExecutor jobs = this.application.bean("jobs", ScheduledThreadPoolExecutor.class);
				jobs.scheduleAtFixedRate(() -> {
				}, 1, 1, TimeUnit.HOURS);
				jobs.schedule(() -> {
				}, 1, TimeUnit.HOURS);
				Future<?> unwanted = jobs.schedule(() -> {
				}, 2, TimeUnit.HOURS);
				unwanted.cancel(false);
				awaitLost("jobs", 0, 1);
				jobs.getQueue().clear();
				awaitLost("jobs", 1, 0);
			});
	}

	@Test
	void areNoneInAPausedPool() {
		Paused paused = new Paused(this.release);
		this.application.with("mail", ThreadPoolExecutor.class, () -> paused).run(() -> {
			submit(this.application.bean("mail", ThreadPoolExecutor.class), 3);
			await().until(() -> paused.getActiveCount() == 1);
			lookOften("mail");
			awaitLost("mail", 0, 3);
		});
	}

	@Test
	void areNoneWhereSubmittersWaitInAHandler() throws Exception {
		CountDownLatch waiting = new CountDownLatch(1);
		this.application.with("mail", ThreadPoolExecutor.class, () -> {
			ThreadPoolExecutor mail = pool(new ArrayBlockingQueue<>(1));
			mail.setRejectedExecutionHandler((task, pool) -> {
				try {
					waiting.countDown();
					pool.getQueue().put(task);
				}
				catch (InterruptedException ex) {
					throw new RejectedExecutionException(ex);
				}
			});
			return mail;
		}).run(() -> {
			ThreadPoolExecutor mail = this.application.bean("mail", ThreadPoolExecutor.class);
			mail.execute(this::hold);
			Thread submitter = new Thread(() -> submit(mail, 2));
			submitter.start();
			waiting.await();
			lookOften("mail");
			assertThat(this.application.guarded("mail").lost(LossReason.DISCARDED)).isZero();
			this.release.countDown();
			submitter.join();
			awaitLost("mail", 0, 0);
		});
	}

	@Test
	void areNoneWhereSubmittersWaitInAnExecutorOfTheApplication() throws Exception {
		Throttled throttled = new Throttled();
		this.application.with("mail", Throttled.class, () -> throttled).run(() -> {
			Throttled mail = this.application.bean("mail", Throttled.class);
			Thread submitter = new Thread(() -> submit(mail, 2));
			submitter.start();
			await().until(throttled.permits::hasQueuedThreads);
			lookOften("mail");
			assertThat(this.application.guarded("mail").lost(LossReason.DISCARDED)).isZero();
			throttled.permits.release(2);
			submitter.join();
			awaitLost("mail", 0, 0);
		});
	}

	@Test
	void countAsDiscardedAlsoRightBeforeTheirPoolCloses(CapturedOutput output) {
		this.application.with("mail", ThreadPoolExecutor.class, () -> pool(new LinkedBlockingQueue<>())).run(() -> {
			ThreadPoolExecutor mail = this.application.bean("mail", ThreadPoolExecutor.class);
			mail.execute(this::hold);
			submit(mail, 4);
			mail.getQueue().clear();
			this.release.countDown();
		});
		assertThat(output).contains("Pool mail has lost 4 tasks").doesNotContain("had not run when their pools closed");
	}

	private void awaitLost(String name, int lost, int queued) {
		await().untilAsserted(() -> {
			Pool pool = this.application.guarded(name);
			PoolSnapshot.Tasks tasks = pool.snapshot().tasks();
			assertThat(tasks.lost()).isEqualTo(lost);
			assertThat(pool.lost(LossReason.DISCARDED)).isEqualTo(lost);
			assertThat(tasks.queued()).isEqualTo(queued);
			assertThat(tasks.submitted()).isEqualTo(tasks.succeeded() + tasks.failed() + tasks.cancelled()
					+ tasks.lost() + tasks.running() + tasks.queued());
		});
	}

	/**
	 * Look as often as it would take to miss something.
	 */
	private void lookOften(String name) {
		Pool pool = this.application.guarded(name);
		MissingTasks missing = new MissingTasks(pool.ledger(), ExecutorView.of(pool.executor()));
		for (int i = 0; i < 10; i++) {
			missing.look();
		}
	}

	private static void submit(ThreadPoolExecutor pool, int count) {
		for (int i = 0; i < count; i++) {
			pool.execute(() -> {
			});
		}
	}

	private static ThreadPoolExecutor pool(BlockingQueue<Runnable> queue) {
		return new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, queue);
	}

	private void hold() {
		try {
			this.release.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * Keeps its threads from tasks for some time.
	 */
	static class Paused extends ThreadPoolExecutor {

		private final CountDownLatch resumed;

		Paused(CountDownLatch resumed) {
			super(1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>());
			this.resumed = resumed;
		}

		@Override
		protected void beforeExecute(Thread thread, Runnable task) {
			try {
				this.resumed.await();
			}
			catch (InterruptedException ex) {
				thread.interrupt();
			}
		}

	}

	/**
	 * Takes no task without a permit.
	 */
	static class Throttled extends ThreadPoolExecutor {

		final Semaphore permits = new Semaphore(0);

		Throttled() {
			super(1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>());
		}

		@Override
		public void execute(Runnable task) {
			this.permits.acquireUninterruptibly();
			super.execute(task);
		}

	}

}
