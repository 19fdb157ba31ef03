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
		Races.modelCheck(race, 5, 1500); // two switches at the right places break it
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

		private static final Ledger ledger = LedgerTests.ledger();

		final Task first = new Task(ledger, this, 0);

		final Task second = new Task(ledger, this, 0);

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
	 * One task leaves, and one on another thread comes.
	 */
	public static class HandOverRace extends Race {

		private volatile boolean taken;

		private volatile String forbidden = "";

		public HandOverRace() {
			this.slot.claim(this.first);
			this.slot.begin(this.firstThread, 1, false, null);
		}

		@Operation(runOnce = true)
		public void leave() {
			this.slot.leave();
		}

		@Operation(runOnce = true)
		public void take() {
			if (this.slot.claim(this.second)) {
				this.slot.begin(this.secondThread, 2, true, null);
				this.taken = true;
			}
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
			if (thread == this.secondThread && (waited != 2 || !submitting)) {
				this.forbidden = "The second task's thread, and what was known of the first";
			}
		}

		@Validate
		public void sawNoMixture() {
			forbid(!this.forbidden.isEmpty(), this.forbidden);
			forbid(this.taken && this.slot.thread() != this.secondThread, "A thread taken away by who left before");
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

		private final AtomicInteger holders = new AtomicInteger();

		private final AtomicInteger counted = new AtomicInteger();

		private volatile String forbidden = "";

		@Operation
		public void run() {
			if (this.slot.claim(this.first)) {
				if (this.holders.incrementAndGet() > 1) {
					this.forbidden = "Two tasks in a slot";
				}
				this.slot.addSuccess(10);
				this.slot.addWait(100);
				this.holders.decrementAndGet();
				this.slot.leave();
				this.counted.incrementAndGet();
			}
		}

		@Operation
		public void look() {
			long successes = this.slot.successes();
			if (this.slot.successes() < successes) {
				this.forbidden = "A sum that went down";
			}
		}

		@Validate
		public void lostNone() {
			long tasks = this.counted.get();
			forbid(this.slot.successes() != tasks || this.slot.successNanos() != tasks * 10, "A success lost");
			forbid(this.slot.waits() != tasks || this.slot.waitNanos() != tasks * 100, "A wait lost");
			forbid(!this.forbidden.isEmpty(), this.forbidden);
		}

	}

}
