package io.lifeguard.engine.health;

import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import io.lifeguard.engine.health.PoolModel.ModelPool;
import io.lifeguard.engine.health.PoolModel.ModelThread;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for who is found to be deadlocked, over random schedules of a model. A failure
 * names the seed of its schedule.
 */
class DeadlockSearchTests {

	private static final long LONG_AFTER = TimeUnit.HOURS.toNanos(1);

	/** A million of each, with the system property, take some minutes. */
	private static final int SCHEDULES = Integer.getInteger("lifeguard.deadlock.schedules", 10_000);

	private final long first = Long.getLong("lifeguard.deadlock.seed", new Random().nextInt(1_000_000_000));

	@Test
	void findsNothingWhereNobodyWaitsForHimself() {
		int looks = 0;
		for (long seed = this.first; seed < this.first + SCHEDULES; seed++) {
			PoolModel model = new PoolModel(seed, false);
			DeadlockSearch<ModelPool, ModelThread> search = new DeadlockSearch<>(model::look);
			for (long now = 0; model.step(); now += LONG_AFTER) {
				looks++;
				assertThat(search.update(now)).as("seed %s: %s", seed, model).isEmpty();
			}
			assertThat(model.isDone()).as("seed %s: %s", seed, model).isTrue();
		}
		assertThat(looks).isGreaterThan(SCHEDULES);
	}

	@Test
	void findsExactlyThePoolsThatNeverGoOn() {
		int deadlocked = 0;
		for (long seed = this.first; seed < this.first + SCHEDULES; seed++) {
			PoolModel model = new PoolModel(seed, true);
			DeadlockSearch<ModelPool, ModelThread> search = new DeadlockSearch<>(model::look);
			long now = 0;
			while (model.step()) {
				now += LONG_AFTER;
				search.update(now);
			}
			model.freeze();
			Set<ModelPool> dead = model.dead();
			search.update(now);
			assertThat(search.update(now + LONG_AFTER).keySet()).as("seed %s: %s", seed, model).isEqualTo(dead);
			deadlocked += dead.isEmpty() ? 0 : 1;
		}
		assertThat(deadlocked).isGreaterThan(SCHEDULES / 100);
	}

	@Test
	void isPatient() {
		long seed = this.first;
		PoolModel model = deadlocked(seed);
		DeadlockSearch<ModelPool, ModelThread> search = new DeadlockSearch<>(model::look);
		assertThat(search.update(0)).isEmpty();
		assertThat(search.update(DeadlockSearch.PATIENCE - 1)).isEmpty();
		assertThat(search.update(DeadlockSearch.PATIENCE).keySet()).isEqualTo(model.dead());
	}

	private static PoolModel deadlocked(long first) {
		for (long seed = first;; seed++) {
			PoolModel model = new PoolModel(seed, true);
			while (model.step()) {
				// until nothing moves
			}
			if (!model.dead().isEmpty()) {
				model.freeze();
				return model;
			}
		}
	}

}
