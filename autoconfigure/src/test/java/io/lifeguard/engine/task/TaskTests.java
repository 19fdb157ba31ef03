package io.lifeguard.engine.task;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import io.lifeguard.GuardedApplication;
import io.lifeguard.PoolSnapshot;
import io.lifeguard.engine.failure.Failure;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Task}.
 */
class TaskTests {

	private final Ledger ledger = LedgerTests.ledger();

	@Test
	void isNotTakenForTheTaskThatFollowsItInItsSlot() {
		Task first = new Task(this.ledger, this, 0);
		first.begin();
		assertThat(first.thread()).isSameAs(Thread.currentThread());
		first.returned();
		Task second = new Task(this.ledger, this, 0);
		second.begin();
		second.completes(this);
		assertThat(second.thread()).isSameAs(Thread.currentThread());
		assertThat(second.completes()).isSameAs(this);
		assertThat(first.thread()).isNull();
		assertThat(first.completes()).isNull();
		second.completes(null);
		second.returned();
	}

	@Test
	void isFoundByItsThreadsNameUntilItsFailureIsDealtWith() {
		String name = Thread.currentThread().getName();
		Task task = new Task(this.ledger, this, 0);
		task.begin();
		task.finish();
		assertThat(this.ledger.running().on(name)).isSameAs(task);
		task.threw(new IllegalStateException());
		assertThat(this.ledger.running().on(name)).isNull();
	}

	@Test
	void endsThoughThereIsNoMemoryToEndTheTasksWithin() {
		Task outer = new Task(this.ledger, this, 0);
		outer.begin();
		Task inner = new Task(this.ledger, this, 0) {

			@Override
			protected void release() {
				throw new OutOfMemoryError();
			}

		};
		inner.begin();
		assertThat(outer.threw(new OutOfMemoryError())).isNotNull();
		PoolSnapshot.Tasks tasks = this.ledger.counts().snapshot(false);
		assertThat(tasks.running()).isZero();
		assertThat(tasks.failed()).isEqualTo(2);
	}

	@Test
	void endsThoughItsFailureLeavesNoStackForThat() {
		ThreadPoolExecutor pool = new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new SynchronousQueue<>(),
				new ThreadPoolExecutor.CallerRunsPolicy());
		CountDownLatch release = new CountDownLatch(1);
		GuardedApplication application = new GuardedApplication().with("mail", ThreadPoolExecutor.class, () -> pool);
		application.run(() -> {
			ThreadPoolExecutor mail = application.bean("mail", ThreadPoolExecutor.class);
			mail.execute(() -> await(release));
			Runnable endless = new Runnable() {

				@Override
				public void run() {
					mail.execute(this); // in the caller, for ever
				}

			};
			for (int i = 0; i < 3; i++) {
				Thread caller = new Thread(null, () -> {
					try {
						mail.execute(endless);
					}
					catch (StackOverflowError ex) {
						// as it would be without the guard
					}
				}, "caller", 1 << 18);
				caller.start();
				caller.join();
			}
			release.countDown();
			Awaitility.await().untilAsserted(() -> {
				PoolSnapshot snapshot = application.pool("mail");
				PoolSnapshot.Tasks tasks = snapshot.tasks();
				PoolSnapshot.Failures failures = snapshot.failures();
				assertThat(tasks.running()).isZero();
				assertThat(tasks.queued()).isZero();
				assertThat(tasks.submitted())
					.isEqualTo(tasks.succeeded() + tasks.failed() + tasks.cancelled() + tasks.lost());
				assertThat(tasks.failed()).isPositive()
					.isEqualTo(failures.uncaught() + failures.unobserved() + failures.observed());
			});
			mail.shutdownNow();
		});
	}

	@Test
	void isLostIfItsDecoratorSkipsIt() {
		AtomicReference<Runnable> skipped = new AtomicReference<>();
		GuardedApplication application = new GuardedApplication().with("mail", ThreadPoolTaskExecutor.class, () -> {
			ThreadPoolTaskExecutor mail = new ThreadPoolTaskExecutor();
			mail.setTaskDecorator((task) -> () -> skipped.set(task));
			return mail;
		});
		application.run(() -> {
			ThreadPoolTaskExecutor mail = application.bean("mail", ThreadPoolTaskExecutor.class);
			Future<String> future = mail.submit(() -> "sent");
			Awaitility.await().until(() -> application.pool("mail").tasks().lost() == 1);
			assertThat(application.pool("mail").tasks().queued()).isZero();
			assertThat(future.isDone()).isFalse();
			skipped.get().run(); // after all
			assertThat(future.get()).isEqualTo("sent");
			assertThat(application.pool("mail").tasks().lost()).isZero();
			assertThat(application.pool("mail").tasks().succeeded()).isOne();
		});
	}

	@Test
	void movesToAnotherPoolAsLongAsItHasNotBegun() {
		Ledger other = LedgerTests.ledger();
		Task task = new Task(this.ledger, this, 0);
		task.moveTo(other);
		assertThat(this.ledger.counts().submitted()).isZero();
		task.begin();
		assertThat(other.running().size()).isOne();
		task.moveTo(this.ledger);
		task.returned();
		task.moveTo(this.ledger);
		assertThat(this.ledger.counts().submitted()).isZero();
		assertThat(other.counts().snapshot(false).succeeded()).isOne();
		assertThat(other.counts().submitted()).isOne();
	}

	@Test
	void takesAlongWhatItWasThoughtToHaveComeTo() {
		Ledger other = LedgerTests.ledger();
		Task abandoned = new Task(this.ledger, this, 0);
		abandoned.abandon();
		Task takenOut = new Task(this.ledger, this, 0);
		takenOut.takenOut();
		for (Task task : List.of(abandoned, takenOut)) {
			task.moveTo(other);
			assertThat(task.begin()).isTrue();
			task.returned();
		}
		PoolSnapshot.Tasks left = this.ledger.counts().snapshot(false);
		assertThat(left.submitted() + left.lost() + left.cancelled()).isZero();
		assertThat(other.counts().snapshot(false).succeeded()).isEqualTo(2);
	}

	@Test
	void hasNoUnreadFailureIfItIsCancelledWhileItThrows() {
		CancelledLate task = new CancelledLate(this.ledger);
		task.begin();
		Failure failure = task.threw(new IllegalStateException());
		assertThat(failure).isNotNull();
		PoolSnapshot.Failures failures = this.ledger.failures().counts().snapshot(1);
		assertThat(failures.observed()).isOne();
		assertThat(failures.watched()).isZero();
	}

	@Test
	void endsThoughItsFutureCannotTellWhetherItWasCancelled() {
		Task task = new Task(this.ledger, this, 0) {

			@Override
			protected boolean isCancelled() {
				throw new IllegalStateException("store is down");
			}

		};
		task.begin();
		task.returned();
		assertThat(this.ledger.counts().snapshot(false).succeeded()).isOne();
		assertThat(this.ledger.running().size()).isZero();
	}

	private static void await(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * Cancelled between two looks.
	 */
	private static final class CancelledLate extends Task {

		private int looks;

		CancelledLate(Ledger ledger) {
			super(ledger, "body", 0);
		}

		@Override
		protected boolean isCancelled() {
			return this.looks++ > 0;
		}

	}

}
