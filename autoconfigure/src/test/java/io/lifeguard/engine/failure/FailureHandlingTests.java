package io.lifeguard.engine.failure;

import java.util.stream.Stream;

import io.lifeguard.PoolSettings;
import io.lifeguard.PoolSnapshot;
import io.lifeguard.Races;
import io.lifeguard.ReportSettings;
import io.lifeguard.engine.executor.ExecutorView;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Model checks and stress tests of {@link Failure} and {@link UnobservedWatch}: exactly
 * one handling, and no report lost between the garbage collector, the deadline, the close
 * of the watch and a late reader.
 */
@Tag("lincheck")
class FailureHandlingTests {

	static Stream<Class<?>> races() {
		return Stream.of(ReadRace.class, CloseRace.class);
	}

	@ParameterizedTest
	@MethodSource("races")
	void handlesOnceOnEveryInterleaving(Class<?> race) {
		Races.modelCheck(race, 3, 50);
	}

	@ParameterizedTest
	@MethodSource("races")
	void handlesOnceUnderStress(Class<?> race) {
		Races.stress(race);
	}

	/**
	 * One failure, and what is true of it in the end.
	 */
	public abstract static class Race {

		private final FailureLog log = log();

		final UnobservedWatch unobserved = this.log.desk().unobserved();

		final Failure failure = new Failure(this.log, Race.class, new IllegalStateException(),
				new Run(Thread.currentThread(), 0, System.nanoTime(), 0, null, null), null);

		private static FailureLog log() {
			return new FailureLog("test", PoolSettings.DEFAULT, new PoolLifecycle(ExecutorView.of(new Object())),
					new FailureDesk(ReportSettings.DEFAULT, System::nanoTime));
		}

		boolean isToBeDecided() {
			return false;
		}

		@Validate
		public void isHandledOnce() {
			PoolSnapshot.Failures failures = this.log.counts().snapshot(1);
			boolean undecided = isToBeDecided() && this.failure.handling() == null;
			long handled = failures.uncaught() + failures.unobserved() + failures.observed();
			int watched = this.unobserved.size();
			if (undecided || handled > 1 || watched > 1 || (handled == 1 && watched > 0)
					|| handled != ((this.failure.handling() != null) ? 1 : 0)) {
				throw new IllegalStateException(failures + ", watched " + watched);
			}
		}

	}

	/**
	 * A reader, and both who may watch a failure: the worker and the submitter.
	 */
	public static class ReadRace extends Race {

		@Operation
		public void watch() {
			this.failure.watch(this);
		}

		@Operation
		public void read() {
			this.failure.observe();
		}

		@Operation
		public void decide() {
			this.failure.unobserved();
		}

	}

	/**
	 * The end of the watch: whatever comes to it by then or later is decided.
	 */
	public static class CloseRace extends Race {

		private volatile boolean watched;

		private volatile boolean closed;

		@Operation
		public void watch() {
			this.failure.watch(this);
			this.watched = true;
		}

		@Operation
		public void close() {
			this.unobserved.close();
			this.closed = true;
		}

		@Operation
		public void read() {
			this.failure.observe();
		}

		@Override
		boolean isToBeDecided() {
			return this.watched && this.closed;
		}

	}

}
