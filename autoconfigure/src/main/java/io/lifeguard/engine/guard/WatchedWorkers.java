package io.lifeguard.engine.guard;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;

import io.lifeguard.engine.executor.ThreadPools;
import io.lifeguard.engine.pool.Pool;
import io.lifeguard.engine.task.UncaughtHandlers;
import io.lifeguard.support.PlatformMethod;
import org.jspecify.annotations.Nullable;

/**
 * Makes the threads of a pool whose tasks run as they are: a task that fails ends its
 * thread, and so tells the guard. The thread ends all the same.
 */
final class WatchedWorkers implements ThreadFactory {

	private static final PlatformMethod SET = new PlatformMethod(ThreadPoolExecutor.class, "setThreadFactory",
			void.class, ThreadFactory.class);

	private final ThreadFactory factory;

	private final Pool pool;

	private WatchedWorkers(ThreadFactory factory, Pool pool) {
		this.factory = factory;
		this.pool = pool;
	}

	/**
	 * Watch the threads that the given executor starts from now on.
	 */
	static void install(Object executor, Pool pool) {
		ThreadPoolExecutor threads = ThreadPools.of(executor);
		if (threads != null && SET.isCallable(threads.getClass())
				&& !(ThreadPools.threads(threads) instanceof WatchedWorkers)) {
			SET.call(threads, new WatchedWorkers(ThreadPools.threads(threads), pool));
		}
	}

	/**
	 * Return the factory that the application has set, where the given one stands before
	 * it.
	 */
	static ThreadFactory shown(ThreadFactory factory) {
		return (factory instanceof WatchedWorkers workers) ? workers.factory : factory;
	}

	@Override
	public @Nullable Thread newThread(Runnable worker) {
		return this.factory.newThread(() -> run(worker));
	}

	private void run(Runnable worker) {
		try {
			worker.run();
		}
		catch (Throwable ex) {
			UncaughtHandlers handlers = this.pool.ledger().desk().uncaughtHandlers();
			if (!handlers.isRethrown(ex)) { // or else a task of the guard's has told of
											// it
				this.pool.ledger().failUnseen(this.pool.executor().getClass(), ex).uncaught();
				handlers.prepareRethrow(ex, null);
			}
			throw ex;
		}
	}

}
