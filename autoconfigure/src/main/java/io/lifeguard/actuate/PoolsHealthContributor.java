package io.lifeguard.actuate;

import java.util.stream.Stream;

import io.lifeguard.PoolHealth;
import io.lifeguard.PoolSnapshot;
import io.lifeguard.ThreadsSnapshot;
import io.lifeguard.engine.pool.Pool;
import io.lifeguard.engine.pool.PoolRegistry;
import io.lifeguard.engine.pool.ReadOnlyPool;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthContributor;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;

/**
 * Contributes the health of each pool, from the moment the pool exists.
 */
public final class PoolsHealthContributor implements CompositeHealthContributor {

	/**
	 * The status of a pool that works, and that somebody should look at.
	 */
	public static final Status DEGRADED = new Status("DEGRADED");

	private final PoolRegistry registry;

	/**
	 * Create a contributor.
	 */
	public PoolsHealthContributor(PoolRegistry registry) {
		this.registry = registry;
	}

	@Override
	public @Nullable HealthContributor getContributor(String name) {
		Pool pool = this.registry.pool(name);
		if (pool != null) {
			return indicator(pool);
		}
		ReadOnlyPool readOnly = this.registry.readOnlyPools().get(name);
		return (readOnly != null) ? indicator(readOnly) : null;
	}

	@Override
	public Stream<Entry> stream() {
		return Stream.concat(this.registry.pools().stream().map((pool) -> new Entry(pool.name(), indicator(pool))),
				this.registry.readOnlyPools().all().stream().map((pool) -> new Entry(pool.name(), indicator(pool))));
	}

	private static HealthIndicator indicator(Pool pool) {
		return () -> health(pool);
	}

	private static HealthIndicator indicator(ReadOnlyPool pool) {
		return () -> health(pool);
	}

	private static Health health(Pool pool) {
		PoolSnapshot snapshot = pool.snapshot();
		PoolSnapshot.Tasks tasks = snapshot.tasks();
		return builder(pool.health()).withDetail("running", tasks.running())
			.withDetail("queued", tasks.queued())
			.withDetail("stuck", snapshot.stuck())
			.withDetail("failed", tasks.failed())
			.withDetail("rejected", tasks.rejected())
			.build();
	}

	private static Health health(ReadOnlyPool pool) {
		ThreadsSnapshot snapshot = pool.snapshot();
		Health.Builder builder = builder(pool.health());
		if (snapshot.active() != null) {
			builder.withDetail("running", snapshot.active());
		}
		if (snapshot.queue() != null) {
			builder.withDetail("queued", snapshot.queue().size());
		}
		return builder.build();
	}

	private static Health.Builder builder(PoolHealth health) {
		Health.Builder builder = switch (health.status()) {
			case UP -> Health.up();
			case DEGRADED -> Health.status(DEGRADED);
			case DOWN -> Health.down();
		};
		if (!health.reasons().isEmpty()) {
			builder.withDetail("reason", String.join("; ", health.reasons()));
		}
		return builder.withDetail("since", health.since().toString());
	}

}
