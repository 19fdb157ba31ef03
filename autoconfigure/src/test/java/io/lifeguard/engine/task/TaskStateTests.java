package io.lifeguard.engine.task;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Stream;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.lifeguard.Lifeguard;
import io.lifeguard.LoggingTaskFailureReporter;
import io.lifeguard.LossReason;
import io.lifeguard.PoolSettings;
import io.lifeguard.PoolSnapshot;
import io.lifeguard.Races;
import io.lifeguard.ReportSettings;
import io.lifeguard.engine.failure.Failure;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.jetbrains.lincheck.datastructures.ManagedStrategyGuaranteeKt.forClasses;

/**
 * Model checks and stress tests of {@link Task}: whatever happens to it at the same time,
 * it is counted in exactly one way, and its failure handled in exactly one.
 */
@Tag("lincheck")
class TaskStateTests {

	private final Logger logger = (Logger) LoggerFactory.getLogger(LoggingTaskFailureReporter.LOGGER);

	@BeforeEach
	void silence() {
		this.logger.setLevel(Level.OFF);
	}

	@AfterEach
	void restore() {
		this.logger.setLevel(null);
	}

	static Stream<Class<?>> races() {
		return Stream.of(ReturnsRace.class, FailsRace.class, LostRace.class, AbandonedRace.class, TimeOutRace.class,
				FailingTimeOutRace.class, ResultRace.class);
	}

	/**
	 * Return those that a model checker can follow: it uses interrupts for itself.
	 */
	static Stream<Class<?>> racesWithoutInterrupt() {
		return races().filter((race) -> race != TimeOutRace.class && race != FailingTimeOutRace.class);
	}

	/**
	 * The snapshot that is taken in the end scans hundreds of slots, where no other
	 * thread is left to interleave with.
	 */
	@ParameterizedTest
	@MethodSource("racesWithoutInterrupt")
	void countsOnceOnEveryInterleaving(Class<?> race) {
		Races.modelCheck(race, 3, 50, forClasses(TaskCounts.class.getName()).methods("snapshot").ignore());
	}

	@ParameterizedTest
	@MethodSource("races")
	void countsOnceUnderStress(Class<?> race) {
		Races.stress(race);
	}

	@Test
	void anInterruptIsOverBeforeItsTaskIs() throws Exception {
		State state = new State();
		List<String> events = new CopyOnWriteArrayList<>();
		Thread worker = new Thread(() -> {
			state.finish();
			events.add("finished " + (Thread.interrupted() ? "interrupted" : "calm"));
		});
		assertThat(state.start()).isTrue();
		state.interrupt(() -> {
			worker.start();
			await().until(() -> Arrays.stream(worker.getStackTrace())
				.anyMatch((frame) -> frame.getMethodName().equals("finish")));
			events.add("interrupts");
			worker.interrupt();
		});
		worker.join();
		assertThat(events).containsExactly("interrupts", "finished calm");
		assertThat(state.isEndedLate()).isTrue();
	}

	private static final class State extends TaskState {

	}

	/**
	 * One task, and what is true of it in the end.
	 */
	public abstract static class Race {

		private final Ledger ledger = LedgerTests.ledger();

		final Task task = new Task(this.ledger, this, 0);

		final void run(Consumer<Task> end) {
			if (this.task.begin()) {
				end.accept(this.task);
			}
		}

		static void fail(Task task) {
			Failure failure = task.threw(new IllegalStateException());
			if (failure != null) {
				failure.uncaught();
			}
		}

		final void timeOutWhatRuns() {
			this.ledger.running().tasks().forEach((running) -> running.timeOut(Duration.ZERO));
		}

		@Validate
		public void isCountedOnce() {
			PoolSnapshot.Tasks tasks = this.ledger.counts().snapshot(false);
			PoolSnapshot.Failures failures = this.ledger.failures().counts().snapshot(tasks.failed());
			String snapshot = tasks + " " + failures;
			check(tasks.submitted() + tasks.rejected() == 1, snapshot);
			check(tasks.succeeded() + tasks.failed() + tasks.cancelled() + tasks.lost() + tasks.rejected()
					+ tasks.queued() == 1, snapshot);
			check(tasks.running() == 0, snapshot);
			check(tasks.queued() == (this.task.isQueued() ? 1 : 0), snapshot);
			check(failures.uncaught() + failures.unobserved() + failures.observed() == tasks.failed(), snapshot);
			check(this.ledger.failures().recent().size() == tasks.failed(), snapshot);
		}

		private static void check(boolean condition, String snapshot) {
			if (!condition) {
				throw new IllegalStateException(snapshot);
			}
		}

	}

	public static class ReturnsRace extends Race {

		@Operation(runOnce = true)
		public void run() {
			run(Task::returned);
		}

		@Operation
		public void cancel() {
			this.task.cancel();
		}

		@Operation
		public void withdraw() {
			this.task.takenOut();
		}

	}

	public static class FailsRace extends Race {

		@Operation(runOnce = true)
		public void run() {
			run(Race::fail);
		}

		@Operation
		public void cancel() {
			this.task.cancel();
		}

		@Operation
		public void ignore() {
			this.task.ignore();
		}

	}

	public static class LostRace extends Race {

		@Operation(runOnce = true)
		public void run() {
			run(Task::returned);
		}

		@Operation
		public void lose() {
			this.task.lose(LossReason.SHUTDOWN);
		}

		@Operation
		public void cancel() {
			this.task.cancel();
		}

	}

	public static class AbandonedRace extends Race {

		@Operation(runOnce = true)
		public void run() {
			run(Task::returned);
		}

		@Operation
		public void abandon() {
			this.task.abandon();
		}

	}

	public static class TimeOutRace extends Race {

		@Operation(runOnce = true)
		public void run() {
			run(Task::returned);
		}

		@Operation
		public void timeOut() {
			timeOutWhatRuns();
		}

	}

	public static class FailingTimeOutRace extends Race {

		@Operation(runOnce = true)
		public void run() {
			run(Race::fail);
		}

		@Operation
		public void timeOut() {
			timeOutWhatRuns();
		}

		@Operation
		public void cancel() {
			this.task.cancel();
		}

	}

	/**
	 * A worker that leaves a result, and those who look for it once the task has ended.
	 */
	public static class ResultRace {

		private final State state = new State();

		private int result;

		private volatile boolean missed;

		@Operation(runOnce = true)
		public void run() {
			this.state.start();
			this.result = 1;
			this.state.finish();
		}

		@Operation
		public void look() {
			if (this.state.isEnded() && this.result == 0) {
				this.missed = true;
			}
		}

		@Validate
		public void showsItsResultOnceItHasEnded() {
			if (this.missed) {
				throw new IllegalStateException("Ended, and no result");
			}
		}

	}

}
