package io.lifeguard.benchmarks;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

/**
 * What it costs to wait, within a task, for another one of the same pool. The wait ends
 * at once and in vain, so that it is not the operating system that is measured; what it
 * throws has no stack.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 1, jvmArgsAppend = "-XX:-StackTraceInThrowable")
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class WaitBenchmark {

	private static final int WAITS = 10_000;

	/** What is put around the pool. */
	@Param({ "BARE", "LIFEGUARD" })
	public Subject subject;

	/** Whether the future is a completable one. */
	@Param({ "false", "true" })
	public boolean completable;

	private final CountDownLatch end = new CountDownLatch(1);

	private ConfigurableApplicationContext context;

	private AsyncTaskExecutor pool;

	private Future<?> future;

	/**
	 * Start the application, and a task that does not end.
	 */
	@Setup
	public void start() {
		this.context = Application.start(this.subject, Shape.POOL);
		ThreadPoolTaskExecutor pool = this.context.getBean("measured", ThreadPoolTaskExecutor.class);
		pool.setMaxPoolSize(2);
		pool.setCorePoolSize(2);
		Callable<Object> task = () -> {
			this.end.await();
			return null;
		};
		this.pool = pool;
		this.future = this.completable ? pool.submitCompletable(task) : pool.submit(task);
	}

	/**
	 * Stop the application.
	 */
	@TearDown
	public void stop() {
		this.end.countDown();
		this.context.close();
	}

	/**
	 * Wait.
	 */
	@Benchmark
	@OperationsPerInvocation(WAITS)
	public int get() {
		return CompletableFuture.supplyAsync(this::waitInVain, this.pool).join();
	}

	private int waitInVain() {
		int timeouts = 0;
		for (int i = 0; i < WAITS; i++) {
			try {
				this.future.get(0, TimeUnit.NANOSECONDS);
			}
			catch (TimeoutException ex) {
				timeouts++;
			}
			catch (Exception ex) {
				throw new IllegalStateException(ex);
			}
		}
		return timeouts;
	}

}
