package io.lifeguard.benchmarks;

import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
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

/**
 * What one task costs from its submission to its end.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public abstract class TaskBenchmark {

	/**
	 * For virtual threads: with two carriers their time depends on which of them comes
	 * first to take the next one, which a nanosecond more or less decides.
	 */
	private static final String ONE_CARRIER = "-Djdk.virtualThreadScheduler.parallelism=1";

	/** What is put around the executor. */
	@Param({ "BARE", "MICROMETER", "SENTRY", "DYNAMIC_TP", "LIFEGUARD", "LIFEGUARD_SENTRY" })
	public Subject subject;

	private ConfigurableApplicationContext context;

	Executor executor;

	Relay relay;

	abstract Shape shape();

	abstract Relay newRelay(ConfigurableApplicationContext context);

	/**
	 * Start the application.
	 */
	@Setup(Level.Trial)
	public void start() {
		Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> {
		});
		this.context = Application.start(this.subject, shape());
		this.executor = this.context.getBean("measured", Executor.class);
		this.relay = newRelay(this.context);
	}

	/**
	 * Stop the application.
	 */
	@TearDown(Level.Trial)
	public void stop() {
		this.context.close();
	}

	/**
	 * Pools of one thread, by each way to submit, with a short and a long queue.
	 */
	public static class Pooled extends TaskBenchmark {

		/** How tasks are submitted. */
		@Param({ "EXECUTE", "SUBMIT", "SUBMIT_COMPLETABLE", "ASYNC" })
		public Way way;

		/** How many tasks wait. */
		@Param({ "1", "10000" })
		public int queued;

		@Override
		Shape shape() {
			return Shape.POOL;
		}

		@Override
		Relay newRelay(ConfigurableApplicationContext context) {
			return new Relay(this.way.through(this.executor, context));
		}

		/**
		 * Run a task.
		 */
		@Benchmark
		@OperationsPerInvocation(50_000)
		public void task() throws InterruptedException {
			this.relay.run(50_000, this.queued);
		}

	}

	/**
	 * Pools with a decorator.
	 */
	public static class Decorated extends TaskBenchmark {

		/** The kind of decorator. */
		@Param({ "DECORATED", "PROPAGATING" })
		public Shape decorator;

		/** How tasks are submitted. */
		@Param({ "EXECUTE", "SUBMIT" })
		public Way way;

		/** How many tasks wait. */
		@Param({ "1", "10000" })
		public int queued;

		@Override
		Shape shape() {
			return this.decorator;
		}

		@Override
		Relay newRelay(ConfigurableApplicationContext context) {
			return new Relay(this.way.through(this.executor, context));
		}

		/**
		 * Run a task.
		 */
		@Benchmark
		@OperationsPerInvocation(20_000)
		public void decoratedTask() throws InterruptedException {
			this.relay.run(20_000, this.queued);
		}

	}

	/**
	 * Tasks that fail. What a bare pool loses is lost in silence here, too.
	 */
	public static class Failing extends TaskBenchmark {

		/** How tasks are submitted, and whether their failure is read. */
		@Param({ "EXECUTED", "READ", "UNREAD" })
		public Kind kind;

		@Override
		Shape shape() {
			return Shape.POOL;
		}

		@Override
		Relay newRelay(ConfigurableApplicationContext context) {
			Way way = (this.kind == Kind.EXECUTED) ? Way.EXECUTE : Way.SUBMIT;
			return new Relay.Failing(way.through(this.executor, context), this.kind == Kind.READ);
		}

		/**
		 * Fail a task.
		 */
		@Benchmark
		@OperationsPerInvocation(5_000)
		public void failingTask() throws InterruptedException {
			this.relay.run(5_000, 1);
		}

		/**
		 * How a failure comes about.
		 */
		public enum Kind {

			/**
			 * An executed task fails.
			 */
			EXECUTED,

			/**
			 * A submitted task fails, and its future is read.
			 */
			READ,

			/**
			 * A submitted task fails, and nobody cares.
			 */
			UNREAD

		}

	}

	/**
	 * Tasks that work for some microseconds.
	 */
	@Fork(value = 1, jvmArgsAppend = ONE_CARRIER)
	public static class Working extends TaskBenchmark {

		/** What runs them. */
		@Param({ "POOL", "VIRTUAL" })
		public Shape on;

		/** For how many microseconds they work. */
		@Param({ "1", "20" })
		public int micros;

		@Override
		Shape shape() {
			return this.on;
		}

		@Override
		Relay newRelay(ConfigurableApplicationContext context) {
			return new Relay.Working(Way.EXECUTE.through(this.executor, context), this.micros * 1000L);
		}

		/**
		 * Run a task.
		 */
		@Benchmark
		@OperationsPerInvocation(1_000)
		public void workingTask() throws InterruptedException {
			this.relay.run(1_000, 1);
		}

	}

	/**
	 * No hand-over to another thread.
	 */
	public static class Inline extends TaskBenchmark {

		private int runs;

		private final Runnable task = () -> this.runs++;

		@Override
		Shape shape() {
			return Shape.DIRECT;
		}

		@Override
		Relay newRelay(ConfigurableApplicationContext context) {
			return null;
		}

		/**
		 * Run a task.
		 */
		@Benchmark
		public int inlineTask() {
			this.executor.execute(this.task);
			return this.runs;
		}

	}

	/**
	 * A virtual thread a task.
	 */
	@Fork(value = 1, jvmArgsAppend = ONE_CARRIER)
	public static class Virtual extends TaskBenchmark {

		/** How tasks are submitted. */
		@Param({ "EXECUTE", "SUBMIT" })
		public Way way;

		/**
		 * How many tasks are there at a time: each starts the next one, or one thread
		 * starts all.
		 */
		@Param({ "1", "20000" })
		public int queued;

		@Override
		Shape shape() {
			return Shape.VIRTUAL;
		}

		@Override
		Relay newRelay(ConfigurableApplicationContext context) {
			Relay.Submission submission = this.way.through(this.executor, context);
			return (this.queued == 1) ? new Relay(submission) : new Relay.Burst(submission);
		}

		/**
		 * Run a task.
		 */
		@Benchmark
		@OperationsPerInvocation(20_000)
		public void virtualTask() throws InterruptedException {
			this.relay.run(20_000, this.queued);
		}

	}

}
