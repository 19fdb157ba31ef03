package io.lifeguard.metrics;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Predicate;

import io.lifeguard.PoolSettings;
import io.lifeguard.ReportSettings;
import io.lifeguard.TaskTimes;
import io.lifeguard.engine.pool.Pool;
import io.lifeguard.engine.pool.PoolRegistry;
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
	void isNoTimerEvenForAMomentWhereNoFilterAsksForADistribution() {
		PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
		meters.config().meterFilter(MeterFilter.maxExpected("lifeguard", Duration.ofSeconds(1)));
		List<Meter> added = new ArrayList<>();
		meters.config().onMeterAdded(added::add);
		assertThat(bind(meters)).isNull();
		assertThat(added).hasSize(2).noneMatch(Timer.class::isInstance);
	}

	@Test
	void isARealTimerWhereThereIsAHistogramToKeep() {
		PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
		meters.config().meterFilter(MeterFilter.renameTag("lifeguard", "pool", "executor"));
		meters.config()
			.meterFilter(new Asking((id) -> "mail".equals(id.getTag("executor")),
					DistributionStatisticConfig.builder().percentilesHistogram(true).build()));
		Timer timer = bind(meters);
		assertThat(timer).isNotNull();
		timer.record(Duration.ofMillis(2));
		assertThat(meters.scrape()).contains("# TYPE lifeguard_tasks_seconds histogram",
				"lifeguard_tasks_seconds_count{executor=\"mail\"} 1",
				"lifeguard_tasks_seconds_max{executor=\"mail\"} 0.002");
	}

	@Test
	void isARealTimerWhereThereAreOtherThingsToKeep() {
		for (DistributionStatisticConfig wanted : List.of(
				DistributionStatisticConfig.builder().percentiles(0.5).build(),
				DistributionStatisticConfig.builder().serviceLevelObjectives(1_000_000).build())) {
			PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
			meters.config().meterFilter(new Asking((id) -> true, wanted));
			assertThat(bind(meters)).isNotNull();
		}
	}

	@Test
	void isARealTimerWhereTheRegistryItselfKeepsHistograms() {
		assertThat(bind(new PrometheusMeterRegistry(PrometheusConfig.DEFAULT) {

			@Override
			protected DistributionStatisticConfig defaultHistogramConfig() {
				return DistributionStatisticConfig.builder()
					.percentilesHistogram(true)
					.build()
					.merge(super.defaultHistogramConfig());
			}

		})).isNotNull();
	}

	@Test
	void letsFiltersSeeWhatTheyWouldSeeOfATimer() {
		PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
		List<List<Double>> seen = new ArrayList<>();
		meters.config().meterFilter(new MeterFilter() {

			@Override
			public DistributionStatisticConfig configure(Meter.Id id, DistributionStatisticConfig config) {
				seen.add(List.of(config.getMinimumExpectedValueAsDouble(), config.getMaximumExpectedValueAsDouble()));
				return config;
			}

		});
		bind(meters);
		meters.timer("other");
		assertThat(seen).hasSize(2);
		assertThat(seen.get(0)).isEqualTo(seen.get(1));
	}

	@Test
	void isNoTimerWhereOneFilterTakesBackWhatAnotherHasAskedFor() {
		PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
		for (boolean histogram : List.of(true, false)) {
			meters.config()
				.meterFilter(new Asking((id) -> true,
						DistributionStatisticConfig.builder().percentilesHistogram(histogram).build()));
		}
		assertThat(bind(meters)).isNull();
		assertThat(meters.scrape()).contains("lifeguard_tasks_seconds_count{pool=\"mail\"} 3");
	}

	@Test
	void isARealTimerForRegistriesThatSendDifferences() {
		MeterRegistry meters = new SimpleMeterRegistry();
		assertThat(bind(meters)).isNotNull();
		assertThat(meters.get("lifeguard.tasks").timer().count()).isZero();
	}

	private @Nullable Timer bind(MeterRegistry meters) {
		return new TaskTimer<Pool>("lifeguard.tasks", "Run times of tasks", Tags.of("pool", "mail"),
				(pool) -> new TaskTimes(3, 6_000_000, 4_000_000))
			.bind(this.pool, meters, new ArrayList<>());
	}

	private record Asking(Predicate<Meter.Id> timers, DistributionStatisticConfig wanted) implements MeterFilter {

		@Override
		public DistributionStatisticConfig configure(Meter.Id id, DistributionStatisticConfig config) {
			return this.timers.test(id) ? this.wanted.merge(config) : config;
		}

	}

}
