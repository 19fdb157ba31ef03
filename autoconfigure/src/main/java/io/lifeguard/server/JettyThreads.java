package io.lifeguard.server;

import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

import io.lifeguard.PoolSnapshot;
import io.lifeguard.ThreadsSnapshot;
import io.lifeguard.engine.pool.Guarded;
import io.lifeguard.engine.pool.ReadOnlyPool;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.ThreadPool;
import org.eclipse.jetty.util.thread.VirtualThreadPool;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.jetty.JettyWebServer;
import org.springframework.boot.web.server.WebServer;

/**
 * Tells of the request threads of an embedded Jetty: those of its pool that it does not
 * keep for itself, to accept and to select.
 */
public final class JettyThreads {

	private JettyThreads() {
	}

	/**
	 * Return what tells of the threads of the given server. A pool of the application's
	 * that is guarded is shown as it is.
	 */
	public static List<Supplier<ThreadsSnapshot>> of(WebServer server) {
		ThreadPool threads = (server instanceof JettyWebServer jetty) ? jetty.getServer().getThreadPool() : null;
		return (threads == null || threads instanceof Guarded) ? List.of() : List.of(of(threads));
	}

	private static Supplier<ThreadsSnapshot> of(ThreadPool threads) {
		if (threads instanceof QueuedThreadPool pool) {
			return () -> snapshot(pool);
		}
		if (threads instanceof VirtualThreadPool pool) {
			return () -> snapshot(pool);
		}
		return ReadOnlyPool.threadsOf(threads);
	}

	private static ThreadsSnapshot snapshot(QueuedThreadPool pool) {
		int kept = pool.getLeasedThreads();
		int most = pool.getMaxThreads() - kept;
		int waiting = pool.getQueueSize();
		PoolSnapshot.Size size = new PoolSnapshot.Size(Math.max(0, pool.getMinThreads() - kept), most,
				Math.max(0, pool.getThreads() - kept), null);
		return new ThreadsSnapshot(pool.getClass().getName(), "platform", size, Math.max(0, pool.getUtilizedThreads()),
				new PoolSnapshot.Queue(waiting, null), waiting > 0 && size.current() >= most);
	}

	private static ThreadsSnapshot snapshot(VirtualThreadPool pool) {
		Semaphore permits = pool.getBean(Semaphore.class);
		PoolSnapshot.Size size = null;
		PoolSnapshot.Queue queue = null;
		boolean full = false;
		Integer active = null;
		if (permits != null) { // there is a limit
			int most = pool.getMaxConcurrentTasks();
			active = Math.max(0, most - permits.availablePermits());
			size = new PoolSnapshot.Size(0, most, active, null);
			queue = new PoolSnapshot.Queue(permits.getQueueLength(), null);
			full = queue.size() > 0 && active >= most;
		}
		return new ThreadsSnapshot(pool.getClass().getName(), "virtual", size, active, queue, full);
	}

}
