package io.lifeguard.actuate;

import java.util.LinkedHashMap;
import java.util.Map;

import io.lifeguard.Schedule;
import io.lifeguard.engine.pool.PoolRegistry;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.OperationResponseBody;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;

/**
 * {@link Endpoint @Endpoint} that shows what runs again and again.
 */
@Endpoint(id = "schedules")
public final class SchedulesEndpoint {

	private final PoolRegistry registry;

	/**
	 * Create an endpoint.
	 */
	public SchedulesEndpoint(PoolRegistry registry) {
		this.registry = registry;
	}

	/**
	 * Return all schedules.
	 */
	@ReadOperation
	public SchedulesDescriptor schedules() {
		Map<String, ScheduleDescriptor> schedules = new LinkedHashMap<>();
		this.registry.schedules()
			.forEach((schedule) -> schedules.put(schedule.name(), ScheduleDescriptor.of(schedule)));
		return new SchedulesDescriptor(schedules);
	}

	/**
	 * Return the schedule of the given name, or {@code null} if there is none.
	 */
	@ReadOperation
	public @Nullable ScheduleDescriptor schedule(@Selector String name) {
		Schedule schedule = this.registry.schedule(name);
		return (schedule != null) ? ScheduleDescriptor.of(schedule) : null;
	}

	/**
	 * Describes all schedules.
	 *
	 * @param schedules the schedules by name
	 */
	public record SchedulesDescriptor(Map<String, ScheduleDescriptor> schedules) implements OperationResponseBody {

	}

}
