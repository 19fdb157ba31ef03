package io.lifeguard.test.cases;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.lifeguard.test.LifeguardExtension;
import io.lifeguard.test.UnhandledTaskFailures;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

/**
 * Tests for {@link LifeguardExtension}.
 */
class PlainTestsTests {

	@Test
	void blamesATestForWhatItLeavesBehind() {
		Map<String, @Nullable Throwable> failures = Outcomes.of(Failing.class).failures();
		assertThat(failures).hasSize(10).allSatisfy((test, failure) -> {
			assertThat(failure).as(test).isInstanceOf(UnhandledTaskFailures.class);
			assertThat(failure).as(test).rootCause().hasMessage(test);
		});
	}

	@Test
	void blamesNoTestForWhatItHandles() {
		assertThat(Outcomes.of(Passing.class).failures()).hasSize(7)
			.allSatisfy((test, failure) -> assertThat(failure).as(test).isNull());
	}

	@Test
	void blamesTheRightTestInParallel() {
		Map<String, @Nullable Throwable> failures = Outcomes.ofParallel(Failing.class, Passing.class).failures();
		assertThat(failures).hasSize(17).allSatisfy((test, failure) -> {
			if (failure != null) {
				assertThat(failure).as(test).isInstanceOf(UnhandledTaskFailures.class).rootCause().hasMessage(test);
			}
		});
		assertThat(failures.values()).filteredOn((failure) -> failure == null).hasSize(7);
	}

	@Test
	void blamesTheFactoryOfDynamicTests() {
		assertBlamesFactory(Outcomes.of(Factory.class));
	}

	@Test
	void blamesTheFactoryOfDynamicTestsInParallel() {
		assertBlamesFactory(Outcomes.ofParallel(Factory.class, Passing.class));
	}

	private static void assertBlamesFactory(Outcomes outcomes) {
		assertThat(outcomes.failure("one")).isNull();
		assertThat(outcomes.failure("two")).isNull();
		assertThat(outcomes.failure("factory")).isInstanceOfSatisfying(UnhandledTaskFailures.class,
				(unhandled) -> assertThat(unhandled.failures())
					.extracting((failure) -> failure.throwable().getMessage())
					.containsExactlyInAnyOrder("one", "two"));
	}

	@Test
	void sharesExecutorsOfAClass() {
		Map<String, @Nullable Throwable> failures = Outcomes.of(SharedByAClass.class).failures();
		assertThat(failures.get("succeeds")).isNull();
		assertThat(failures.get("fails")).isInstanceOf(UnhandledTaskFailures.class)
			.hasMessageContaining("pool mail, task ");
	}

	@Test
	@EnabledForJreRange(min = JRE.JAVA_21)
	void guardsVirtualThreads() {
		Map<String, @Nullable Throwable> failures = Outcomes.of(Virtual.class).failures();
		assertThat(failures.get("handled")).isNull();
		assertThat(failures.get("executed")).isInstanceOf(UnhandledTaskFailures.class)
			.rootCause()
			.hasMessage("executed");
		assertThat(failures.get("startedByOne")).isInstanceOf(UnhandledTaskFailures.class)
			.rootCause()
			.hasMessage("startedByOne");
	}

	/**
	 * The basis of the cases.
	 */
	abstract static class MailTests {

		@RegisterExtension
		final LifeguardExtension lifeguard = new LifeguardExtension();

		private final ExecutorService executor = Executors.newFixedThreadPool(2);

		final ExecutorService mail = this.lifeguard.guard("mail", this.executor);

		@AfterEach
		void close() {
			this.executor.shutdown();
		}

		static Runnable failing(String message) {
			return () -> {
				throw new IllegalStateException(message);
			};
		}

	}

	static class Failing extends MailTests {

		@Test
		void executed() {
			this.mail.execute(failing("executed"));
		}

		@Test
		void submitted() {
			this.mail.submit(failing("submitted"));
		}

		@Test
		void late() {
			this.mail.execute(() -> this.mail.submit(failing("late")));
		}

		@Test
		void delayed() {
			ScheduledExecutorService scheduler = this.lifeguard.guard("scheduler",
					Executors.newSingleThreadScheduledExecutor());
			scheduler.schedule(failing("delayed"), 20, TimeUnit.MILLISECONDS);
			scheduler.shutdown();
		}

		@Test
		void periodic() {
			ScheduledExecutorService scheduler = this.lifeguard.guard("scheduler",
					Executors.newSingleThreadScheduledExecutor());
			CountDownLatch ran = new CountDownLatch(1);
			scheduler.scheduleAtFixedRate(() -> {
				ran.countDown();
				failing("periodic").run();
			}, 0, 1, TimeUnit.HOURS);
			await(ran);
		}

		@Test
		@Timeout(value = 1, unit = TimeUnit.MINUTES, threadMode = ThreadMode.SEPARATE_THREAD)
		void separate() {
			this.mail.execute(failing("separate"));
		}

		@Test
		void preempted() {
			assertTimeoutPreemptively(Duration.ofMinutes(1), () -> this.mail.execute(failing("preempted")));
		}

		@ParameterizedTest(name = "parameter")
		@ValueSource(strings = "parameter")
		void parameterized(String parameter) {
			this.mail.execute(failing(parameter));
		}

		@RepeatedTest(value = 1, name = "repetition")
		void repeated() {
			this.mail.execute(failing("repetition"));
		}

		@Nested
		class Inner {

			@Test
			void nested() {
				Failing.this.mail.execute(failing("nested"));
			}

		}

		private static void await(CountDownLatch latch) {
			try {
				latch.await();
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
		}

	}

	static class Factory extends MailTests {

		@TestFactory
		Stream<DynamicTest> factory() {
			return Stream.of("one", "two")
				.map((name) -> DynamicTest.dynamicTest(name, () -> this.mail.execute(failing(name))));
		}

	}

	static class Passing extends MailTests {

		private volatile boolean over;

		@Test
		void succeeds() {
			this.mail.execute(() -> {
			});
		}

		@Test
		void reads() {
			assertThatExceptionOfType(Exception.class).isThrownBy(this.mail.submit(failing("reads"))::get);
		}

		@Test
		void cancels() {
			this.mail.submit(() -> {
				new CountDownLatch(1).await();
				return "";
			}).cancel(true);
		}

		@Test
		void leavesWorkForLater() {
			ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor();
			this.lifeguard.guard("scheduler", executor).schedule(failing("later"), 1, TimeUnit.HOURS);
			executor.shutdownNow();
		}

		@Test
		void endsItsOwnTasks() throws InterruptedException {
			CountDownLatch begun = new CountDownLatch(1);
			ExecutorService executor = Executors.newSingleThreadExecutor();
			this.lifeguard.guard("consumer", executor).execute(() -> {
				begun.countDown();
				try {
					new CountDownLatch(1).await();
				}
				catch (InterruptedException ex) {
					throw new IllegalStateException(ex);
				}
			});
			begun.await();
			executor.shutdownNow();
		}

		@Test
		void keepsItsInterrupt() {
			this.mail.execute(() -> {
			});
			Future<?> future = this.mail.submit(() -> {
			});
			Thread.currentThread().interrupt();
			assertThat(future).isNotNull();
		}

		@Test
		void isReadWhenItIsOver() {
			Future<?> failing = this.mail.submit(failing("read late"));
			Thread test = Thread.currentThread();
			Thread reader = new Thread(() -> {
				awaitWaiting(test);
				assertThatExceptionOfType(Exception.class).isThrownBy(failing::get);
			});
			reader.setDaemon(true);
			reader.start();
			while (!failing.isDone()) {
				Thread.onSpinWait();
			}
		}

		private void awaitWaiting(Thread test) {
			while (!this.over || test.getState() != Thread.State.TIMED_WAITING) {
				Thread.onSpinWait();
			}
		}

		@AfterEach
		void clearInterrupt() {
			Thread.interrupted();
			this.over = true;
		}

	}

	static class SharedByAClass {

		@RegisterExtension
		static final LifeguardExtension lifeguard = new LifeguardExtension();

		private static final ExecutorService mail = lifeguard.guard("mail", Executors.newFixedThreadPool(2));

		@AfterAll
		static void close() {
			mail.shutdown();
		}

		@Test
		void succeeds() throws Exception {
			mail.submit(() -> "").get();
		}

		@Test
		void fails() {
			mail.execute(MailTests.failing("fails"));
		}

	}

	static class Virtual {

		@RegisterExtension
		final LifeguardExtension lifeguard = new LifeguardExtension();

		private final ExecutorService executor = this.lifeguard.guard("virtual",
				(ExecutorService) invoke(Executors.class, "newVirtualThreadPerTaskExecutor"));

		@Test
		void executed() {
			this.executor.execute(MailTests.failing("executed"));
		}

		@Test
		void handled() {
			assertThatExceptionOfType(Exception.class)
				.isThrownBy(this.executor.submit(MailTests.failing("handled"))::get);
		}

		@Test
		void startedByOne() throws Exception {
			Thread thread = (Thread) Thread.class.getMethod("startVirtualThread", Runnable.class)
				.invoke(null, (Runnable) () -> this.executor.execute(MailTests.failing("startedByOne")));
			thread.join();
		}

		private static Object invoke(Class<?> type, String method) {
			try {
				return type.getMethod(method).invoke(null);
			}
			catch (ReflectiveOperationException ex) {
				throw new IllegalStateException(ex);
			}
		}

	}

}
