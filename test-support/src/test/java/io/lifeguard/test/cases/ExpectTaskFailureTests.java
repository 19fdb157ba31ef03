package io.lifeguard.test.cases;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.Map;

import io.lifeguard.test.ExpectTaskFailure;
import io.lifeguard.test.UnhandledTaskFailures;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link ExpectTaskFailure}.
 */
class ExpectTaskFailureTests {

	private static final String NONE_CAME = "Expected a task of this test to fail and nobody to handle it, "
			+ "but none did: java.lang.IllegalStateException";

	@Test
	void expectsFailuresOnMethods() {
		Map<String, @Nullable Throwable> failures = Outcomes.of(OnMethods.class).failures();
		assertThat(failures.get("expected")).isNull();
		assertThat(failures.get("subclassExpected")).isNull();
		assertThat(failures.get("severalExpected")).isNull();
		assertThat(failures.get("byMetaAnnotation")).isNull();
		assertThat(failures.get("futureExpected")).isNull();
		assertThat(failures.get("noneCame")).isInstanceOf(UnhandledTaskFailures.class)
			.hasMessage(NONE_CAME)
			.hasNoCause();
		assertThat(failures.get("somebodyReadIt")).isInstanceOf(UnhandledTaskFailures.class).hasMessage(NONE_CAME);
		assertThat(failures.get("anotherCame")).isInstanceOf(UnhandledTaskFailures.class)
			.hasMessageStartingWith("A task of this test failed and nobody handled it:\n")
			.hasMessageContaining("java.lang.IllegalArgumentException: another")
			.hasMessageEndingWith("\n" + NONE_CAME);
		assertThat(failures.get("oneMoreCame")).isInstanceOfSatisfying(UnhandledTaskFailures.class,
				(unhandled) -> assertThat(unhandled.failures()).singleElement()
					.satisfies((one) -> assertThat(one.throwable()).hasMessage("one more")));
		assertThat(failures).hasSize(9);
	}

	@Test
	void expectsFailuresOnClasses() {
		Map<String, @Nullable Throwable> failures = Outcomes.of(OnClass.class).failures();
		assertThat(failures.get("inherited")).isNull();
		assertThat(failures.get("nested")).isNull();
		assertThat(failures.get("otherwise")).isNull();
		assertThat(failures.get("none")).isNull();
		assertThat(failures.get("noneCame")).hasMessage(NONE_CAME);
		assertThat(failures).hasSize(5);
	}

	@Test
	void expectsFailuresInPlainTests() {
		Map<String, @Nullable Throwable> failures = Outcomes.of(Plain.class).failures();
		assertThat(failures.get("expected")).isNull();
		assertThat(failures.get("noneCame")).hasMessage(NONE_CAME);
	}

	static class OnMethods extends SpringTestsTests.ShopTests {

		@Test
		@ExpectTaskFailure(IllegalStateException.class)
		void expected() {
			this.sender.send("anybody");
		}

		@Test
		@ExpectTaskFailure(RuntimeException.class)
		void subclassExpected() {
			this.sender.send("anybody");
			this.sender.send("somebody");
		}

		@Test
		@ExpectTaskFailure({ IllegalStateException.class, IllegalArgumentException.class })
		void severalExpected() {
			this.sender.send("anybody");
			execute(new IllegalArgumentException());
		}

		@Test
		@MailIsDown
		void byMetaAnnotation() {
			this.sender.send("anybody");
		}

		@Test
		@ExpectTaskFailure(IllegalStateException.class)
		void futureExpected() {
			this.sender.deliver("anybody");
		}

		@Test
		@ExpectTaskFailure(IllegalStateException.class)
		void noneCame() {
			this.mail.execute(() -> {
			});
		}

		@Test
		@ExpectTaskFailure(IllegalStateException.class)
		void somebodyReadIt() {
			assertThatExceptionOfType(RuntimeException.class).isThrownBy(this.sender.deliver("anybody")::join);
		}

		@Test
		@ExpectTaskFailure(IllegalStateException.class)
		void anotherCame() {
			execute(new IllegalArgumentException("another"));
		}

		@Test
		@ExpectTaskFailure(IllegalStateException.class)
		void oneMoreCame() {
			this.sender.send("anybody");
			execute(new IllegalArgumentException("one more"));
		}

		private void execute(RuntimeException failure) {
			this.mail.execute(() -> {
				throw failure;
			});
		}

	}

	@ExpectTaskFailure(IllegalStateException.class)
	abstract static class MailIsDownTests extends SpringTestsTests.ShopTests {

	}

	static class OnClass extends MailIsDownTests {

		@Test
		void inherited() {
			this.sender.send("anybody");
		}

		@Test
		@ExpectTaskFailure(IllegalArgumentException.class)
		void otherwise() {
			this.mail.execute(() -> {
				throw new IllegalArgumentException();
			});
		}

		@Test
		@ExpectTaskFailure({})
		void none() {
			// unlike the others
		}

		@Test
		void noneCame() {
			// although the class expects it
		}

		@Nested
		class Inner {

			@Test
			void nested() {
				OnClass.this.sender.send("anybody");
			}

		}

	}

	static class Plain extends PlainTestsTests.MailTests {

		@Test
		@ExpectTaskFailure(IllegalStateException.class)
		void expected() {
			this.mail.execute(() -> {
				throw new IllegalStateException();
			});
		}

		@Test
		@ExpectTaskFailure(IllegalStateException.class)
		void noneCame() {
			// and the test fails
		}

	}

	/**
	 * For tests without a mail server.
	 */
	@Retention(RetentionPolicy.RUNTIME)
	@ExpectTaskFailure(IllegalStateException.class)
	@interface MailIsDown {

	}

}
