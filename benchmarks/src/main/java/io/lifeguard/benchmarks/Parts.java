package io.lifeguard.benchmarks;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What the parts cost of which a guard can be made.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 15, time = 100, timeUnit = TimeUnit.MILLISECONDS)
public class Parts {

	private final LongAdder adder = new LongAdder();

	private final AtomicInteger state = new AtomicInteger();

	private final Timer timer = Timer.builder("timer").register(new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));

	/**
	 * Read the clock.
	 */
	@Benchmark
	public long clock() {
		return System.nanoTime();
	}

	/**
	 * Add to a number that threads share.
	 */
	@Benchmark
	public void adder() {
		this.adder.increment();
	}

	/**
	 * Go from one state to another and back: twice a compare-and-set.
	 */
	@Benchmark
	public boolean twoStates() {
		return this.state.compareAndSet(0, 1) && this.state.compareAndSet(1, 0);
	}

	/**
	 * Record a time into a timer for Prometheus.
	 */
	@Benchmark
	public void timer() {
		this.timer.record(100, TimeUnit.NANOSECONDS);
	}

}
