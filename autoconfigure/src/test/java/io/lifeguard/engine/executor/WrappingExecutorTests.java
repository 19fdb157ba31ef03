package io.lifeguard.engine.executor;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import io.lifeguard.GuardedApplication;
import io.lifeguard.PoolSnapshot;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for what is discarded behind an executor of the application's own that wraps each
 * task.
 */
class WrappingExecutorTests {

	private final CountDownLatch release = new CountDownLatch(1);

	private final GuardedApplication application = new GuardedApplication().with("mail", Wrapping.class, () -> {
		Wrapping mail = new Wrapping();
		mail.setCorePoolSize(1);
		mail.setMaxPoolSize(1);
		mail.setQueueCapacity(1);
		return mail;
	});

	@AfterEach
	void release() {
		this.release.countDown();
	}

	@Test
	void endsTheFuturesOfWhatItsPolicyDiscards() {
		this.application.with("lifeguard.pools.mail.rejection=discard").run(() -> {
			Wrapping mail = this.application.bean("mail", Wrapping.class);
			List<Future<?>> futures = new ArrayList<>();
			for (int i = 0; i < 3; i++) {
				futures.add(mail.submit(this::hold));
				futures.add(mail.submitCompletable(this::hold));
			}
			for (Future<?> discarded : futures.subList(2, 6)) {
				assertThatExceptionOfType(CancellationException.class)
					.isThrownBy(() -> discarded.get(10, TimeUnit.SECONDS));
			}
			assertThat(this.application.pool("mail").tasks().lost()).isEqualTo(4);
			this.release.countDown();
			awaitBalance(2, 4);
			assertThat(futures.subList(0, 2)).noneMatch(Future::isCancelled);
		});
	}

	@Test
	void countsWhatItExecutesToo() {
		this.application.with("lifeguard.pools.mail.rejection=discard").run(() -> {
			Wrapping mail = this.application.bean("mail", Wrapping.class);
			for (int i = 0; i < 5; i++) {
				mail.execute(this::hold);
			}
			assertThat(this.application.pool("mail").tasks().lost()).isEqualTo(3);
			this.release.countDown();
			awaitBalance(2, 3);
		});
	}

	@Test
	void countsWhatItsOldestGiveWayTo() {
		this.application.with("lifeguard.pools.mail.rejection=discard-oldest").run(() -> {
			Wrapping mail = this.application.bean("mail", Wrapping.class);
			for (int i = 0; i < 5; i++) {
				mail.execute(this::hold);
			}
			awaitBalance(0, 3); // nobody knows which they were, but how many
			this.release.countDown();
			awaitBalance(2, 3);
		});
	}

	private void awaitBalance(int succeeded, int lost) {
		await().untilAsserted(() -> {
			PoolSnapshot.Tasks tasks = this.application.pool("mail").tasks();
			assertThat(tasks.succeeded()).isEqualTo(succeeded);
			assertThat(tasks.lost()).isEqualTo(lost);
			assertThat(tasks.submitted()).isEqualTo(succeeded + lost + tasks.running() + tasks.queued());
		});
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
	 * Wraps each task, as to carry something over to its thread.
	 */
	static class Wrapping extends ThreadPoolTaskExecutor {

		@Override
		public void execute(Runnable task) {
			super.execute(() -> task.run());
		}

	}

}
