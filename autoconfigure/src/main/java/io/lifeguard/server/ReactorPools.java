package io.lifeguard.server;

import java.lang.reflect.Field;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

import io.lifeguard.engine.pool.PoolRegistry;
import io.lifeguard.engine.pool.ReadOnlyPools;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

import org.springframework.util.ReflectionUtils;

/**
 * Shows the schedulers that all users of Reactor share, each once somebody else has made
 * it and until it is disposed of. Looks at where Reactor keeps them, for its methods
 * would make them.
 */
public final class ReactorPools {

	private static final String SIZES = "the system properties reactor.schedulers.*";

	private final Map<String, Field> kept = new HashMap<>();

	private final Map<String, Scheduler> shown = new HashMap<>();

	private final ReadOnlyPools pools;

	/**
	 * Look for schedulers from now on, on a thread of the given registry's.
	 */
	public ReactorPools(PoolRegistry registry) {
		this.pools = registry.readOnlyPools();
		keep("reactor-parallel", "CACHED_PARALLEL");
		keep("reactor-bounded-elastic", "CACHED_BOUNDED_ELASTIC");
		keep("reactor-single", "CACHED_SINGLE");
		this.pools.addFinder(this::look);
	}

	private void keep(String pool, String fieldName) {
		Field field = ReflectionUtils.findField(Schedulers.class, fieldName);
		if (field != null && field.trySetAccessible()) {
			this.kept.put(pool, field);
		}
	}

	private void look() {
		this.kept.forEach((pool, field) -> {
			Scheduler scheduler = scheduler(field);
			if (scheduler == this.shown.get(pool)) {
				return;
			}
			if (scheduler == null) {
				this.shown.remove(pool);
				this.pools.hide(pool);
			}
			else {
				this.shown.put(pool, scheduler);
				ReactorThreads threads = new ReactorThreads(scheduler);
				this.pools.show(pool, threads::snapshot, SIZES);
			}
		});
	}

	/**
	 * Return the scheduler that is in the given field, or {@code null} if there is none
	 * that works.
	 */
	private static @Nullable Scheduler scheduler(Field field) {
		Object reference = ReflectionUtils.getField(field, null);
		Object cached = (reference instanceof AtomicReference<?> holder) ? holder.get() : null;
		// What is cached has the scheduler itself within
		return (cached instanceof Supplier<?> supplier && supplier.get() instanceof Scheduler scheduler
				&& !scheduler.isDisposed()) ? scheduler : null;
	}

}
