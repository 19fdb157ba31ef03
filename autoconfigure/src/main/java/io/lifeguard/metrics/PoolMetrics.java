package io.lifeguard.metrics;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import io.lifeguard.Handling;
import io.lifeguard.LossReason;
import io.lifeguard.Outcome;
import io.lifeguard.Pool;
import io.lifeguard.PoolRegistry;
import io.lifeguard.ReportOutcome;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;

/**
 * Binds the meters of all pools, each from the moment its pool exists.
 */
public final class PoolMetrics implements MeterBinder {

	private final PoolRegistry registry;

	/**
	 * Create a binder.
	 */
	public PoolMetrics(PoolRegistry registry) {
		this.registry = registry;
	}

	@Override
	public void bindTo(MeterRegistry meters) {
		this.registry.onPool((pool) -> bind(pool, meters));
	}

	private void bind(Pool pool, MeterRegistry meters) {
		String name = pool.name();
		bindTimes(pool, meters);
		for (Handling handling : Handling.values()) {
			FunctionCounter.builder("lifeguard.failures", pool, (source) -> source.failures(handling))
				.description("Failures of tasks")
				.tag("pool", name)
				.tag("handling", handling.toString())
				.register(meters);
		}
		FunctionCounter.builder("lifeguard.rejections", pool, Pool::rejections)
			.description("Tasks that the pool did not accept")
			.tag("pool", name)
			.register(meters);
		for (LossReason reason : LossReason.values()) {
			FunctionCounter.builder("lifeguard.lost", pool, (source) -> source.lost(reason))
				.description("Tasks that were accepted and never ran")
				.tag("pool", name)
				.tag("reason", reason.toString())
				.register(meters);
		}
		FunctionCounter.builder("lifeguard.timeouts", pool, Pool::timeouts)
			.description("Tasks that ran into their time limit")
			.tag("pool", name)
			.register(meters);
		for (ReportOutcome outcome : ReportOutcome.values()) {
			FunctionCounter.builder("lifeguard.reports", pool, (source) -> source.reports(outcome))
				.description("Failures handed to the reporters")
				.tag("pool", name)
				.tag("outcome", outcome.toString())
				.register(meters);
		}
		Gauge.builder("lifeguard.stuck", pool, Pool::stuck)
			.description("Tasks that run for longer than the pool's limit")
			.tag("pool", name)
			.register(meters);
		Gauge.builder("lifeguard.health", pool, PoolMetrics::health)
			.description("Health of the pool: 1 up, 0.5 degraded, 0 down")
			.tag("pool", name)
			.register(meters);
	}

	private static void bindTimes(Pool pool, MeterRegistry meters) {
		Map<Outcome, Timer> run = new EnumMap<>(Outcome.class);
		for (Outcome outcome : Outcome.values()) {
			TaskTimer timer = new TaskTimer("lifeguard.tasks", "Run times of tasks",
					Tags.of("pool", pool.name(), "outcome", outcome.toString()), (source) -> source.runTimes(outcome));
			timer.bind(pool, meters).ifPresent((recording) -> run.put(outcome, recording));
		}
		Timer wait = new TaskTimer("lifeguard.tasks.wait", "Times from the submission of a task to its start",
				Tags.of("pool", pool.name()), Pool::waitTimes)
			.bind(pool, meters)
			.orElse(null);
		if (wait == null && run.isEmpty()) {
			return;
		}
		pool.addListener((outcome, waited, ran) -> {
			Timer timer = run.get(outcome);
			if (timer != null) {
				timer.record(ran, TimeUnit.NANOSECONDS);
			}
			if (wait != null && waited >= 0) {
				wait.record(waited, TimeUnit.NANOSECONDS);
			}
		});
	}

	private static double health(Pool pool) {
		return switch (pool.health().status()) {
			case UP -> 1;
			case DEGRADED -> 0.5;
			case DOWN -> 0;
		};
	}

}
