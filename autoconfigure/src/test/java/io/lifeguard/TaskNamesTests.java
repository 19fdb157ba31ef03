package io.lifeguard;

import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link TaskNames}.
 */
class TaskNamesTests {

	@Test
	void areTheOutermostMethodBelowTheGuard() {
		assertThat(name("java.lang.Thread.sleep", "com.shop.Mails.connect", "com.shop.Mails.send",
				"io.lifeguard.ExecutedTask.run", "com.shop.Checkout.order"))
			.isEqualTo("Mails.send");
	}

	@Test
	void areFoundBehindTheGuardThatTheTaskItselfCalls() {
		assertThat(name("java.util.concurrent.FutureTask.get", "io.lifeguard.GuardedFuture.get", "com.shop.Mails.send",
				"io.lifeguard.CallTask.call", "com.shop.Checkout.order"))
			.isEqualTo("Mails.send");
	}

	@Test
	void areThoseOfTheClassWhereTheTaskHasNoMethod() {
		assertThat(name("java.lang.Thread.sleep", "io.lifeguard.ExecutedTask.run", "com.shop.Checkout.order"))
			.isEqualTo("TaskNamesTests");
	}

	private String name(String... stack) {
		return TaskNames.ofRunning(this, Stream.of(stack).map((frame) -> {
			int dot = frame.lastIndexOf('.');
			return new StackTraceElement(frame.substring(0, dot), frame.substring(dot + 1), null, 1);
		}).toArray(StackTraceElement[]::new));
	}

}
