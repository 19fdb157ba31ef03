package io.lifeguard.benchmarks;

import java.util.concurrent.TimeUnit;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
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
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

/**
 * What it costs when Prometheus asks for the meters of an application with many pools,
 * each of which has run tasks.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
public class ScrapeBenchmark {

	/** Whether the pools are guarded. */
	@Param({ "false", "true" })
	public boolean guarded;

	/** How many there are. */
	@Param("1000")
	public int pools;

	private ConfigurableApplicationContext context;

	private PrometheusMeterRegistry meters;

	/**
	 * Start the application, and run some tasks.
	 */
	@Setup
	public void start() throws Exception {
		this.context = new SpringApplicationBuilder(Empty.class).web(WebApplicationType.NONE)
			.bannerMode(Banner.Mode.OFF)
			.properties("logging.level.root=OFF", "sentry.dsn=", "lifeguard.enabled=" + this.guarded,
					"spring.task.execution.mode=force")
			.initializers((context) -> register((GenericApplicationContext) context))
			.run();
		this.meters = this.context.getBean(PrometheusMeterRegistry.class);
		for (int i = 0; i < 4 * this.pools; i++) {
			this.context.getBean("pool" + i % this.pools, ThreadPoolTaskExecutor.class).submit(() -> {
			}).get();
		}
	}

	private void register(GenericApplicationContext context) {
		for (int i = 0; i < this.pools; i++) {
			context.registerBean("pool" + i, ThreadPoolTaskExecutor.class, () -> {
				ThreadPoolTaskExecutor pool = new ThreadPoolTaskExecutor();
				pool.setCorePoolSize(2);
				return pool;
			});
		}
	}

	/**
	 * Stop the application.
	 */
	@TearDown
	public void stop() {
		this.context.close();
	}

	/**
	 * Write all meters.
	 */
	@Benchmark
	public String scrape() {
		return this.meters.scrape();
	}

	/**
	 * An application without anything but its pools.
	 */
	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Empty {

	}

}
