package io.lifeguard.engine.guard;

import java.util.concurrent.ExecutorService;

import io.lifeguard.Lifeguard;
import io.lifeguard.engine.pool.Guarded;
import io.lifeguard.engine.pool.Pool;
import io.lifeguard.engine.pool.PoolRegistry;

/**
 * Guards by hand what is no bean, as pools of one application.
 */
public final class HandGuard implements Lifeguard.Guards {

	private final PoolRegistry registry;

	/**
	 * Create what guards executors as pools of the given registry.
	 */
	public HandGuard(PoolRegistry registry) {
		this.registry = registry;
	}

	/**
	 * Let {@link Lifeguard} guard executors as pools of the given registry, until that
	 * closes.
	 */
	public static void attach(PoolRegistry registry) {
		HandGuard guard = new HandGuard(registry);
		Lifeguard.attach(guard);
		registry.onTick((last) -> {
			if (last) {
				Lifeguard.detach(guard);
			}
		});
	}

	@Override
	public ExecutorService guard(String name, ExecutorService executor) {
		if (executor instanceof Guarded) {
			return executor;
		}
		Pool pool = this.registry.registerBeside(name, executor);
		pool.lifecycle().closedByCaller();
		return (ExecutorService) ExecutorGuard.of(executor, pool);
	}

}
