package io.lifeguard.actuate;

import io.lifeguard.Schedule;
import io.lifeguard.ScheduleHealth;
import io.lifeguard.engine.pool.PoolRegistry;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/**
 * Indicates whether all schedules are well; of those that are not, the details say what
 * ails them.
 */
public final class SchedulesHealthIndicator extends AbstractHealthIndicator {

	private final PoolRegistry registry;

	/**
	 * Create an indicator.
	 */
	public SchedulesHealthIndicator(PoolRegistry registry) {
		super("Schedules can't be told");
		this.registry = registry;
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) {
		builder.up();
		for (Schedule schedule : this.registry.schedules()) {
			ScheduleHealth health = schedule.health();
			if (health.status() != ScheduleHealth.Status.UP) {
				builder.status(PoolsHealthContributor.DEGRADED)
					.withDetail(schedule.name(), health.status() + " since " + health.since() + ": " + health.reason());
			}
		}
	}

}
