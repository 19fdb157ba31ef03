package io.lifeguard.metrics;

import java.util.Collection;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

import io.lifeguard.TaskTimes;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.distribution.HistogramSnapshot;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import org.jspecify.annotations.Nullable;

import org.springframework.util.ClassUtils;

/**
 * The timer of the tasks of a pool or a schedule. That keeps count, sum and maximum
 * itself, for a fraction of what a {@link Timer} takes to record a task. For Prometheus
 * they say all that a timer does without a histogram, under the same names, so there they
 * are shown as they are.
 *
 * @param <S> what keeps the numbers
 * @param times returns how long the tasks have taken so far
 */
record TaskTimer<S>(String name, String description, Tags tags, Function<S, TaskTimes> times) {

	private static final boolean prometheusPresent = ClassUtils
		.isPresent("io.micrometer.prometheusmetrics.PrometheusMeterRegistry", TaskTimer.class.getClassLoader());

	/**
	 * Register the meter of the given pool or schedule.
	 * @param bound takes what is registered
	 * @return the timer that has to record each task, or {@code null} if none needs to be
	 */
	@Nullable Timer bind(S source, MeterRegistry meters, Collection<Meter> bound) {
		boolean countsSuffice = prometheusPresent && Prometheus.is(meters);
		if (!countsSuffice || DistributionFilters.mayWantOne(id(), meters)) {
			Timer timer = Timer.builder(this.name).description(this.description).tags(this.tags).register(meters);
			if (!countsSuffice || hasDistribution(timer)) {
				bound.add(timer);
				return timer;
			}
			meters.remove(timer);
		}
		bound.add(FunctionTimer
			.builder(this.name, source, (object) -> this.times.apply(object).count(),
					(object) -> this.times.apply(object).total(), TimeUnit.NANOSECONDS)
			.description(this.description)
			.tags(this.tags)
			.register(meters));
		bound.add(Gauge.builder(this.name + ".seconds.max", source, (object) -> this.times.apply(object).max() / 1e9)
			.description(this.description)
			.tags(this.tags)
			.register(meters));
		return null;
	}

	private Meter.Id id() {
		return new Meter.Id(this.name, this.tags, null, this.description, Meter.Type.TIMER);
	}

	private static boolean hasDistribution(Timer timer) {
		HistogramSnapshot snapshot = timer.takeSnapshot();
		return snapshot.histogramCounts().length > 0 || snapshot.percentileValues().length > 0;
	}

	/**
	 * Keeps what may be absent out of sight.
	 */
	private static final class Prometheus {

		static boolean is(MeterRegistry meters) {
			return meters instanceof PrometheusMeterRegistry;
		}

	}

}
