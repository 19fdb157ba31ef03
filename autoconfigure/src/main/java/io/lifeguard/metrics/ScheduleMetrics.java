package io.lifeguard.metrics;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.lifeguard.Schedule;
import io.lifeguard.engine.pool.PoolRegistry;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Binds the meters of all schedules, each for as long as its schedule goes on.
 */
public final class ScheduleMetrics implements MeterBinder {

	private static final Log logger = LogFactory.getLog(ScheduleMetrics.class);

	private final Map<MeterRegistry, Map<Schedule, List<Meter>>> bound = new ConcurrentHashMap<>();

	private final PoolRegistry registry;

	/**
	 * Create a binder.
	 */
	public ScheduleMetrics(PoolRegistry registry) {
		this.registry = registry;
		registry.onScheduleRemoval(this::unbind);
	}

	@Override
	public void bindTo(MeterRegistry meters) {
		Map<Schedule, List<Meter>> schedules = new ConcurrentHashMap<>();
		if (this.bound.putIfAbsent(meters, schedules) == null) {
			this.registry.onSchedule((schedule) -> bind(schedule, meters, schedules));
		}
	}

	private static void bind(Schedule schedule, MeterRegistry meters, Map<Schedule, List<Meter>> schedules) {
		try {
			schedules.put(schedule, new ScheduleMeters(schedule, meters).bind());
		}
		catch (RuntimeException ex) { // no reason not to run it
			logger.warn("Meters of schedule " + schedule.name() + " can't be bound to " + meters, ex);
		}
	}

	private void unbind(Schedule schedule) {
		this.bound.forEach((meters, schedules) -> {
			List<Meter> own = schedules.remove(schedule);
			if (own != null) {
				own.forEach(meters::remove);
			}
		});
	}

}
