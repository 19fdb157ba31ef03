package io.lifeguard;

import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Guards by hand what is no bean.
 */
public final class Lifeguard {

	private static final Log logger = LogFactory.getLog(Lifeguard.class);

	private static final Deque<Guards> applications = new ConcurrentLinkedDeque<>();

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
		return guarded(name, executor);
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
		if (future instanceof Ignorable ignorable) {
			ignorable.ignore();
		}
		return future;
	}

	/**
	 * Let an application guard executors from now on. Called by Lifeguard itself, as
	 * {@link #detach} is.
	 */
	public static void attach(Guards application) {
		applications.add(application);
	}

	/**
	 * Let an application guard executors no more.
	 */
	public static void detach(Guards application) {
		applications.remove(application);
	}

	private static ExecutorService guarded(String name, ExecutorService executor) {
		Guards last = applications.peekLast();
		if (last == null) {
			logger.info("Executor '" + name + "' stays unguarded: no application with Lifeguard is running");
			return executor;
		}
		return last.guard(name, executor);
	}

	/**
	 * Guards executors on behalf of one application.
	 */
	public interface Guards {

		/**
		 * Return a guarded executor of the same kind as the given one, or that itself if
		 * it is guarded already.
		 * @param name the name of its pool
		 */
		ExecutorService guard(String name, ExecutorService executor);

	}

	/**
	 * A future whose failure can be made nobody's business.
	 */
	public interface Ignorable {

		/**
		 * Count a failure as observed, be it past or to come.
		 */
		void ignore();

	}

}
