package io.lifeguard.metrics;

import java.lang.reflect.Field;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import org.jspecify.annotations.Nullable;

import org.springframework.util.ReflectionUtils;

/**
 * Asks the filters of a registry for Prometheus whether a timer is to keep a
 * distribution. The only other way to find out is to register the timer, which for a
 * first one takes longer than all other meters of a pool.
 */
final class DistributionFilters {

	private static final @Nullable Field filters = accessible(
			ReflectionUtils.findField(MeterRegistry.class, "filters", MeterFilter[].class));

	private DistributionFilters() {
	}

	/**
	 * Whether a timer may have to keep a distribution: {@code false} only if no filter
	 * wants one, nor the registry itself, which a subclass may.
	 */
	static boolean mayWantOne(Meter.Id timer, MeterRegistry meters) {
		if (meters.getClass() != PrometheusMeterRegistry.class || filters == null
				|| !(ReflectionUtils.getField(filters, meters) instanceof MeterFilter[] present)) {
			return true;
		}
		Meter.Id mapped = timer;
		for (MeterFilter filter : present) {
			mapped = filter.map(mapped);
		}
		// As any timer has it to begin with
		DistributionStatisticConfig config = DistributionStatisticConfig.builder()
			.minimumExpectedValue((double) TimeUnit.MILLISECONDS.toNanos(1))
			.maximumExpectedValue((double) TimeUnit.SECONDS.toNanos(30))
			.build();
		for (MeterFilter filter : present) {
			DistributionStatisticConfig configured = filter.configure(mapped, config);
			config = (configured != null) ? configured : config;
			if (config.isPublishingHistogram() || config.isPublishingPercentiles()) {
				return true;
			}
		}
		return false;
	}

	private static @Nullable Field accessible(@Nullable Field field) {
		return (field != null && field.trySetAccessible()) ? field : null;
	}

}
