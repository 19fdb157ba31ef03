package io.lifeguard.benchmarks;

import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

import io.lifeguard.engine.pool.PoolRegistry;
import io.lifeguard.engine.task.Ledger;
import io.sentry.Sentry;
import io.sentry.protocol.User;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

import org.springframework.context.ConfigurableApplicationContext;

/**
 * What it costs to keep what the submitter's scopes hold, beside a mere reference to
 * them, which tells what they have become by the time of the report.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 10, time = 1)
public class CaptureBenchmark {

	private final Object task = new Object();

	private @Nullable ConfigurableApplicationContext context;

	private @Nullable Ledger ledger;

	private int message;

	/**
	 * Start the application, and give the thread scopes as those of a request are.
	 */
	@Setup(Level.Trial)
	public void start() {
		this.context = Application.start(Subject.LIFEGUARD_SENTRY, Shape.POOL);
		this.context.getBean("measured", Executor.class);
		this.ledger = this.context.getBean(PoolRegistry.class).pool("measured").ledger();
		Sentry.forkedRootScopes("request").makeCurrent();
		User user = new User();
		user.setId("alice");
		Sentry.setUser(user);
		Sentry.setTag("tenant", "acme");
		Sentry.setTag("channel", "web");
	}

	/**
	 * Stop the application.
	 */
	@TearDown(Level.Trial)
	public void stop() {
		this.context.close();
	}

	/**
	 * Keep a reference.
	 */
	@Benchmark
	public Object reference() {
		return Sentry.getCurrentScopes(false);
	}

	/**
	 * Keep the values of scopes that stay the same.
	 */
	@Benchmark
	public Object unchanged() {
		return this.ledger.captureOrigin(this.task);
	}

	/**
	 * Change a tag of the scopes.
	 */
	@Benchmark
	public void change() {
		Sentry.setTag("message", ((this.message++ & 1) == 0) ? "even" : "odd");
	}

	/**
	 * Change a tag of the scopes, and keep their values.
	 */
	@Benchmark
	public Object changed() {
		change();
		return this.ledger.captureOrigin(this.task);
	}

}
