package io.lifeguard.metrics;

import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.Executor;

import io.lifeguard.Pool;
import io.lifeguard.PoolRegistry;
import io.lifeguard.PoolSettings;
import io.lifeguard.ReportSettings;
import io.lifeguard.TaskTimes;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link TaskTimer}.
 */
class TaskTimerTests {

	private final PoolRegistry pools = new PoolRegistry((name) -> PoolSettings.DEFAULT, ReportSettings.DEFAULT);

	private final Pool pool = this.pools.register("mail", (Executor) Runnable::run);

	@AfterEach
	void close() {
		this.pools.close();
	}

	@Test
	void showsPrometheusWhatATimerWould() {
		PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
		assertThat(bind(meters)).isNull();
		assertThat(meters.scrape()).contains("# TYPE lifeguard_tasks_seconds summary",
				"lifeguard_tasks_seconds_count{pool=\"mail\"} 3", "lifeguard_tasks_seconds_sum{pool=\"mail\"} 0.006",
				"# TYPE lifeguard_tasks_seconds_max gauge", "lifeguard_tasks_seconds_max{pool=\"mail\"} 0.004",
				"# HELP lifeguard_tasks_seconds Run times of tasks",
				"# HELP lifeguard_tasks_seconds_max Run times of tasks");
	}

	@Test
	void isARealTimerWhereThereIsAHistogramToKeep() {
		PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
		meters.config().meterFilter(new MeterFilter() {

			@Override
			public DistributionStatisticConfig configure(Meter.Id id, DistributionStatisticConfig config) {
				return DistributionStatisticConfig.builder().percentilesHistogram(true).build().merge(config);
			}

		});
		Timer timer = bind(meters);
		assertThat(timer).isNotNull();
		timer.record(Duration.ofMillis(2));
		assertThat(meters.scrape()).contains("# TYPE lifeguard_tasks_seconds histogram",
				"lifeguard_tasks_seconds_count{pool=\"mail\"} 1", "lifeguard_tasks_seconds_max{pool=\"mail\"} 0.002");
	}

	@Test
	void isARealTimerForRegistriesThatSendDifferences() {
		MeterRegistry meters = new SimpleMeterRegistry();
		assertThat(bind(meters)).isNotNull();
		assertThat(meters.get("lifeguard.tasks").timer().count()).isZero();
	}

	private @Nullable Timer bind(MeterRegistry meters) {
		return new TaskTimer("lifeguard.tasks", "Run times of tasks", Tags.of("pool", "mail"),
				(pool) -> new TaskTimes(3, 6_000_000, 4_000_000))
			.bind(this.pool, meters, new ArrayList<>());
	}

}
