package io.lifeguard.metrics;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.lifeguard.engine.pool.Pool;
import io.lifeguard.engine.pool.PoolRegistry;
import io.lifeguard.engine.pool.ReadOnlyPool;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Binds the meters of all pools, each from the moment its pool exists. Where another pool
 * takes the place of one, or one is gone, its meters go too.
 */
public final class PoolMetrics implements MeterBinder {

	private static final Log logger = LogFactory.getLog(PoolMetrics.class);

	private final Map<MeterRegistry, BoundPools> bound = new ConcurrentHashMap<>();

	private final PoolRegistry registry;

	/**
	 * Create a binder.
	 */
	public PoolMetrics(PoolRegistry registry) {
		this.registry = registry;
		registry.onRemoval((pool) -> this.bound.values().forEach((pools) -> pools.unbind(pool)));
	}

	@Override
	public synchronized void bindTo(MeterRegistry meters) {
		if (this.bound.containsKey(meters)) {
			return;
		}
		BoundPools pools = new BoundPools(meters);
		this.bound.put(meters, pools);
		this.registry.onPool((pool) -> attempt(pool.name(), meters, () -> pools.bind(pool)));
		Map<ReadOnlyPool, Meter> readOnly = new ConcurrentHashMap<>();
		this.registry.readOnlyPools()
			.onPool((pool) -> attempt(pool.name(), meters,
					() -> readOnly.put(pool, PoolMeters.health(pool.name(), pool, ReadOnlyPool::health, meters))),
					(pool) -> remove(readOnly.remove(pool), meters));
	}

	private static void attempt(String pool, MeterRegistry meters, Runnable binding) {
		try {
			binding.run();
		}
		catch (RuntimeException ex) { // no reason to do without the executor
			logger.warn("Meters of pool " + pool + " can't be bound to " + meters, ex);
		}
	}

	private static void remove(@Nullable Meter meter, MeterRegistry meters) {
		if (meter != null) {
			meters.remove(meter);
		}
	}

	/**
	 * The pools whose meters are in one registry.
	 */
	private static final class BoundPools {

		private final Map<String, BoundPool> pools = new ConcurrentHashMap<>();

		private final MeterRegistry meters;

		private final ExecutorMeters executorMeters;

		BoundPools(MeterRegistry meters) {
			this.meters = meters;
			this.executorMeters = new ExecutorMeters(meters);
		}

		void bind(Pool pool) {
			BoundPool before = this.pools.remove(pool.name());
			if (before != null) {
				remove(before);
			}
			List<Meter> own = new PoolMeters(pool, this.meters).bind();
			this.pools.put(pool.name(), new BoundPool(pool, own, this.executorMeters.bind(pool)));
		}

		void unbind(Pool pool) {
			this.pools.computeIfPresent(pool.name(), (name, bound) -> {
				if (bound.pool() != pool) {
					return bound;
				}
				remove(bound);
				return null;
			});
		}

		private void remove(BoundPool bound) {
			bound.meters().forEach(this.meters::remove);
			if (bound.executorMeters()) {
				this.executorMeters.unbind(bound.pool());
			}
		}

	}

	/**
	 * A pool and what was bound of it.
	 *
	 * @param executorMeters whether Micrometer's own meters were bound too
	 */
	private record BoundPool(Pool pool, List<Meter> meters, boolean executorMeters) {

	}

}
