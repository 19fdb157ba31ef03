package io.lifeguard.sentry;

import java.util.LinkedHashMap;
import java.util.Map;

import io.lifeguard.engine.pool.Pool;
import io.lifeguard.engine.pool.PoolRegistry;
import io.lifeguard.PoolSnapshot;

/**
 * The context that tells of a pool as it is now.
 */
final class PoolContext {

	static final String NAME = "Task Pool";

	private PoolContext() {
	}

	static Map<String, Object> of(PoolRegistry registry, String poolName) {
		Map<String, Object> context = new LinkedHashMap<>();
		context.put("pool", poolName);
		Pool pool = registry.pool(poolName);
		if (pool != null) {
			PoolSnapshot snapshot = pool.snapshot();
			PoolSnapshot.Size size = snapshot.size();
			if (size != null) {
				context.put("size", size.current());
				context.put("core", size.core());
				if (size.max() != null) {
					context.put("max", size.max());
				}
			}
			if (snapshot.active() != null) {
				context.put("active", snapshot.active());
			}
			context.put("queued", snapshot.tasks().queued());
			context.put("running", snapshot.tasks().running());
		}
		return context;
	}

}
