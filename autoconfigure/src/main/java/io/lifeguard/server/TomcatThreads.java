package io.lifeguard.server;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

import io.lifeguard.PoolSnapshot;
import io.lifeguard.ThreadsSnapshot;
import io.lifeguard.engine.pool.Guarded;
import io.lifeguard.engine.pool.ReadOnlyPool;
import org.apache.tomcat.util.threads.ThreadPoolExecutor;
import org.apache.tomcat.util.threads.VirtualThreadExecutor;

import org.springframework.boot.tomcat.TomcatWebServer;
import org.springframework.boot.web.server.WebServer;

/**
 * Tells of the request threads of an embedded Tomcat.
 */
public final class TomcatThreads {

	private TomcatThreads() {
	}

	/**
	 * Return what tells of the executors of the given server, that of each connector
	 * once. Those of the application's that are guarded are shown as it is.
	 */
	public static List<Supplier<ThreadsSnapshot>> of(WebServer server) {
		if (!(server instanceof TomcatWebServer tomcat)) {
			return List.of();
		}
		return Arrays.stream(tomcat.getTomcat().getService().findConnectors())
			.map((connector) -> connector.getProtocolHandler().getExecutor())
			.filter(Objects::nonNull)
			.filter((executor) -> !(executor instanceof Guarded))
			.distinct()
			.map(TomcatThreads::of)
			.toList();
	}

	private static Supplier<ThreadsSnapshot> of(Executor executor) {
		if (executor instanceof ThreadPoolExecutor pool) {
			return () -> snapshot(pool);
		}
		if (executor instanceof VirtualThreadExecutor) {
			return () -> new ThreadsSnapshot(executor.getClass().getName(), "virtual", null, null, null, false);
		}
		return ReadOnlyPool.threadsOf(executor);
	}

	private static ThreadsSnapshot snapshot(ThreadPoolExecutor pool) {
		int waiting = pool.getQueue().size();
		long capacity = (long) waiting + pool.getQueue().remainingCapacity();
		PoolSnapshot.Size size = new PoolSnapshot.Size(pool.getCorePoolSize(), pool.getMaximumPoolSize(),
				pool.getPoolSize(), pool.getLargestPoolSize());
		// A thread is active only while it runs something, not on its way to the next
		boolean full = waiting > 0 && size.current() >= pool.getMaximumPoolSize();
		return new ThreadsSnapshot(pool.getClass().getName(), "platform", size, pool.getActiveCount(),
				new PoolSnapshot.Queue(waiting, (capacity < Integer.MAX_VALUE) ? (int) capacity : null), full);
	}

}
