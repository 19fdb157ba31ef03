package io.lifeguard.benchmarks;

import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import io.lifeguard.Lifeguard;
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

import org.springframework.boot.Banner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

/**
 * What one run of a schedule costs, without the scheduler's own work.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class ScheduleBenchmark {

	/** Whether the scheduler is guarded. */
	@Param({ "false", "true" })
	public boolean guarded;

	private final Handing scheduler = new Handing();

	private ConfigurableApplicationContext context;

	private Runnable run;

	/**
	 * Start the application, and schedule a task.
	 */
	@Setup
	public void start() {
		this.context = new SpringApplicationBuilder(Empty.class).web(WebApplicationType.NONE)
			.bannerMode(Banner.Mode.OFF)
			.properties("logging.level.root=OFF", "sentry.dsn=")
			.run();
		ScheduledExecutorService scheduler = this.guarded ? Lifeguard.guard("measured", this.scheduler)
				: this.scheduler;
		scheduler.scheduleAtFixedRate(() -> {
		}, 1, 1, TimeUnit.DAYS);
		this.run = this.scheduler.task;
	}

	/**
	 * Stop the application.
	 */
	@TearDown
	public void stop() {
		this.scheduler.shutdownNow();
		this.context.close();
	}

	/**
	 * Run the task as the scheduler does.
	 */
	@Benchmark
	public void run() {
		this.run.run();
	}

	/**
	 * An application without anything.
	 */
	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Empty {

	}

	/**
	 * Hands out what it is to run.
	 */
	private static final class Handing extends ScheduledThreadPoolExecutor {

		private Runnable task;

		Handing() {
			super(1);
		}

		@Override
		public ScheduledFuture<?> scheduleAtFixedRate(Runnable task, long initialDelay, long period, TimeUnit unit) {
			this.task = task;
			return super.scheduleAtFixedRate(task, initialDelay, period, unit);
		}

	}

}
