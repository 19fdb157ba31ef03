package io.lifeguard.engine.guard;

import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;

import io.lifeguard.GuardedApplication;
import io.lifeguard.LossReason;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.jupiter.api.Test;

import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.awaitility.Awaitility.await;

/**
 * Tests for decorators that return nothing where there should be a task.
 */
class EmptyDecoratorTests {

	private final AtomicBoolean ran = new AtomicBoolean();

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void failTheSubmitterToAPoolAsWithoutTheGuard(boolean guarded) {
		GuardedApplication application = new GuardedApplication();
		if (!guarded) {
			application.unguarded();
		}
		application.with("mail", ThreadPoolTaskExecutor.class, () -> {
			ThreadPoolTaskExecutor mail = new ThreadPoolTaskExecutor();
			mail.setTaskDecorator((task) -> null);
			return mail;
		}).run(() -> {
			ThreadPoolTaskExecutor mail = application.bean("mail", ThreadPoolTaskExecutor.class);
			assertThatNullPointerException().isThrownBy(() -> mail.execute(this::run));
			assertThatNullPointerException().isThrownBy(() -> mail.submit((Callable<?>) this::call));
			assertThatNullPointerException().isThrownBy(() -> mail.submitCompletable((Callable<?>) this::call));
			if (guarded) {
				assertThat(application.pool("mail").tasks().submitted()).isZero();
			}
		});
		assertThat(this.ran).isFalse();
	}

	@Test
	void leaveAThreadNothingToRunWhereOneIsMadeAllTheSame() {
		GuardedApplication application = new GuardedApplication().with("mail", SimpleAsyncTaskExecutor.class, () -> {
			SimpleAsyncTaskExecutor mail = new SimpleAsyncTaskExecutor("mail-");
			mail.setTaskDecorator((task) -> null);
			return mail;
		});
		application.run(() -> {
			SimpleAsyncTaskExecutor mail = application.bean("mail", SimpleAsyncTaskExecutor.class);
			mail.execute(this::run);
			Future<?> future = mail.submit(this::call);
			await().untilAsserted(() -> {
				assertThat(application.guarded("mail").lost(LossReason.DISCARDED)).isOne();
				assertThat(application.pool("mail").tasks().succeeded()).isOne();
			});
			assertThat(future.isDone()).isFalse();
		});
		assertThat(this.ran).isFalse();
	}

	private void run() {
		this.ran.set(true);
	}

	private Object call() {
		this.ran.set(true);
		return "sent";
	}

}
