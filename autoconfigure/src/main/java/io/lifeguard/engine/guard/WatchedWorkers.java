package io.lifeguard.engine.guard;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;

import io.lifeguard.engine.executor.ThreadPools;
import io.lifeguard.engine.pool.Pool;
import org.jspecify.annotations.Nullable;

/**
 * Makes the threads of a pool whose tasks run as they are: a task that fails ends its
 * thread, and so tells the guard. The thread ends all the same.
 */
final class WatchedWorkers implements ThreadFactory {

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
		if (threads != null && !(threads.getThreadFactory() instanceof WatchedWorkers)) {
			threads.setThreadFactory(new WatchedWorkers(threads.getThreadFactory(), pool));
		}
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
			this.pool.ledger().failed(this.pool.executor().getClass(), ex).uncaught();
			this.pool.ledger().desk().uncaughtHandlers().prepareRethrow(ex, null);
			throw ex;
		}
	}

}
