package io.lifeguard.engine.future;

import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

import io.lifeguard.Handling;
import io.lifeguard.HealthSettings;
import io.lifeguard.PoolSettings;
import io.lifeguard.ReportSettings;
import io.lifeguard.TaskFailure;
import io.lifeguard.autoconfigure.LifeguardAutoConfiguration;
import io.lifeguard.engine.guard.ExecutorGuard;
import io.lifeguard.engine.guard.ServiceGuard;
import io.lifeguard.engine.pool.Pool;
import io.lifeguard.engine.pool.PoolRegistry;
import io.lifeguard.shop.MailService;
import io.lifeguard.support.Throwables;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.core.task.support.TaskExecutorAdapter;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.util.concurrent.FutureUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

/**
 * Runs with {@code java.util.concurrent} open too, and in JVMs of all sorts.
 */
@Tag("completions")
class AsyncCompletionsTests {

	private final PoolRegistry registry = new PoolRegistry((name) -> PoolSettings.DEFAULT, ReportSettings.DEFAULT);

	private final Queue<TaskFailure> reported = new ConcurrentLinkedQueue<>();

	private final List<ThreadPoolExecutor> executors = new ArrayList<>();

	private final ThreadPoolExecutor executor = newExecutor();

	private final ExecutorGuard guard = guard("stock", this.executor);

	private final Pool pool = this.guard.lifeguardPool();

	private ThreadPoolExecutor newExecutor() {
		ThreadPoolExecutor executor = new ThreadPoolExecutor(1, 1, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>());
		this.executors.add(executor);
		return executor;
	}

	private ExecutorGuard guard(String name, Executor executor) {
		this.registry.report(List.of(this.reported::add));
		return ExecutorGuard.of(executor, this.registry.register(name, executor));
	}

	@AfterEach
	void close() {
		this.executors.forEach(ThreadPoolExecutor::shutdownNow);
		this.registry.close();
	}

	/**
	 * All ways to let the JDK make a future whose task fails.
	 */
	record Start(String name, Function<Executor, CompletableFuture<?>> function) {

		CompletableFuture<?> on(Executor executor) {
			return this.function.apply(executor);
		}

		@Override
		public String toString() {
			return this.name;
		}

	}

	static Stream<Start> starts() {
		return Stream.of(
				new Start("supplyAsync",
						(executor) -> CompletableFuture.supplyAsync(AsyncCompletionsTests::fail, executor)),
				new Start("runAsync", (executor) -> CompletableFuture.runAsync(AsyncCompletionsTests::fail, executor)),
				new Start("completeAsync",
						(executor) -> new CompletableFuture<String>().completeAsync(AsyncCompletionsTests::fail,
								executor)),
				new Start("a function that refuses to be serialized",
						(executor) -> CompletableFuture.supplyAsync(new Unserializable(), executor)),
				new Start("callAsync", (executor) -> FutureUtils.callAsync(AsyncCompletionsTests::fail, executor)),
				new Start("adapter", (executor) -> new TaskExecutorAdapter(executor).submitCompletable(failing())));
	}

	private record Unserializable() implements Supplier<String>, Serializable {

		@Override
		public String get() {
			return fail();
		}

		private Object writeReplace() {
			throw new AssertionError("Nobody asked for it");
		}

	}

	private static Callable<String> failing() {
		return AsyncCompletionsTests::fail;
	}

	private static String fail() {
		throw new IllegalStateException("sold out");
	}

	@ParameterizedTest
	@MethodSource("starts")
	void reportsFailureThatNobodyReads(Start start) {
		awaitEnd(start.on(this.guard));
		await().untilAsserted(() -> {
			System.gc();
			assertThat(failures()).isEqualTo(counted(0, 1, 0));
		});
		assertFailed(1);
		await().untilAsserted(() -> assertThat(this.reported).singleElement().satisfies((failure) -> {
			assertThat(failure.throwable()).isInstanceOf(IllegalStateException.class).hasMessage("sold out");
			assertThat(failure.handling()).isEqualTo(Handling.UNOBSERVED);
		}));
	}

	@Test
	void namesTheTask() {
		CompletableFuture.runAsync(new MailService().task(), this.guard);
		await().untilAsserted(() -> assertThat(this.pool.recentFailures()).singleElement()
			.satisfies((failure) -> assertThat(failure.task()).isEqualTo("MailService.task")));
	}

	@Test
	void seesAsyncMethodOnPlainExecutor() {
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(LifeguardAutoConfiguration.class))
			.withUserConfiguration(AsyncConfiguration.class)
			.run((context) -> {
				assertThat(context.getBean("taskExecutor")).isNotInstanceOf(AsyncTaskExecutor.class);
				MailService mail = context.getBean(MailService.class);
				Pool pool = context.getBean(PoolRegistry.class).pools().iterator().next();
				CompletableFuture<String> read = mail.sendLater("a");
				assertThatExceptionOfType(ExecutionException.class).isThrownBy(read::get)
					.withCauseExactlyInstanceOf(IllegalStateException.class);
				mail.sendLater("b");
				await().untilAsserted(() -> {
					System.gc();
					assertThat(pool.snapshot().tasks().failed()).isEqualTo(2);
					assertThat(pool.failures(Handling.OBSERVED)).isEqualTo(1);
					assertThat(pool.failures(Handling.UNOBSERVED)).isEqualTo(1);
				});
				assertThat(pool.recentFailures())
					.allSatisfy((failure) -> assertThat(failure.task()).isEqualTo("MailService.sendLater"));
			});
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAsync
	static class AsyncConfiguration {

		@Bean(destroyMethod = "shutdown")
		ThreadPoolExecutor taskExecutor() {
			return new ThreadPoolExecutor(1, 1, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>());
		}

		@Bean
		MailService mailService() {
			return new MailService();
		}

	}

	@Test
	void reportsFailureThatNobodyReadsInTime() {
		PoolSettings settings = new PoolSettings(Duration.ofMillis(50), true, Duration.ZERO, Duration.ZERO,
				Duration.ZERO, false, HealthSettings.DEFAULT);
		try (PoolRegistry impatient = new PoolRegistry((name) -> settings, ReportSettings.DEFAULT)) {
			ThreadPoolExecutor executor = newExecutor();
			ExecutorGuard guard = ExecutorGuard.of(executor, impatient.register("mail", executor));
			CompletableFuture<String> future = CompletableFuture.supplyAsync(AsyncCompletionsTests::fail, guard);
			await().until(() -> guard.lifeguardPool().failures(Handling.UNOBSERVED) == 1);
			assertThat(future).isCompletedExceptionally();
		}
	}

	@ParameterizedTest
	@MethodSource("starts")
	void noticesReadingThroughGet(Start start) {
		CompletableFuture<?> future = start.on(this.guard);
		assertThatExceptionOfType(ExecutionException.class).isThrownBy(future::get)
			.withCauseExactlyInstanceOf(IllegalStateException.class);
		assertObserved();
	}

	@ParameterizedTest
	@MethodSource("starts")
	void noticesReadingThroughAllOf(Start start) {
		CompletableFuture<Void> all = CompletableFuture.allOf(start.on(this.guard),
				new CompletableFuture<>().completeOnTimeout(null, 1, TimeUnit.MILLISECONDS));
		assertThatExceptionOfType(ExecutionException.class).isThrownBy(all::get)
			.withCauseExactlyInstanceOf(IllegalStateException.class);
		assertObserved();
	}

	@ParameterizedTest
	@MethodSource("starts")
	void noticesLookAtWhatJoinThrows(Start start) {
		CompletableFuture<?> future = start.on(this.guard);
		awaitFailed(1);
		Throwable thrown = catchJoin(future);
		assertThat(failures()).isEqualTo(counted(0, 0, 0));
		assertThat(thrown.getCause()).isInstanceOf(IllegalStateException.class);
		assertObserved();
	}

	@ParameterizedTest
	@MethodSource("starts")
	void noticesLookInStage(Start start) {
		assertThat(start.on(this.guard).<Object>handle((result, failure) -> failure.getMessage()).join())
			.isEqualTo("java.lang.IllegalStateException: sold out");
		assertObserved();
	}

	@ParameterizedTest
	@MethodSource("starts")
	void showsCallersWhatTheyWouldSeeWithout(Start start) {
		assertSame(start.on(this.guard), start.on(this.executor));
	}

	static Stream<Throwable> thrown() {
		return Stream.of(new IllegalStateException("sold out"), new AssertionError("broken"), new IOException(),
				new CompletionException("wrapped", new IOException("gone")),
				new CompletionException(new IOException("gone")), new CompletionException("bare", null),
				new OwnException(new IOException("gone")));
	}

	@ParameterizedTest
	@MethodSource("thrown")
	void showsCallersWhatTheyWouldSeeWithout(Throwable thrown) {
		Supplier<String> supplier = () -> {
			throw Throwables.<RuntimeException>sneaky(thrown);
		};
		assertSame(CompletableFuture.supplyAsync(supplier, this.guard),
				CompletableFuture.supplyAsync(supplier, this.executor));
		Callable<String> callable = supplier::get;
		assertSame(FutureUtils.callAsync(callable, this.guard), FutureUtils.callAsync(callable, this.executor));
		assertFailed(2);
		await().until(() -> this.pool.failures(Handling.OBSERVED) == 2);
	}

	private static void assertSame(CompletableFuture<?> actual, CompletableFuture<?> expected) {
		assertSame(catchJoin(actual), catchJoin(expected));
		assertSame(catchThrowable(actual::get), catchThrowable(expected::get));
		assertThat(actual.isCompletedExceptionally()).isTrue();
		assertThat(actual.isCancelled()).isFalse();
	}

	private static void assertSame(Throwable actual, Throwable expected) {
		assertThat(actual).isInstanceOf(expected.getClass())
			.hasMessage(expected.getMessage())
			.hasToString(expected.toString());
		if (expected.getCause() == null) {
			assertThat(actual.getCause()).isNull();
		}
		else {
			assertSame(actual.getCause(), expected.getCause());
		}
	}

	@Test
	void countsSuccess() {
		assertThat(CompletableFuture.supplyAsync(() -> "sold", this.guard).join()).isEqualTo("sold");
		assertThat(CompletableFuture.runAsync(() -> {
		}, this.guard).join()).isNull();
		assertThat(FutureUtils.callAsync(() -> "sold", this.guard).join()).isEqualTo("sold");
		await().until(() -> this.pool.snapshot().tasks().succeeded() == 3);
		assertThat(this.pool.snapshot().tasks().failed()).isZero();
	}

	@Test
	void reportsFailureThatComesAfterTheFutureHasEnded() {
		failAfter((future) -> future.complete("from elsewhere"));
		await().untilAsserted(() -> assertThat(failures()).isEqualTo(counted(1, 0, 0)));
		assertFailed(1);
	}

	@Test
	void leavesAloneWhatFailsAfterItsFutureWasCancelled() {
		failAfter((future) -> future.cancel(true));
		assertObserved();
	}

	private void failAfter(Consumer<CompletableFuture<String>> end) {
		CountDownLatch started = new CountDownLatch(1);
		CountDownLatch over = new CountDownLatch(1);
		CompletableFuture<String> future = CompletableFuture.supplyAsync(() -> {
			started.countDown();
			return failAfter(over);
		}, this.guard);
		await().until(() -> started.getCount() == 0);
		end.accept(future);
		over.countDown();
	}

	private static String failAfter(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
		return fail();
	}

	@Test
	void seesTaskThatTheCallerRuns() {
		ThreadPoolExecutor full = new ThreadPoolExecutor(1, 1, 1, TimeUnit.SECONDS, new SynchronousQueue<>(),
				new ThreadPoolExecutor.CallerRunsPolicy());
		this.executors.add(full);
		ExecutorGuard guard = guard("full", full);
		CountDownLatch over = new CountDownLatch(1);
		full.execute(() -> failQuietlyAfter(over));
		CompletableFuture<String> future = CompletableFuture.supplyAsync(AsyncCompletionsTests::fail, guard);
		over.countDown();
		assertThat(guard.lifeguardPool().snapshot().tasks().failed()).isEqualTo(1);
		assertThatExceptionOfType(ExecutionException.class).isThrownBy(future::get);
		assertThat(guard.lifeguardPool().failures(Handling.OBSERVED)).isEqualTo(1);
	}

	private static void failQuietlyAfter(CountDownLatch latch) {
		assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> failAfter(latch));
	}

	@Test
	void countsForTheExecutorThatRunsTheTask() {
		ThreadPoolExecutor closed = newExecutor();
		ExecutorGuard first = guard("closed", closed);
		closed.shutdown();
		Executor either = (task) -> {
			try {
				first.execute(task);
			}
			catch (RejectedExecutionException ex) {
				this.guard.execute(task);
			}
		};
		CompletableFuture<String> future = CompletableFuture.supplyAsync(AsyncCompletionsTests::fail, either);
		assertThatExceptionOfType(ExecutionException.class).isThrownBy(future::get)
			.withCauseExactlyInstanceOf(IllegalStateException.class);
		assertObserved();
		assertThat(first.lifeguardPool().snapshot().tasks().failed()).isZero();
	}

	@Test
	void leavesAloneWhatTheApplicationTakesBackAndRuns() {
		CountDownLatch over = new CountDownLatch(1);
		this.executor.execute(() -> failQuietlyAfter(over));
		CompletableFuture<String> future = CompletableFuture.supplyAsync(AsyncCompletionsTests::fail, this.guard);
		((ServiceGuard) this.guard).shutdownNow().forEach(Runnable::run);
		assertThat(catchJoin(future)).isExactlyInstanceOf(CompletionException.class);
		assertThat(this.pool.snapshot().tasks().failed()).isZero();
		assertThat(this.pool.snapshot().tasks().lost()).isEqualTo(1);
	}

	@Test
	void seesTaskOfForkJoinPool() {
		ForkJoinPool forkJoin = new ForkJoinPool(1);
		try {
			ExecutorGuard guard = guard("forkJoin", forkJoin);
			CompletableFuture<String> future = CompletableFuture.supplyAsync(AsyncCompletionsTests::fail, guard);
			assertThatExceptionOfType(ExecutionException.class).isThrownBy(future::get);
			await().until(() -> guard.lifeguardPool().snapshot().tasks().failed() == 1);
			assertThat(guard.lifeguardPool().failures(Handling.OBSERVED)).isEqualTo(1);
		}
		finally {
			forkJoin.shutdownNow();
		}
	}

	static Stream<Arguments> jvms() {
		String withoutUnsupported = "--limit-modules=java.base,java.logging,java.desktop,java.management,java.naming,"
				+ "java.sql,java.instrument";
		return Stream.of(Arguments.of("as it is", "-Dx", "SEEN"),
				Arguments.of("that deserializes nothing", "-Djdk.serialFilter=!*", "SEEN"),
				Arguments.of("without jdk.unsupported", withoutUnsupported, "UNSEEN"));
	}

	@ParameterizedTest(name = "a JVM {0}")
	@MethodSource("jvms")
	void changesNothingButWhatIsSeen(String name, String option, String expected) throws Exception {
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-XX:TieredStopAtLevel=1", option, "-cp", System.getProperty("java.class.path"), Closed.class.getName(),
				expected)
			.redirectErrorStream(true)
			.start();
		String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		assertThat(process.waitFor()).as(output).isZero();
		assertThat(output).contains(expected).doesNotContain("WARN");
	}

	private void assertObserved() {
		awaitFailed(1);
		await().untilAsserted(() -> assertThat(failures()).isEqualTo(counted(0, 0, 1)));
		assertThat(this.reported).isEmpty();
	}

	private void assertFailed(int count) {
		awaitFailed(count);
		assertThat(this.pool.snapshot().tasks().succeeded()).isZero();
	}

	private void awaitFailed(int count) {
		await().until(() -> this.pool.snapshot().tasks().failed() == count);
	}

	private List<Long> failures() {
		return Stream.of(Handling.values()).map(this.pool::failures).toList();
	}

	private static List<Long> counted(long uncaught, long unobserved, long observed) {
		List<Long> counts = new ArrayList<>();
		for (Handling handling : Handling.values()) {
			counts.add(switch (handling) {
				case UNCAUGHT -> uncaught;
				case UNOBSERVED -> unobserved;
				case OBSERVED -> observed;
			});
		}
		return counts;
	}

	private static void awaitEnd(CompletableFuture<?> future) {
		await().until(future::isDone);
	}

	private static Throwable catchJoin(CompletableFuture<?> future) {
		try {
			future.join();
			throw new AssertionError("Did not fail");
		}
		catch (CompletionException ex) {
			return ex;
		}
	}

	static final class OwnException extends CompletionException {

		OwnException(Throwable cause) {
			super(cause);
		}

	}

	/**
	 * What an application sees that has not opened the package.
	 */
	static final class Closed {

		public static void main(String[] arguments) {
			assertThat(CompletableFuture.class.getModule()
				.isOpen(CompletableFuture.class.getPackageName(), Closed.class.getModule())).isFalse();
			ThreadPoolExecutor executor = new ThreadPoolExecutor(1, 1, 1, TimeUnit.SECONDS,
					new LinkedBlockingQueue<>());
			try (PoolRegistry registry = new PoolRegistry((name) -> PoolSettings.DEFAULT, ReportSettings.DEFAULT)) {
				Pool pool = registry.register("stock", executor);
				ExecutorGuard guard = ExecutorGuard.of(executor, pool);
				starts().forEach((start) -> {
					assertThat(catchJoin(start.on(guard))).isInstanceOf(CompletionException.class);
					AsyncCompletionsTests.assertSame(start.on(guard), start.on(executor));
				});
				assertThat(CompletableFuture.supplyAsync(() -> "sold", guard).join()).isEqualTo("sold");
				long failing = arguments[0].equals("SEEN") ? 2 * starts().count() : 0;
				await().until(() -> pool.snapshot().tasks().succeeded() == 2 * starts().count() + 1 - failing);
				assertThat(pool.snapshot().tasks().failed()).isEqualTo(failing);
			}
			finally {
				executor.shutdownNow();
			}
			System.out.println(arguments[0]);
		}

	}

}
