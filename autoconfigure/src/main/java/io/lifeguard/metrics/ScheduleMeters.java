package io.lifeguard.metrics;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import io.lifeguard.Outcome;
import io.lifeguard.Schedule;
import io.lifeguard.ScheduleListener;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.Timer;
import org.jspecify.annotations.Nullable;

/**
 * The meters of one schedule in one registry. Timers that keep a distribution are
 * recorded on the thread that ran the task; all others read the schedule's numbers.
 */
final class ScheduleMeters {

	private final List<Meter> bound = new ArrayList<>();

	private final Schedule schedule;

	private final MeterRegistry meters;

	private final Tags tags;

	ScheduleMeters(Schedule schedule, MeterRegistry meters) {
		this.schedule = schedule;
		this.meters = meters;
		this.tags = Tags.of("pool", schedule.pool(), "schedule", schedule.name());
	}

	/**
	 * Bind all meters, each at 0 unless there is something to show already.
	 * @return what was bound
	 */
	List<Meter> bind() {
		bindTimes();
		this.bound.add(TimeGauge
			.builder("lifeguard.schedule.last.success", this.schedule, TimeUnit.MILLISECONDS,
					ScheduleMeters::lastSuccess)
			.description("When a run has succeeded last, since the epoch")
			.tags(this.tags)
			.register(this.meters));
		this.bound.add(Gauge.builder("lifeguard.schedule.health", this.schedule, ScheduleMeters::health)
			.description("Health of the schedule: 1 up, 0.5 failing, overdue or silent, 0 dead")
			.tags(this.tags)
			.register(this.meters));
		return this.bound;
	}

	private void bindTimes() {
		Map<Outcome, Timer> runs = new EnumMap<>(Outcome.class);
		for (Outcome outcome : Outcome.values()) {
			Timer timer = new TaskTimer<Schedule>("lifeguard.schedule.runs", "Run times of the schedule",
					this.tags.and("outcome", outcome.toString()), (source) -> source.runTimes(outcome))
				.bind(this.schedule, this.meters, this.bound);
			if (timer != null) {
				runs.put(outcome, timer);
			}
		}
		Timer lag = new TaskTimer<>("lifeguard.schedule.lag", "Times from when a run was due to its start", this.tags,
				Schedule::lags)
			.bind(this.schedule, this.meters, this.bound);
		if (lag != null || !runs.isEmpty()) {
			this.schedule.addListener(new Recorder(runs, lag));
		}
	}

	private static double lastSuccess(Schedule schedule) {
		Long millis = schedule.lastSuccess();
		return (millis != null) ? millis : Double.NaN;
	}

	private static double health(Schedule schedule) {
		return switch (schedule.health().status()) {
			case UP -> 1;
			case FAILING, OVERDUE, SILENT -> 0.5;
			case DEAD -> 0;
		};
	}

	/**
	 * Records each run.
	 */
	private record Recorder(Map<Outcome, Timer> runs, @Nullable Timer lag) implements ScheduleListener {

		@Override
		public void started(Object run, long nanos) {
			if (this.lag != null) {
				this.lag.record(nanos, TimeUnit.NANOSECONDS);
			}
		}

		@Override
		public void ended(Object run, Outcome outcome, long nanos) {
			Timer timer = this.runs.get(outcome);
			if (timer != null) {
				timer.record(nanos, TimeUnit.NANOSECONDS);
			}
		}

	}

}
