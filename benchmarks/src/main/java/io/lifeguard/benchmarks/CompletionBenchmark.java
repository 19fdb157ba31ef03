package io.lifeguard.benchmarks;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

import io.lifeguard.PoolSettings;
import io.lifeguard.ReportSettings;
import io.lifeguard.engine.guard.ExecutorGuard;
import io.lifeguard.engine.pool.PoolRegistry;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What looking into the tasks of the JDK's futures costs, on an executor that runs them
 * at once. A task in another one's clothes is guarded as well, and not looked into.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 8, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@SuppressWarnings("UnnecessaryMethodReference") // hides the class of the executor from
												// the guard
public class CompletionBenchmark {

	private static final CompletableFuture<Integer> SOURCE = CompletableFuture.completedFuture(1);

	/** Which executor the tasks are given to. */
	@Param({ "BARE", "UNSEEN", "SEEN" })
	public String executor;

	private PoolRegistry registry;

	private Executor tasks;

	@Setup
	public void register() {
		Executor bare = Runnable::run;
		this.registry = new PoolRegistry((name) -> PoolSettings.DEFAULT, ReportSettings.DEFAULT);
		Executor guarded = ExecutorGuard.of(bare, this.registry.register("pool", bare));
		this.tasks = switch (this.executor) {
			case "BARE" -> (task) -> bare.execute(task::run);
			case "UNSEEN" -> (task) -> guarded.execute(task::run);
			default -> guarded;
		};
	}

	@TearDown
	public void close() {
		this.registry.close();
	}

	/**
	 * A future of its own.
	 */
	@Benchmark
	public CompletableFuture<Integer> supplyAsync() {
		return CompletableFuture.supplyAsync(() -> 1, this.tasks);
	}

	/**
	 * A stage of another one.
	 */
	@Benchmark
	public CompletableFuture<Integer> thenApplyAsync() {
		return SOURCE.thenApplyAsync((value) -> value, this.tasks);
	}

	/**
	 * A stage that fails, of a future with a chain of readers.
	 */
	@Benchmark
	public CompletableFuture<Integer> failing() {
		CompletableFuture<Integer> source = new CompletableFuture<>();
		CompletableFuture<Integer> read = source.<Integer>thenApplyAsync((value) -> {
			throw new IllegalStateException("sold out");
		}, this.tasks).thenApply((value) -> value).exceptionally((failure) -> 0);
		source.complete(1);
		return read;
	}

}
