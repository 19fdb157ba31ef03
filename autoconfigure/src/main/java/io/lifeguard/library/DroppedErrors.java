package io.lifeguard.library;

import java.lang.reflect.Field;
import java.util.function.Consumer;

import io.lifeguard.engine.pool.PoolRegistry;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Operators;
import reactor.util.Logger;
import reactor.util.Loggers;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.util.ReflectionUtils;

/**
 * What Reactor drops, since there is nobody to signal it to: an error after the end of a
 * sequence, or one that its subscriber has no handler for. Reactor has one hook for the
 * whole JVM, which is taken only where the application has not, and left to it where it
 * comes later. Reactor's log line stays.
 */
public final class DroppedErrors implements DisposableBean {

	private static final Logger logger = Loggers.getLogger(Operators.class);

	private static final @Nullable Field present = ReflectionUtils.findField(Hooks.class, "onErrorDroppedHook");

	private static final Consumer<Throwable> HOOK = DroppedErrors::dropped;

	/** Where nobody can tell, the hook is the application's. */
	private static final Object UNKNOWN = new Object();

	private static int applications;

	/**
	 * Take the hook if it is free, and again where it has been reset.
	 * @param registry tells from time to time to look
	 */
	public DroppedErrors(PoolRegistry registry) {
		synchronized (HOOK) {
			applications++;
			takeIfFree();
		}
		registry.onTick((last) -> {
			synchronized (HOOK) {
				takeIfFree();
			}
		});
	}

	/**
	 * Leave the hook with the last application.
	 */
	@Override
	public void destroy() {
		synchronized (HOOK) {
			if (--applications == 0 && hook() == HOOK) {
				Hooks.resetOnErrorDropped();
			}
		}
	}

	private static void takeIfFree() {
		if (applications > 0 && hook() == null) {
			Hooks.onErrorDropped(HOOK);
		}
	}

	private static void dropped(Throwable thrown) {
		if (hook() == HOOK) {
			PoolRegistry.failCurrentTask(thrown);
			logger.error("Operator called default onErrorDropped", thrown);
		}
	}

	/**
	 * Return what is called now: where there are several hooks, one that calls them all.
	 */
	private static @Nullable Object hook() {
		return (present != null && present.trySetAccessible()) ? ReflectionUtils.getField(present, null) : UNKNOWN;
	}

}
