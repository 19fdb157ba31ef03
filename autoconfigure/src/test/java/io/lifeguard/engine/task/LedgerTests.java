package io.lifeguard.engine.task;

import io.lifeguard.Outcome;
import io.lifeguard.PoolSettings;
import io.lifeguard.PoolSnapshot;
import io.lifeguard.ReportSettings;
import io.lifeguard.engine.executor.ExecutorView;
import io.lifeguard.engine.failure.PoolLifecycle;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Ledger}.
 */
class LedgerTests {

	private final Ledger ledger = ledger();

	/**
	 * Return the ledger of a pool without an executor.
	 */
	static Ledger ledger() {
		return new Ledger("test", PoolSettings.DEFAULT, new PoolLifecycle(ExecutorView.of(new Object())),
				new TaskDesk(ReportSettings.DEFAULT, System::nanoTime));
	}

	@Test
	void countsEachTaskFromItsSubmissionToItsEnd() {
		Task succeeded = new Task(this.ledger, "succeeds", 0);
		Task failed = new Task(this.ledger, "fails", 0);
		assertThat(tasks().queued()).isEqualTo(2);
		succeeded.begin();
		failed.begin();
		assertThat(tasks().running()).isEqualTo(2);
		succeeded.returned();
		failed.threw(new IllegalStateException());
		assertThat(tasks()).returns(2L, PoolSnapshot.Tasks::submitted)
			.returns(1L, PoolSnapshot.Tasks::succeeded)
			.returns(1L, PoolSnapshot.Tasks::failed)
			.returns(0L, PoolSnapshot.Tasks::running)
			.returns(0L, PoolSnapshot.Tasks::queued);
		assertThat(this.ledger.times().run(Outcome.SUCCESS).count()).isEqualTo(1);
		assertThat(this.ledger.times().waits().count()).isEqualTo(2);
	}

	@Test
	void countsAFailureThatBelongsToNoTaskAsOneTaskMore() {
		this.ledger.failed(String.class, new IllegalStateException()).uncaught();
		assertThat(tasks()).returns(1L, PoolSnapshot.Tasks::submitted).returns(1L, PoolSnapshot.Tasks::failed);
		assertThat(this.ledger.failures().counts().snapshot(1).uncaught()).isEqualTo(1);
		assertThat(this.ledger.failures().recent()).hasSize(1);
	}

	private PoolSnapshot.Tasks tasks() {
		return this.ledger.counts().snapshot(false);
	}

}
