package io.lifeguard.metrics;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

import io.lifeguard.Handling;
import io.lifeguard.LossReason;
import io.lifeguard.Outcome;
import io.lifeguard.PoolHealth;
import io.lifeguard.ReportOutcome;
import io.lifeguard.engine.pool.Pool;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import org.jspecify.annotations.Nullable;

/**
 * The guard's own meters of one pool in one registry. Timers that keep a distribution are
 * recorded on the thread that ran the task, so that exemplars find its trace; all others
 * read the pool's numbers.
 */
final class PoolMeters {

	private final List<Meter> bound = new ArrayList<>();

	private final Pool pool;

	private final MeterRegistry meters;

	PoolMeters(Pool pool, MeterRegistry meters) {
		this.pool = pool;
		this.meters = meters;
	}

	/**
	 * Bind all meters, each at 0 unless there is something to show already.
	 * @return what was bound
	 */
	List<Meter> bind() {
		String name = this.pool.name();
		bindTimes();
		for (Handling handling : Handling.values()) {
			add(FunctionCounter.builder("lifeguard.failures", this.pool, (source) -> source.failures(handling))
				.description("Failures of tasks")
				.tag("pool", name)
				.tag("handling", handling.toString())
				.register(this.meters));
		}
		add(FunctionCounter.builder("lifeguard.rejections", this.pool, Pool::rejections)
			.description("Tasks that the pool did not accept")
			.tag("pool", name)
			.register(this.meters));
		for (LossReason reason : LossReason.values()) {
			add(FunctionCounter.builder("lifeguard.lost", this.pool, (source) -> source.lost(reason))
				.description("Tasks that were accepted and never ran")
				.tag("pool", name)
				.tag("reason", reason.toString())
				.register(this.meters));
		}
		add(FunctionCounter.builder("lifeguard.timeouts", this.pool, Pool::timeouts)
			.description("Tasks that ran into their time limit")
			.tag("pool", name)
			.register(this.meters));
		for (ReportOutcome outcome : ReportOutcome.values()) {
			add(FunctionCounter.builder("lifeguard.reports", this.pool, (source) -> source.reports(outcome))
				.description("Failures handed to the reporters")
				.tag("pool", name)
				.tag("outcome", outcome.toString())
				.register(this.meters));
		}
		add(Gauge.builder("lifeguard.demand", this.pool, Pool::demand)
			.description("Threads that the arriving work needs: arrivals times mean run time")
			.tag("pool", name)
			.register(this.meters));
		add(Gauge.builder("lifeguard.stuck", this.pool, Pool::stuck)
			.description("Tasks that run for longer than the pool's limit")
			.tag("pool", name)
			.register(this.meters));
		add(health(name, this.pool, Pool::health, this.meters));
		return this.bound;
	}

	private void bindTimes() {
		Map<Outcome, Timer> run = new EnumMap<>(Outcome.class);
		for (Outcome outcome : Outcome.values()) {
			Timer timer = new TaskTimer<Pool>("lifeguard.tasks", "Run times of tasks",
					Tags.of("pool", this.pool.name(), "outcome", outcome.toString()),
					(source) -> source.runTimes(outcome))
				.bind(this.pool, this.meters, this.bound);
			if (timer != null) {
				run.put(outcome, timer);
			}
		}
		Timer wait = new TaskTimer<>("lifeguard.tasks.wait", "Times from the submission of a task to its start",
				Tags.of("pool", this.pool.name()), Pool::waitTimes)
			.bind(this.pool, this.meters, this.bound);
		if (wait == null && run.isEmpty()) {
			return;
		}
		this.pool.addListener((outcome, waited, ran) -> {
			Timer timer = run.get(outcome);
			if (timer != null) {
				timer.record(ran, TimeUnit.NANOSECONDS);
			}
			if (wait != null && waited >= 0) {
				wait.record(waited, TimeUnit.NANOSECONDS);
			}
		});
	}

	private <M extends Meter> M add(M meter) {
		this.bound.add(meter);
		return meter;
	}

	/**
	 * Bind what says how well a pool is, of whichever kind.
	 */
	static <P> Gauge health(String name, P pool, Function<P, PoolHealth> health, MeterRegistry meters) {
		return Gauge.builder("lifeguard.health", pool, (source) -> value(health.apply(source).status()))
			.description("Health of the pool: 1 up, 0.5 degraded, 0 down")
			.tag("pool", name)
			.register(meters);
	}

	private static double value(PoolHealth.Status status) {
		return switch (status) {
			case UP -> 1;
			case DEGRADED -> 0.5;
			case DOWN -> 0;
		};
	}

}
