package io.lifeguard.engine.task;

import java.util.concurrent.atomic.AtomicInteger;

import io.lifeguard.Races;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Model checks and stress tests of {@link TaskSlot}: what a reader sees of it is never a
 * mixture of two tasks, and no task's count gets lost.
 */
@Tag("lincheck")
class TaskSlotTests {

	@ParameterizedTest
	@ValueSource(classes = { HandOverRace.class, BeginRace.class, SumRace.class })
	void showsNoMixtureOnAnyInterleaving(Class<?> race) {
		Races.modelCheck(race);
	}

	@ParameterizedTest
	@ValueSource(classes = { HandOverRace.class, BeginRace.class, SumRace.class })
	void showsNoMixtureUnderStress(Class<?> race) {
		Races.stress(race);
	}

	/**
	 * A slot, and two tasks of which each has a thread of its own.
	 */
	public abstract static class Race {

		final Ledger ledger = LedgerTests.ledger();

		final Task first = new Task(this.ledger, this, 0);

		final Task second = new Task(this.ledger, this, 0);

		final Thread firstThread = new Thread();

		final Thread secondThread = new Thread();

		final TaskSlot slot = new TaskSlot();

		static void forbid(boolean seen, String outcome) {
			if (seen) {
				throw new IllegalStateException(outcome);
			}
		}

	}

	/**
	 * One task leaves, and another comes.
	 */
	public static class HandOverRace extends Race {

		private volatile String forbidden = "";

		@Operation(runOnce = true)
		public void run() {
			this.slot.claim(this.first);
			this.slot.begin(this.firstThread, 1, false, null);
			this.slot.leave();
			this.slot.claim(this.second);
			this.slot.begin(this.secondThread, 2, true, null);
		}

		@Operation
		public void look() {
			Task task = this.slot.task();
			Thread thread = this.slot.thread();
			long waited = this.slot.waited();
			boolean submitting = this.slot.isSubmitting();
			if (task == this.second && thread == this.firstThread) {
				this.forbidden = "The second task on the first one's thread";
			}
			if (thread == this.firstThread && waited == 0) {
				this.forbidden = "A thread without its task's wait";
			}
			if (thread == this.secondThread && (waited != 2 || !submitting)) {
				this.forbidden = "The second task's thread, and what was known of the first";
			}
		}

		@Validate
		public void sawNoMixture() {
			forbid(!this.forbidden.isEmpty(), this.forbidden);
		}

	}

	/**
	 * A task begins, and is asked where it runs.
	 */
	public static class BeginRace extends Race {

		private volatile boolean forbidden;

		@Operation(runOnce = true)
		public void run() {
			this.slot.claim(this.first);
			this.slot.begin(this.firstThread, 1, false, null);
		}

		@Operation
		public void look() {
			Task task = this.slot.task();
			if (task != null && this.slot.thread() != null && task.thread() != this.firstThread) {
				this.forbidden = true;
			}
		}

		@Validate
		public void knewWhereItRuns() {
			forbid(this.forbidden, "A task in its slot, on its thread, that does not know it");
		}

	}

	/**
	 * One task after another counts.
	 */
	public static class SumRace extends Race {

		private final AtomicInteger counted = new AtomicInteger();

		private volatile boolean forbidden;

		@Operation
		public void run() {
			if (this.slot.claim(new Task(this.ledger, this, 0))) {
				this.slot.addSuccess(10);
				this.slot.addWait(100);
				this.slot.leave();
				this.counted.incrementAndGet();
			}
		}

		@Operation
		public void look() {
			long successes = this.slot.successes();
			if (this.slot.successes() < successes) {
				this.forbidden = true;
			}
		}

		@Validate
		public void lostNone() {
			long tasks = this.counted.get();
			forbid(this.slot.successes() != tasks || this.slot.successNanos() != tasks * 10, "A success lost");
			forbid(this.slot.waits() != tasks || this.slot.waitNanos() != tasks * 100, "A wait lost");
			forbid(this.forbidden, "A sum that went down");
		}

	}

}
