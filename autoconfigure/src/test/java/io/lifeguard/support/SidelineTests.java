package io.lifeguard.support;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link Sideline}.
 */
class SidelineTests {

	private final CountDownLatch release = new CountDownLatch(1);

	private final Sideline sideline = new Sideline();

	@Test
	void makesACallOnAnotherThread() {
		AtomicReference<Thread> thread = new AtomicReference<>();
		assertThat(this.sideline.attempt(() -> thread.set(Thread.currentThread()))).isTrue();
		assertThat(thread.get()).isNotSameAs(Thread.currentThread()).matches(Thread::isDaemon);
	}

	@Test
	void waitsNoMoreAsLongAsACallHangsAndDoesAgainAfterwards() {
		AtomicInteger calls = new AtomicInteger();
		assertThat(this.sideline.attempt(this::hang)).isFalse();
		assertThat(this.sideline.attempt(calls::incrementAndGet)).isFalse();
		assertThat(calls).hasValue(0);
		this.release.countDown();
		await().until(() -> this.sideline.attempt(calls::incrementAndGet));
		assertThat(calls).hasValue(1);
	}

	@Test
	void makesCallsOneAfterAnotherEvenIfOneThrows() {
		List<Integer> made = new ArrayList<>();
		this.sideline.begin(() -> {
			throw new AssertionError("thrown by a call");
		});
		this.sideline.begin(() -> made.add(1));
		assertThat(this.sideline.attempt(() -> made.add(2))).isTrue();
		assertThat(made).containsExactly(1, 2);
	}

	@Test
	void takesNoMoreCallsThanItHasPlaceFor() {
		assertThat(this.sideline.attempt(this::hang)).isFalse();
		for (int i = 0; i < Sideline.CAPACITY; i++) {
			assertThat(this.sideline.begin(() -> {
			})).isTrue();
		}
		assertThat(this.sideline.begin(() -> {
		})).isFalse();
		this.release.countDown();
	}

	@Test
	void asksAlsoForAnInterruptedThreadWhichStaysSo() {
		Thread.currentThread().interrupt();
		assertThat(this.sideline.attempt(() -> {
		})).isTrue();
		assertThat(Thread.interrupted()).isTrue();
	}

	@Test
	void leavesOthersAlone() {
		assertThat(this.sideline.attempt(this::hang)).isFalse();
		assertThat(new Sideline().attempt(() -> {
		})).isTrue();
		this.release.countDown();
	}

	private void hang() {
		try {
			this.release.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
