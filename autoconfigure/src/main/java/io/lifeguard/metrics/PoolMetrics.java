package io.lifeguard.metrics;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.lifeguard.Pool;
import io.lifeguard.PoolRegistry;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Binds the meters of all pools, each from the moment its pool exists. Where another pool
 * takes the place of one, or one is gone, its meters go too.
 */
public final class PoolMetrics implements MeterBinder {

	private static final Log logger = LogFactory.getLog(PoolMetrics.class);

	private final Map<MeterRegistry, Map<String, BoundPool>> bound = new ConcurrentHashMap<>();

	private final PoolRegistry registry;

	/**
	 * Create a binder.
	 */
	public PoolMetrics(PoolRegistry registry) {
		this.registry = registry;
		registry.onRemoval((pool) -> this.bound.keySet().forEach((meters) -> unbind(pool, meters)));
	}

	@Override
	public void bindTo(MeterRegistry meters) {
		if (this.bound.putIfAbsent(meters, new ConcurrentHashMap<>()) == null) {
			this.registry.onPool((pool) -> {
				try {
					bind(pool, meters);
				}
				catch (RuntimeException ex) { // no reason to do without the executor
					logger.warn("Meters of pool " + pool.name() + " can't be bound to " + meters, ex);
				}
			});
		}
	}

	private void bind(Pool pool, MeterRegistry meters) {
		Map<String, BoundPool> pools = boundTo(meters);
		BoundPool before = pools.remove(pool.name());
		if (before != null) {
			before.meters().forEach(meters::remove);
		}
		List<Meter> own = new ArrayList<>(new PoolMeters(pool, meters).bind());
		own.addAll(ExecutorMeters.bind(pool, meters));
		pools.put(pool.name(), new BoundPool(pool, own));
	}

	private void unbind(Pool pool, MeterRegistry meters) {
		boundTo(meters).computeIfPresent(pool.name(), (name, bound) -> {
			if (bound.pool() != pool) {
				return bound;
			}
			bound.meters().forEach(meters::remove);
			return null;
		});
	}

	private Map<String, BoundPool> boundTo(MeterRegistry meters) {
		return this.bound.computeIfAbsent(meters, (key) -> new ConcurrentHashMap<>());
	}

	/**
	 * A pool and what was bound of it.
	 */
	private record BoundPool(Pool pool, List<Meter> meters) {

	}

}
