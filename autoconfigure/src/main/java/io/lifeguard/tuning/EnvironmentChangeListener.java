package io.lifeguard.tuning;

import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

import io.lifeguard.DeclaredPool;
import io.lifeguard.engine.pool.Pool;
import io.lifeguard.engine.pool.PoolRegistry;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.cloud.context.environment.EnvironmentChangeEvent;
import org.springframework.context.ApplicationListener;

/**
 * Changes running pools when the environment has changed, whatever feeds it. A value that
 * makes no sense is logged, and leaves its pool as it is.
 */
public final class EnvironmentChangeListener implements ApplicationListener<EnvironmentChangeEvent> {

	private static final Log logger = LogFactory.getLog(EnvironmentChangeListener.class);

	/** What {@link PoolChange} can change of a running pool. */
	private static final Set<String> RESIZABLE = Set.of("coresize", "maxsize", "queuecapacity", "keepalive",
			"concurrencylimit");

	private final PoolRegistry registry;

	private final Supplier<PoolSpecs> specs;

	private PoolSpecs present;

	/**
	 * Create a listener.
	 * @param specs reads the specs from the environment as it is then
	 */
	public EnvironmentChangeListener(PoolRegistry registry, Supplier<PoolSpecs> specs) {
		this.registry = registry;
		this.specs = specs;
		this.present = specs.get();
	}

	@Override
	public synchronized void onApplicationEvent(EnvironmentChangeEvent event) {
		if (event.getKeys().stream().noneMatch((key) -> PropertyNames.canonical(key).startsWith("lifeguard"))) {
			return;
		}
		PoolSpecs changed;
		try {
			changed = this.specs.get();
		}
		catch (RuntimeException ex) {
			logger.error("Pools stay as they are: the changed environment has an invalid value. " + ex.getMessage(),
					ex);
			return;
		}
		for (Pool pool : this.registry.pools()) {
			try {
				PoolChange change = change(spec(this.present, pool), spec(changed, pool));
				if (!change.isEmpty()) {
					PoolResizer.resize(pool, change, "the environment");
				}
			}
			catch (InvalidPoolChangeException ex) {
				logger.error("Pool " + pool.name() + " stays as it is: " + ex.property() + " " + ex.value() + " "
						+ ex.reason());
			}
			catch (RuntimeException ex) { // as from an application's own class
				logger.error("Pool " + pool.name() + " could not be changed", ex);
			}
		}
		this.present = changed;
		List<String> later = event.getKeys().stream().filter(this::takesEffectLater).sorted().toList();
		if (!later.isEmpty()) {
			logger.warn("Takes effect at the next start: " + String.join(", ", later));
		}
	}

	/**
	 * Whether a changed key is ours and none that a running pool can follow.
	 */
	private boolean takesEffectLater(String key) {
		String changed = PropertyNames.canonical(key);
		return changed.startsWith("lifeguard") && this.registry.pools()
			.stream()
			.map((pool) -> PropertyNames.canonical(PropertyNames.of(pool.name())))
			.noneMatch((pool) -> RESIZABLE.stream().anyMatch((name) -> changed.equals(pool + "." + name)));
	}

	/**
	 * Return what the pool is to be, of a declared one with its defaults.
	 */
	private static @Nullable PoolSpec spec(PoolSpecs specs, Pool pool) {
		PoolSpec spec = specs.find(pool.name());
		boolean virtual = pool.executor() instanceof DeclaredThreads;
		return (spec != null && pool.executor() instanceof DeclaredPool) ? spec.withDefaults(virtual) : spec;
	}

	private static PoolChange change(@Nullable PoolSpec before, @Nullable PoolSpec after) {
		if (after == null) {
			return new PoolChange(null, null, null, null, null);
		}
		return new PoolChange(changed((before != null) ? before.coreSize() : null, after.coreSize()),
				changed((before != null) ? before.maxSize() : null, after.maxSize()),
				changed((before != null) ? before.queueCapacity() : null, after.queueCapacity()),
				changed((before != null) ? before.keepAlive() : null, after.keepAlive()),
				changed((before != null) ? before.concurrencyLimit() : null, after.concurrencyLimit()));
	}

	private static <T> @Nullable T changed(@Nullable T before, @Nullable T after) {
		return (after != null && !after.equals(before)) ? after : null;
	}

}
