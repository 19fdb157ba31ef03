package io.lifeguard.engine.failure;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;

import io.lifeguard.GuardedApplication;
import io.lifeguard.support.Throwables;
import org.junit.jupiter.api.Test;

import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

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

	@Test
	void stacksMayNotBeToldOf() {
		failWithStack(() -> {
			throw new IllegalStateException("Does not tell");
		});
	}

	@Test
	void stacksMayHaveGaps() {
		failWithStack(() -> new StackTraceElement[1]);
	}

	private static void failWithStack(Supplier<StackTraceElement[]> stack) {
		failWith(new Wrapper() {

			@Override
			public StackTraceElement[] getStackTrace() {
				return stack.get();
			}

		}, (application) -> {
			await().untilAsserted(() -> assertThat(application.reports).hasSize(1));
			assertThat(application.reports.peek().task()).startsWith("OddThrowableTests");
			assertThat(application.guarded("executor").recentFailures()).hasSize(1);
		});
	}

	private static void failWith(Exception thrown) {
		failWith(thrown, (application) -> application.awaitQuiet("executor", 1));
	}

	private static void failWith(Exception thrown, Consumer<GuardedApplication> wait) {
		GuardedApplication application = new GuardedApplication().with("executor", ThreadPoolTaskExecutor.class,
				ThreadPoolTaskExecutor::new);
		application.run(() -> {
			application.bean("executor", Executor.class).execute(() -> {
				throw Throwables.<RuntimeException>sneaky(thrown);
			});
			wait.accept(application);
			assertThat(application.pool("executor").failures().uncaught()).isEqualTo(1);
		});
	}

	private static class Wrapper extends ExecutionException {

		Wrapper() {
			super("Wraps");
		}

	}

}
