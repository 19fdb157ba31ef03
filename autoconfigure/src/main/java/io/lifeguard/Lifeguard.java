package io.lifeguard;

import java.util.Deque;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Guards by hand what is no bean.
 */
public final class Lifeguard {

	private static final Log logger = LogFactory.getLog(Lifeguard.class);

	private static final Deque<PoolRegistry> registries = new ConcurrentLinkedDeque<>();

	private Lifeguard() {
	}

	/**
	 * Guard an executor that is no bean, as a pool of the given name of the running
	 * application. Where several run in this JVM, it is the one started last.
	 * @param name the pool's name
	 * @param executor the executor, which stays open until its owner closes it
	 * @return the guarded executor, to be used in its place; the given one where no
	 * application with Lifeguard is running, or it is guarded already
	 */
	public static ExecutorService guard(String name, ExecutorService executor) {
		return (ExecutorService) guarded(name, executor);
	}

	/**
	 * Guard a scheduled executor that is no bean.
	 * @see #guard(String, ExecutorService)
	 */
	public static ScheduledExecutorService guard(String name, ScheduledExecutorService executor) {
		return (ScheduledExecutorService) guarded(name, executor);
	}

	/**
	 * Say that a failure of this future is nobody's business: it is counted as observed
	 * and not reported. No effect on a future that no guarded executor has returned.
	 * @return the same future
	 */
	public static <F extends Future<?>> F ignore(F future) {
		if (future instanceof ObservableFuture observable) {
			observable.ignore();
		}
		return future;
	}

	static void attach(PoolRegistry registry) {
		registries.add(registry);
	}

	static void detach(PoolRegistry registry) {
		registries.remove(registry);
	}

	/**
	 * Return the task of whichever application that the current thread is running, or
	 * {@code null} if there is none.
	 */
	static @Nullable Task currentTask() {
		return registries.stream().map(PoolRegistry::currentTask).filter(Objects::nonNull).findFirst().orElse(null);
	}

	private static Executor guarded(String name, ExecutorService executor) {
		if (executor instanceof Guarded) {
			return executor;
		}
		PoolRegistry last = registries.peekLast();
		if (last == null) {
			logger.info("Executor '" + name + "' stays unguarded: no application with Lifeguard is running");
			return executor;
		}
		Pool pool = last.registerBeside(name, executor);
		pool.lifecycle().closedByCaller();
		return ExecutorGuard.of(executor, pool);
	}

}
