package io.lifeguard.engine.future;

import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

import io.lifeguard.PoolSettings;
import io.lifeguard.PoolSnapshot;
import io.lifeguard.ReportSettings;
import io.lifeguard.engine.guard.ExecutorGuard;
import io.lifeguard.engine.pool.Pool;
import io.lifeguard.engine.pool.PoolRegistry;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.scheduling.concurrent.ConcurrentTaskExecutor;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Every {@code …Async} method of the JDK's futures, on every kind of executor, with a
 * function that fails, and everything that an application may do with the future: who has
 * read the failure is the same everywhere.
 */
@Tag("completions")
@SuppressWarnings({ "CheckReturnValue", "ReturnValueIgnored" }) // to look is enough
class StageReadersTests {

	private static ConditionFactory await() {
		return Awaitility.await().pollInterval(Duration.ofMillis(2)).pollDelay(Duration.ZERO);
	}

	/**
	 * A way to let a function fail on an executor, once the gate is open.
	 */
	private interface Start
			extends BiFunction<CompletableFuture<String>, Executor, Function<Fails, CompletionStage<?>>> {

	}

	/**
	 * Fails with its message.
	 */
	private record Fails(String message) {

		<T> T fail() {
			throw new IllegalStateException(this.message);
		}

	}

	private static Map<String, Start> starts() {
		Map<String, Start> starts = new LinkedHashMap<>();
		starts.put("supplyAsync", (gate, executor) -> (fails) -> CompletableFuture.supplyAsync(() -> {
			gate.join();
			return fails.fail();
		}, executor));
		starts.put("runAsync", (gate, executor) -> (fails) -> CompletableFuture.runAsync(() -> {
			gate.join();
			fails.fail();
		}, executor));
		starts.put("completeAsync", (gate, executor) -> (fails) -> new CompletableFuture<>().completeAsync(() -> {
			gate.join();
			return fails.fail();
		}, executor));
		starts.put("delayedExecutor", (gate, executor) -> (fails) -> CompletableFuture.supplyAsync(() -> {
			gate.join();
			return fails.fail();
		}, CompletableFuture.delayedExecutor(1, TimeUnit.MILLISECONDS, executor)));
		starts.putAll(stages());
		starts.put("thenApplyAsync at once",
				(gate, executor) -> (fails) -> CompletableFuture.completedFuture("").thenApplyAsync((value) -> {
					gate.join();
					return fails.fail();
				}, executor));
		return starts;
	}

	private static Map<String, Start> stages() {
		Map<String, Start> stages = new LinkedHashMap<>();
		stages.put("thenApplyAsync",
				(gate, executor) -> (fails) -> gate.thenApplyAsync((value) -> fails.fail(), executor));
		stages.put("thenAcceptAsync",
				(gate, executor) -> (fails) -> gate.thenAcceptAsync((value) -> fails.fail(), executor));
		stages.put("thenRunAsync", (gate, executor) -> (fails) -> gate.thenRunAsync(fails::fail, executor));
		stages.put("thenCombineAsync", (gate, executor) -> (fails) -> gate
			.thenCombineAsync(CompletableFuture.completedFuture(1), (first, second) -> fails.fail(), executor));
		stages.put("thenAcceptBothAsync", (gate, executor) -> (fails) -> CompletableFuture.completedFuture(1)
			.thenAcceptBothAsync(gate, (first, second) -> fails.fail(), executor));
		stages.put("runAfterBothAsync", (gate, executor) -> (fails) -> gate
			.runAfterBothAsync(CompletableFuture.completedFuture(1), fails::fail, executor));
		stages.put("applyToEitherAsync", (gate, executor) -> (fails) -> gate
			.applyToEitherAsync(new CompletableFuture<>(), (value) -> fails.fail(), executor));
		stages.put("acceptEitherAsync", (gate, executor) -> (fails) -> new CompletableFuture<String>()
			.acceptEitherAsync(gate, (value) -> fails.fail(), executor));
		stages.put("runAfterEitherAsync", (gate,
				executor) -> (fails) -> gate.runAfterEitherAsync(new CompletableFuture<>(), fails::fail, executor));
		stages.put("thenComposeAsync",
				(gate, executor) -> (fails) -> gate.thenComposeAsync((value) -> fails.fail(), executor));
		stages.put("handleAsync",
				(gate, executor) -> (fails) -> gate.handleAsync((value, failure) -> fails.fail(), executor));
		stages.put("handleAsync of a failure",
				(gate, executor) -> (fails) -> failing(gate).handleAsync((value, failure) -> fails.fail(), executor));
		stages.put("whenCompleteAsync",
				(gate, executor) -> (fails) -> gate.whenCompleteAsync((value, failure) -> fails.fail(), executor));
		stages.put("exceptionallyAsync",
				(gate, executor) -> (fails) -> failing(gate).exceptionallyAsync((failure) -> fails.fail(), executor));
		stages.put("exceptionallyComposeAsync", (gate,
				executor) -> (fails) -> failing(gate).exceptionallyComposeAsync((failure) -> fails.fail(), executor));
		return stages;
	}

	private static CompletableFuture<String> failing(CompletableFuture<String> gate) {
		return gate.thenCompose((value) -> CompletableFuture.failedFuture(new IOException("before")));
	}

	/**
	 * What is done with the future before it fails, to read the failure.
	 */
	private static Map<String, Consumer<CompletableFuture<Object>>> readers() {
		Map<String, Consumer<CompletableFuture<Object>>> readers = new LinkedHashMap<>();
		readers.put("exceptionally", (future) -> future.exceptionally((failure) -> ""));
		readers.put("handle", (future) -> future.handle((value, failure) -> ""));
		readers.put("whenComplete", (future) -> future.whenComplete((value, failure) -> {
		}));
		readers.put("exceptionallyCompose",
				(future) -> future.exceptionallyCompose((failure) -> CompletableFuture.completedFuture("")));
		readers.put("handleAsync", (future) -> future.handleAsync((value, failure) -> ""));
		readers.put("get", (future) -> inThread(future, future::get));
		readers.put("get with a limit", (future) -> inThread(future, () -> future.get(1, TimeUnit.HOURS)));
		readers.put("join", (future) -> inThread(future, future::join));
		readers.put("thenApply, exceptionally",
				(future) -> future.thenApply(Function.identity()).exceptionally((failure) -> ""));
		readers.put("a long chain", (future) -> future.thenAccept((value) -> {
		}).thenRun(() -> {
		}).thenCombine(new CompletableFuture<>(), (first, second) -> first).copy().handle((value, failure) -> ""));
		readers.put("one of two chains", (future) -> {
			future.thenApply(Function.identity()).handle((value, failure) -> "");
			future.thenRun(() -> {
			});
		});
		readers.put("thenCompose, handle",
				(future) -> CompletableFuture.completedFuture("")
					.thenCompose((value) -> future)
					.handle((value, failure) -> ""));
		readers.put("allOf, exceptionally",
				(future) -> CompletableFuture
					.allOf(new CompletableFuture<>(), future, CompletableFuture.completedFuture(1))
					.exceptionally((failure) -> null));
		readers.put("anyOf, handle",
				(future) -> CompletableFuture.anyOf(new CompletableFuture<>(), future).handle((value, failure) -> ""));
		readers.put("second source", (future) -> new CompletableFuture<>().thenAcceptBoth(future, (first, second) -> {
		}).exceptionally((failure) -> null));
		readers.put("minimalCompletionStage",
				(future) -> future.minimalCompletionStage().exceptionally((failure) -> ""));
		return readers;
	}

	private static void inThread(CompletableFuture<?> future, Callable<?> read) {
		Thread thread = new Thread(() -> catchThrowable(read::call));
		thread.setDaemon(true);
		thread.start();
		await().until(() -> future.getNumberOfDependents() > 0);
	}

	/**
	 * What is done with the future before it fails, and does not read the failure.
	 */
	private static Map<String, Consumer<CompletableFuture<Object>>> others() {
		Map<String, Consumer<CompletableFuture<Object>>> others = new LinkedHashMap<>();
		others.put("nothing", (future) -> {
		});
		others.put("thenApply", (future) -> future.thenApply(Function.identity()));
		others.put("a long chain", (future) -> future.thenAccept((value) -> {
		}).thenRun(() -> {
		}).copy().minimalCompletionStage());
		others.put("allOf", (future) -> CompletableFuture.allOf(future, CompletableFuture.completedFuture(1)));
		others.put("anyOf", (future) -> CompletableFuture.anyOf(future, new CompletableFuture<>()).thenRun(() -> {
		}));
		others.put("orTimeout", (future) -> future.orTimeout(1, TimeUnit.HOURS));
		others.put("a reader of another chain", (future) -> {
			future.thenRun(() -> {
			});
			new CompletableFuture<>().handle((value, failure) -> "");
		});
		others.put("a wait that is over", (future) -> catchThrowable(() -> future.get(1, TimeUnit.MILLISECONDS)));
		return others;
	}

	/**
	 * What is done with the future after it has failed, to look at the failure.
	 */
	private static Map<String, Consumer<CompletableFuture<Object>>> lateReaders() {
		Map<String, Consumer<CompletableFuture<Object>>> readers = new LinkedHashMap<>();
		readers.put("late get", (future) -> catchThrowable(future::get));
		readers.put("late join", (future) -> catchThrowable(future::join).getMessage());
		readers.put("late handle", (future) -> future.handle((value, failure) -> failure.getCause()));
		readers.put("late allOf, whenComplete",
				(future) -> CompletableFuture.allOf(future).whenComplete((value, failure) -> failure.toString()));
		return readers;
	}

	private static Map<String, Supplier<Executor>> executors() {
		Map<String, Supplier<Executor>> executors = new LinkedHashMap<>();
		executors.put("ThreadPoolExecutor", Executors::newCachedThreadPool);
		executors.put("ForkJoinPool", () -> new ForkJoinPool(2));
		executors.put("ScheduledThreadPoolExecutor", () -> new ScheduledThreadPoolExecutor(2));
		executors.put("ThreadPoolTaskExecutor", () -> {
			ThreadPoolTaskExecutor executor = new ThreadPoolTaskExecutor();
			executor.initialize();
			return executor;
		});
		executors.put("SimpleAsyncTaskExecutor", SimpleAsyncTaskExecutor::new);
		executors.put("ConcurrentTaskExecutor", () -> new ConcurrentTaskExecutor(Executors.newCachedThreadPool()));
		try {
			ExecutorService virtual = (ExecutorService) Executors.class.getMethod("newVirtualThreadPerTaskExecutor")
				.invoke(null);
			executors.put("virtual threads", () -> virtual);
		}
		catch (ReflectiveOperationException ex) {
			// they came with Java 21
		}
		return executors;
	}

	static Stream<Arguments> table() {
		return executors().keySet()
			.stream()
			.flatMap((executor) -> starts().keySet().stream().map((start) -> Arguments.of(start, executor)));
	}

	@ParameterizedTest(name = "{0} on {1}")
	@MethodSource("table")
	void tellWhoReads(String start, String executorKind) {
		Executor executor = executors().get(executorKind).get();
		try (PoolRegistry registry = new PoolRegistry((name) -> PoolSettings.DEFAULT, ReportSettings.DEFAULT)) {
			Pool pool = registry.register("stages", executor);
			Table table = new Table(starts().get(start), ExecutorGuard.of(executor, pool), pool);
			readers().forEach((name, use) -> table.add(name, use, null, "observed"));
			lateReaders().forEach((name, use) -> table.add(name, null, use, "observed"));
			others().forEach((name, use) -> table.add("unread: " + name, use, null, "unobserved"));
			await().pollInterval(Duration.ofMillis(20)).untilAsserted(() -> {
				throwElsewhere(executor);
				System.gc();
				assertThat(table.actual()).isEqualTo(table.expected);
			});
		}
		finally {
			if (executor instanceof ExecutorService service) {
				service.shutdownNow();
			}
			else if (executor instanceof ThreadPoolTaskExecutor bean) {
				bean.shutdown();
			}
		}
	}

	/**
	 * Throw on the pool's threads: the JVM may keep the last exception that a thread has
	 * thrown until it throws the next.
	 */
	private static void throwElsewhere(Executor bare) {
		Fails fails = new Fails("elsewhere");
		CompletableFuture<?>[] thrown = Stream.generate(() -> CompletableFuture.supplyAsync(fails::fail, bare))
			.limit(4)
			.toArray(CompletableFuture[]::new);
		catchThrowable(CompletableFuture.allOf(thrown)::join);
	}

	/**
	 * How each failure of a pool is to be handled, and is.
	 */
	private static final class Table {

		private final Start start;

		private final Executor executor;

		private final Pool pool;

		private final Map<String, String> expected = new TreeMap<>();

		Table(Start start, Executor executor, Pool pool) {
			this.start = start;
			this.executor = executor;
			this.pool = pool;
		}

		void add(String name, Consumer<CompletableFuture<Object>> before, Consumer<CompletableFuture<Object>> after,
				String handling) {
			this.expected.put(name, handling);
			CompletableFuture<String> gate = new CompletableFuture<>();
			@SuppressWarnings("unchecked")
			CompletableFuture<Object> future = (CompletableFuture<Object>) this.start.apply(gate, this.executor)
				.apply(new Fails(name));
			if (before != null) {
				before.accept(future);
			}
			gate.complete("open");
			await().until(future::isCompletedExceptionally);
			if (after != null) {
				after.accept(future);
			}
		}

		Map<String, String> actual() {
			Map<String, String> actual = new TreeMap<>();
			for (PoolSnapshot.RecentFailure failure : this.pool.recentFailures()) {
				assertThat(failure.exception()).isEqualTo(IllegalStateException.class.getName());
				assertThat(actual.put(failure.message(), failure.handling())).as(failure.message()).isNull();
			}
			return actual;
		}

	}

}
