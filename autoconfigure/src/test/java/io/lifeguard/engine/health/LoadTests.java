package io.lifeguard.engine.health;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.LinkedBlockingQueue;

import io.lifeguard.PoolSettings;
import io.lifeguard.PoolSnapshot;
import io.lifeguard.ReportSettings;
import io.lifeguard.engine.executor.ExecutorView;
import io.lifeguard.engine.executor.PropertyFinder;
import io.lifeguard.engine.failure.PoolLifecycle;
import io.lifeguard.engine.future.CallableTask;
import io.lifeguard.engine.task.Ledger;
import io.lifeguard.engine.task.TaskDesk;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Load} and {@link SizeAdvice}, at times of their own.
 */
class LoadTests {

	private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);

	private final ExecutorView view = ExecutorView
		.of(new ThreadPoolExecutor(16, 32, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(100)));

	private final Ledger ledger = new Ledger("mail", PoolSettings.DEFAULT, new PoolLifecycle(this.view),
			new TaskDesk(ReportSettings.DEFAULT, System::nanoTime));

	private final Load load = new Load(this.ledger);

	private final long start = System.nanoTime();

	@Test
	void isNoneBeforeTheFirstTask() {
		this.load.tick(this.start + MINUTE);
		assertThat(this.load.upTo(this.start + 2 * MINUTE).shown()).isNull();
	}

	@Test
	void countsFromTheFirstTask() {
		this.load.tick(this.start + MINUTE);
		run(1);
		this.load.tick(this.start + 2 * MINUTE);
		run(600);
		assertThat(shown(3)).extracting(PoolSnapshot.Load::arrivals).isEqualTo(10.0);
	}

	@Test
	void forgetsWhatIsOlderThanFiveMinutes() {
		run(6000);
		for (int tick = 0; tick <= 70; tick++) {
			this.load.tick(this.start + tick * MINUTE / 6);
		}
		run(310);
		double arrivals = shown(12).arrivals();
		assertThat(arrivals).isBetween(310 / 360.0, 1.1);
	}

	@Test
	void showsTheThreadsAtWork() {
		this.load.tick(this.start);
		CallableTask<?> task = task();
		task.begin();
		this.load.tick(this.start + 1);
		PoolSnapshot.Load shown = this.load.upTo(System.nanoTime() + 1).shown();
		task.returned();
		assertThat(shown).isNotNull();
		assertThat(shown.busy()).isLessThanOrEqualTo(1.5);
		assertThat(this.load.upTo(this.start + MINUTE).peak()).isEqualTo(1);
	}

	@Test
	void demandIsArrivalsTimesMeanRunTime() {
		this.load.tick(this.start);
		run(100);
		Load.Measured measured = this.load.upTo(this.start + MINUTE);
		assertThat(measured.demand()).isCloseTo(100 / 60.0 * measured.meanRun() / 1e9, Offset.offset(1e-6));
	}

	@Test
	void advisesOnThreadsThatAreNeverAtWork() {
		run(200);
		for (int tick = 0; tick <= 31; tick++) {
			this.load.tick(this.start + tick * MINUTE / 6);
		}
		run(200);
		assertThat(SizeAdvice.of(this.load.upTo(this.start + 6 * MINUTE), this.view,
				(key) -> "lifeguard.pools.mail." + key))
			.containsExactly("No more than 0 of its 16 core threads were seen at work in the last five minutes."
					+ " Lower lifeguard.pools.mail.core-size");
	}

	@Test
	void advisesNothingBeforeEnoughWorkWasSeen() {
		run(50);
		assertThat(SizeAdvice.of(this.load.upTo(this.start + 6 * MINUTE), this.view, PropertyFinder.NONE)).isEmpty();
	}

	private PoolSnapshot.Load shown(int minute) {
		PoolSnapshot.Load shown = this.load.upTo(this.start + minute * MINUTE).shown();
		assertThat(shown).isNotNull();
		return shown;
	}

	private void run(int tasks) {
		for (int i = 0; i < tasks; i++) {
			CallableTask<?> task = task();
			task.begin();
			task.returned();
		}
	}

	private CallableTask<?> task() {
		return new CallableTask<>(this.ledger, () -> {
		}, 0, true);
	}

}
