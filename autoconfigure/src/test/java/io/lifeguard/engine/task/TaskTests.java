package io.lifeguard.engine.task;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Task}.
 */
class TaskTests {

	private final Ledger ledger = LedgerTests.ledger();

	@Test
	void isNotTakenForTheTaskThatFollowsItInItsSlot() {
		Task first = new Task(this.ledger, this, 0);
		first.begin();
		assertThat(first.thread()).isSameAs(Thread.currentThread());
		first.returned();
		Task second = new Task(this.ledger, this, 0);
		second.begin();
		second.waitUntil(() -> false);
		assertThat(second.thread()).isSameAs(Thread.currentThread());
		assertThat(second.isWaiting()).isTrue();
		assertThat(first.thread()).isNull();
		assertThat(first.isWaiting()).isFalse();
		second.waitUntil(null);
		second.returned();
	}

}
