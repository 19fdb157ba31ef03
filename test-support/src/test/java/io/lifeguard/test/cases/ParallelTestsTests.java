package io.lifeguard.test.cases;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

import io.lifeguard.test.UnhandledTaskFailures;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that run at once over one application.
 */
class ParallelTestsTests {

	private static final int TESTS = 60;

	@Test
	void blamesEachTestForItsOwnTasks() {
		Outcomes outcomes = Outcomes.ofParallel(Shared.class);
		assertThat(outcomes.failures()).hasSize(TESTS).allSatisfy((test, failure) -> {
			int number = Integer.parseInt(test);
			if (Way.of(number) == Way.HANDLED) {
				assertThat(failure).as(test).isNull();
			}
			else {
				assertThat(failure).as(test)
					.isInstanceOfSatisfying(UnhandledTaskFailures.class,
							(failures) -> assertThat(failures.failures())
								.extracting((one) -> one.throwable().getMessage())
								.containsExactly("no mail for " + test));
			}
		});
	}

	@Test
	void blamesNoTestForWhatTheWorkersOfALibrarySubmit() {
		assertThat(Outcomes.ofParallel(Foreign.class).failures()).hasSize(2)
			.allSatisfy((test, failure) -> assertThat(failure).as(test).isNull());
	}

	@Test
	void blamesNoTestForTheStartOfAnothersApplication() {
		assertThat(Outcomes.ofParallel(Starting.class, Running.class).failures()).hasSize(2)
			.allSatisfy((test, failure) -> assertThat(failure).as(test).isNull());
	}

	/**
	 * How a test leaves a failure behind.
	 */
	enum Way {

		EXECUTED, KEPT, ASYNC, SUBTASK, STAGE, ASYNC_STAGE, OWN_THREAD, HANDLED;

		static Way of(int number) {
			return values()[number % values().length];
		}

	}

	@SpringBootTest(classes = Shop.class, webEnvironment = SpringBootTest.WebEnvironment.NONE,
			properties = { "lifeguard.test.settle=1s", "logging.level.root=OFF" })
	static class Shared {

		@Autowired
		ThreadPoolTaskExecutor mail;

		@Autowired
		Shop.Mail sender;

		static IntStream numbers() {
			return IntStream.range(0, TESTS);
		}

		@ParameterizedTest(name = "{0}")
		@MethodSource("numbers")
		void parallel(int number) throws Exception {
			String to = "" + number;
			Runnable failing = () -> SpringTestsTests.ShopTests.fail(to);
			switch (Way.of(number)) {
				case EXECUTED -> this.mail.execute(failing);
				case KEPT -> this.mail.submit(failing);
				case ASYNC -> this.sender.send(to);
				case SUBTASK -> this.mail.execute(() -> this.mail.execute(failing));
				case STAGE -> this.mail.submitCompletable(() -> to).thenApply(SpringTestsTests.ShopTests::fail);
				case ASYNC_STAGE -> this.mail.submitCompletable(() -> to).thenRunAsync(failing, this.mail);
				case OWN_THREAD -> {
					Thread thread = new Thread(() -> this.mail.execute(failing));
					thread.start();
					thread.join();
				}
				case HANDLED -> this.sender.deliver(to).exceptionally((failure) -> "sorry").join();
			}
		}

	}

	/**
	 * Two tests, one of which lets the workers of an executor that is not guarded be
	 * started, and the other of which lets them submit what fails.
	 */
	@SpringBootTest(classes = Shop.class, webEnvironment = SpringBootTest.WebEnvironment.NONE,
			properties = { "lifeguard.test.settle=1s", "logging.level.root=OFF" })
	static class Foreign {

		private static final CyclicBarrier barrier = new CyclicBarrier(2);

		private static final Executor library = Executors.newFixedThreadPool(1);

		@Autowired
		ThreadPoolTaskExecutor mail;

		@Test
		void starts() throws Exception {
			CompletableFuture.runAsync(() -> {
			}, library).join();
			barrier.await();
			barrier.await();
		}

		@Test
		void submits() throws Exception {
			barrier.await();
			CompletableFuture.runAsync(Library.submitting(this.mail), library).join();
			barrier.await();
		}

	}

	/**
	 * Keeps the running test from ending until another's application has started.
	 */
	static class Handshake {

		static final CyclicBarrier running = new CyclicBarrier(2);

		static final CyclicBarrier started = new CyclicBarrier(2);

	}

	@SpringBootTest(classes = FailingStart.class, webEnvironment = SpringBootTest.WebEnvironment.NONE,
			properties = { "lifeguard.test.settle=1s", "logging.level.root=OFF" })
	static class Starting {

		@BeforeAll
		static void afterTheOtherTestHasBegun() throws Exception {
			Handshake.running.await();
		}

		@Test
		void starting() throws Exception {
			Handshake.started.await();
		}

	}

	@SpringBootTest(classes = Shop.class, webEnvironment = SpringBootTest.WebEnvironment.NONE,
			properties = { "lifeguard.test.settle=1s", "logging.level.root=OFF" })
	static class Running {

		@Test
		void running() throws Exception {
			Handshake.running.await();
			Handshake.started.await();
		}

	}

}
