package io.lifeguard.engine.task;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import io.lifeguard.Races;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jetbrains.lincheck.datastructures.Validate;
import org.jetbrains.lincheck.datastructures.verifier.EpsilonVerifier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("lincheck")
class RunningTasksTests {

	@Test
	void givesEachTaskASlotOfItsOwn() {
		new StressOptions().iterations(3).invocationsPerIteration(200).threads(3).actorsPerThread(3).check(Slots.class);
	}

	@Test
	void missesNoTaskWhileItGrows() {
		new StressOptions().iterations(3)
			.invocationsPerIteration(200)
			.threads(3)
			.actorsPerThread(2)
			.verifier(EpsilonVerifier.class)
			.check(GrowthRace.class);
	}

	@Test
	void losesNoRoomThatTwoThreadsMakeAtOnce() {
		Races.modelCheck(GrowthRace.class, 3, 200);
	}

	@Test
	void growsWithTheTasksThatRun() {
		RunningTasks running = new RunningTasks();
		Ledger ledger = LedgerTests.ledger();
		List<TaskSlot> slots = new ArrayList<>();
		for (int i = 0; i < 5000; i++) {
			slots.add(running.add(new Task(ledger, "body", 0)));
		}
		assertThat(slots).doesNotHaveDuplicates();
		assertThat(running.size()).isEqualTo(5000);
		slots.forEach(TaskSlot::leave);
		assertThat(running.size()).isZero();
	}

	@Test
	void knowsThoseThatRunForLongest() {
		RunningTasks running = new RunningTasks();
		Ledger ledger = LedgerTests.ledger();
		List<Task> begun = new ArrayList<>();
		for (int i = 0; i < 300; i++) {
			Task task = new Task(ledger, "body", 0);
			task.leaveQueue(i);
			running.add(task).begin(Thread.currentThread(), 0, false, null);
			begun.add(task);
		}
		assertThat(running.longest(100)).containsExactlyElementsOf(begun.subList(0, 100));
		assertThat(running.longest(1000)).containsExactlyElementsOf(begun);
	}

	/**
	 * Tasks that start, and some that end.
	 */
	public static class Slots {

		private final Ledger ledger = LedgerTests.ledger();

		private final RunningTasks running = new RunningTasks();

		private final AtomicInteger left = new AtomicInteger();

		@Operation
		public void start() {
			this.running.add(new Task(this.ledger, this, 0));
			this.left.incrementAndGet();
		}

		@Operation
		public void startAndEnd() {
			this.running.add(new Task(this.ledger, this, 0)).leave();
		}

		@Validate
		public void hasThoseThatHaveNotEnded() {
			if (this.running.size() != this.left.get()) {
				throw new IllegalStateException(this.running.size() + " instead of " + this.left.get());
			}
		}

	}

	/**
	 * Threads that each start more tasks than have room where a thread looks for it, so
	 * that they make more room at the same time.
	 */
	public static class GrowthRace {

		private final Ledger ledger = LedgerTests.ledger();

		private final RunningTasks running = new RunningTasks();

		private final AtomicInteger started = new AtomicInteger();

		private volatile String missed = "";

		@Operation
		public void start() {
			for (int i = 0; i < 12; i++) {
				this.running.add(new Task(this.ledger, this, 0));
				this.started.incrementAndGet();
			}
		}

		@Operation
		public void look() {
			int before = this.started.get();
			int seen = this.running.size();
			if (seen < before) {
				this.missed = seen + " of at least " + before;
			}
		}

		@Validate
		public void hasAll() {
			look();
			if (!this.missed.isEmpty()) {
				throw new IllegalStateException(this.missed);
			}
		}

	}

}
