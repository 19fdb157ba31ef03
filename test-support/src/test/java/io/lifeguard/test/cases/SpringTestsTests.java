package io.lifeguard.test.cases;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import io.lifeguard.Lifeguard;
import io.lifeguard.test.UnhandledTaskFailures;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;
import org.springframework.test.annotation.Commit;
import org.springframework.transaction.annotation.Transactional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests under Spring's test framework, with nothing configured.
 */
class SpringTestsTests {

	@Test
	void blamesATestForEachFailureThatNobodyHandles() {
		Outcomes outcomes = Outcomes.of(Unhandled.class);
		assertThat(outcomes.failures()).hasSize(11).allSatisfy((test, failure) -> {
			assertThat(failure).as(test).isInstanceOf(UnhandledTaskFailures.class);
			assertThat(failure).as(test)
				.rootCause()
				.isInstanceOf(IllegalStateException.class)
				.hasMessage("no mail for " + test);
		});
	}

	@Test
	void blamesNoTestForAFailureThatSomebodyHandles() {
		Outcomes outcomes = Outcomes.of(Handled.class);
		assertThat(outcomes.failures()).hasSize(8).allSatisfy((test, failure) -> assertThat(failure).as(test).isNull());
	}

	@Test
	void tellsWhatOneNeedsToFindTheBug() {
		assertThat(Outcomes.of(Unhandled.class).failure("executed")).hasMessage("""
				A task of this test failed and nobody handled it:
				  pool mail, task SpringTestsTests.Unhandled.executed (uncaught: no caller could see it)
				    java.lang.IllegalStateException: no mail for executed
				    submitted from io.lifeguard.test.cases.SpringTestsTests$Unhandled.executed(SpringTestsTests.java:%d)
				Read the future, handle the failure, or expect it: @ExpectTaskFailure(IllegalStateException.class)"""
			.formatted(Unhandled.line));
	}

	@Test
	void listsAllFailuresOfATest() {
		Throwable failure = Outcomes.of(Several.class).failure("several");
		assertThat(failure).isInstanceOfSatisfying(UnhandledTaskFailures.class, (failures) -> {
			assertThat(failures.failures()).extracting((one) -> one.throwable().getMessage())
				.containsExactly("one", "two", "three");
			assertThat(failures).cause().hasMessage("one");
			assertThat(failures.getSuppressed()).extracting(Throwable::getMessage).containsExactly("two", "three");
			assertThat(failures.getMessage()).startsWith("3 tasks of this test failed and nobody handled it:\n")
				.containsSubsequence("IllegalStateException: one", "unobserved: nobody has read its future",
						"IllegalStateException: two", "IllegalStateException: three");
		});
	}

	/**
	 * The basis of the cases.
	 */
	@SpringBootTest(classes = Shop.class, webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
			properties = { "lifeguard.test.settle=1s", "logging.level.root=OFF" })
	abstract static class ShopTests {

		@Autowired
		ThreadPoolTaskExecutor mail;

		@Autowired
		Shop.Mail sender;

		@Autowired
		Shop.Orders orders;

		@LocalServerPort
		int port;

		final Future<?> submit(String to) {
			return this.mail.submit((Runnable) () -> fail(to));
		}

		static String fail(String to) {
			throw new IllegalStateException("no mail for " + to);
		}

	}

	static class Unhandled extends ShopTests {

		static int line;

		private @Nullable Future<?> kept;

		@Test
		void executed() {
			Runnable task = () -> {
				throw new IllegalStateException("no mail for executed");
			};
			line = new Throwable().getStackTrace()[0].getLineNumber() + 1;
			this.mail.execute(task);
		}

		@Test
		void kept() {
			this.kept = submit("kept");
		}

		@Test
		void ended() throws InterruptedException {
			this.kept = submit("ended");
			while (!this.kept.isDone()) {
				Thread.onSpinWait();
			}
		}

		@Test
		void async() {
			this.sender.send("async");
		}

		@Test
		void asyncWithFuture() {
			this.sender.deliver("asyncWithFuture");
		}

		@Test
		void subtask() throws Exception {
			this.mail.submit(() -> this.mail.submit(() -> submit("subtask"))).get();
		}

		@Test
		void stage() {
			this.mail.submitCompletable(() -> "stage").thenApply(ShopTests::fail);
		}

		@Test
		void asyncStage() {
			this.mail.submitCompletable(() -> "asyncStage").thenAccept((to) -> this.mail.execute(() -> fail(to)));
		}

		@Test
		void event() {
			this.orders.place("event");
		}

		@Test
		void request() throws IOException, InterruptedException {
			HttpClient.newHttpClient()
				.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + this.port + "/order?customer=request"))
					.build(), BodyHandlers.ofString());
		}

		@Test
		@Transactional
		@Commit
		void commit() {
			this.orders.placeAfterCommit("commit");
		}

	}

	static class Handled extends ShopTests {

		@Test
		void succeeded() throws Exception {
			this.mail.submit(() -> "").get();
		}

		@Test
		void get() {
			assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> submit("get").get());
		}

		@Test
		void join() {
			CompletableFuture<String> delivery = this.sender.deliver("join");
			assertThat(delivery.exceptionally((failure) -> "sorry").join()).isEqualTo("sorry");
		}

		@Test
		void handledByAStageLater() {
			this.sender.deliver("handler").whenComplete((result, failure) -> {
			});
		}

		@Test
		void handledByAnotherTask() {
			Future<?> failing = submit("another");
			this.mail.execute(() -> {
				try {
					failing.get(1, TimeUnit.MINUTES);
				}
				catch (Exception ex) {
					// handled
				}
			});
		}

		@Test
		void ignored() {
			Lifeguard.ignore(submit("ignored"));
		}

		@Test
		void cancelled() {
			this.mail.submit(() -> {
				Thread.currentThread().join();
				return "";
			}).cancel(true);
		}

		@Test
		void scheduled() throws InterruptedException {
			// The application's own schedule fails meanwhile
			TimeUnit.MILLISECONDS.timedJoin(Thread.currentThread(), 50);
		}

	}

	static class Several extends ShopTests {

		@Test
		void several() {
			this.mail.execute(() -> {
				throw new IllegalStateException("one");
			});
			this.mail.submit((Runnable) () -> {
				throw new IllegalStateException("two");
			});
			this.mail.execute(() -> {
				throw new IllegalStateException("three");
			});
		}

	}

}
