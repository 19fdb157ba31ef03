package io.lifeguard;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;

import org.junit.jupiter.api.Test;

import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for tasks that throw what does not behave as a throwable should.
 */
class OddThrowableTests {

	@Test
	void wrappersMayBeEachOthersCause() {
		Wrapper first = new Wrapper();
		Wrapper second = new Wrapper();
		first.initCause(second);
		second.initCause(first);
		failWith(first);
	}

	@Test
	void causesMayNotBeToldOf() {
		failWith(new Wrapper() {

			@Override
			public synchronized Throwable getCause() {
				throw new IllegalStateException("Does not tell");
			}

		});
	}

	private static void failWith(Exception thrown) {
		GuardedApplication application = new GuardedApplication().with("executor", ThreadPoolTaskExecutor.class,
				ThreadPoolTaskExecutor::new);
		application.run(() -> {
			application.bean("executor", Executor.class).execute(() -> {
				throw ExecutedTask.<RuntimeException>sneaky(thrown);
			});
			application.awaitQuiet("executor", 1);
			assertThat(application.pool("executor").failures().uncaught()).isEqualTo(1);
		});
	}

	private static class Wrapper extends ExecutionException {

		Wrapper() {
			super("Wraps");
		}

	}

}
