package io.lifeguard.engine.future;

import java.util.List;
import java.util.concurrent.Executor;

import io.lifeguard.PoolSettings;
import io.lifeguard.ReportSettings;
import io.lifeguard.engine.guard.ExecutorGuard;
import io.lifeguard.engine.pool.Pool;
import io.lifeguard.engine.pool.PoolRegistry;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Compares random graphs of stages on bare executors with the same ones on guarded ones:
 * {@code -Dlifeguard.graphs=100000} for many, {@code -Dlifeguard.graphs.seed=…} for those
 * from a certain one on.
 */
@Tag("completions")
class StageGraphTests {

	private static final int GRAPHS = Integer.getInteger("lifeguard.graphs", 2_000);

	private static final long SEED = Long.getLong("lifeguard.graphs.seed", 1);

	@Test
	void doWhatTheyDoWithoutTheGuard() {
		try (PoolRegistry registry = new PoolRegistry((name) -> PoolSettings.DEFAULT, ReportSettings.DEFAULT)) {
			Pool pool = registry.register("stages", (Executor) Runnable::run);
			for (long seed = SEED; seed < SEED + GRAPHS; seed++) {
				List<String> bare = new StageGraph(seed, (executor) -> executor).run().log();
				List<String> guarded = new StageGraph(seed, (executor) -> ExecutorGuard.of(executor, pool)).run().log();
				assertThat(guarded).as("Graph of seed %s", seed).containsExactlyElementsOf(bare);
			}
			assertThat(pool.snapshot().tasks().failed()).isGreaterThan(GRAPHS);
		}
	}

}
