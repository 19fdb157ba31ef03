package io.lifeguard.engine.task;

import java.lang.Thread.UncaughtExceptionHandler;
import java.lang.ref.WeakReference;
import java.util.function.UnaryOperator;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Lets the handlers that the application itself set see a failure, as they would without
 * the guard, and keeps it from the default handlers of error trackers: those mark the
 * process as crashed and block the worker until they have reported, which is the guard's
 * business.
 */
public final class UncaughtHandlers {

	private static final Log logger = LogFactory.getLog(UncaughtHandlers.class);

	/** Default handlers that stand before one another, at most. */
	private static final int MAX_HANDLERS = 16;

	private volatile UnaryOperator<@Nullable UncaughtExceptionHandler> tracker = (handler) -> handler;

	/**
	 * Take it from now on that the JVM's default handler may be an error tracker's.
	 * @param tracker returns the handler that stands behind that of the tracker, and any
	 * other as it is
	 */
	public void setTracker(UnaryOperator<@Nullable UncaughtExceptionHandler> tracker) {
		this.tracker = tracker;
	}

	/**
	 * Whether the JVM's default handler is an error tracker's.
	 */
	public boolean isTrackerFirst() {
		UncaughtExceptionHandler handler = Thread.getDefaultUncaughtExceptionHandler();
		return this.tracker.apply(handler) != handler;
	}

	/**
	 * Call the application's own default handler, if there is one, for what a library has
	 * handed to the current thread's handler.
	 * @param handler the default handler, which may stand before it
	 */
	public void handleByDefault(Throwable thrown, @Nullable UncaughtExceptionHandler handler) {
		UncaughtExceptionHandler own = applicationDefault(handler);
		if (own != null) {
			own.uncaughtException(Thread.currentThread(), thrown);
		}
	}

	/**
	 * Return the application's own default handler, if there is one.
	 * @param handler the default handler, which may stand before it
	 */
	private @Nullable UncaughtExceptionHandler applicationDefault(@Nullable UncaughtExceptionHandler handler) {
		UncaughtExceptionHandler first = handler;
		for (int depth = 0; depth < MAX_HANDLERS; depth++) {
			UncaughtExceptionHandler next = (first instanceof UncaughtInTask own) ? own.next()
					: this.tracker.apply(first);
			if (next == first) {
				return first;
			}
			first = next;
		}
		return null;
	}

	/**
	 * Call the application's handler, if there is one, for a failure that goes no
	 * further.
	 */
	public void handle(Throwable thrown) {
		Thread thread = Thread.currentThread();
		UncaughtExceptionHandler handler = applicationHandler(explicitHandler(thread));
		if (handler != null) {
			try {
				handler.uncaughtException(thread, thrown);
			}
			catch (Throwable ex) {
				// The JVM would ignore it
				logger.debug("Uncaught exception handler failed", ex);
			}
		}
	}

	/**
	 * Prepare the current thread for a failure that is about to be thrown on, and that
	 * may end it.
	 */
	public void prepareRethrow(Throwable thrown, @Nullable Task task) {
		Thread thread = Thread.currentThread();
		if (thread.getUncaughtExceptionHandler() instanceof Once once) {
			once.thrown = new WeakReference<>(thrown);
			once.task = new WeakReference<>(task);
		}
		else {
			thread.setUncaughtExceptionHandler(new Once(explicitHandler(thread), thrown, task));
		}
	}

	/**
	 * Whether a task that ran on the current thread within the given one has just thrown
	 * this very instance on.
	 */
	public boolean isRethrownWithin(Task outer, Throwable thrown) {
		if (Thread.currentThread().getUncaughtExceptionHandler() instanceof Once once && once.thrown.refersTo(thrown)) {
			Task task = once.task.get();
			return task != null && task != outer && task.startedAfter(outer);
		}
		return false;
	}

	/**
	 * Whether the current thread is about to throw this very instance on, of which a task
	 * has told.
	 */
	public boolean isRethrown(Throwable thrown) {
		return Thread.currentThread().getUncaughtExceptionHandler() instanceof Once once
				&& once.thrown.refersTo(thrown);
	}

	private @Nullable UncaughtExceptionHandler applicationHandler(@Nullable UncaughtExceptionHandler explicit) {
		return (explicit != null) ? explicit : applicationDefault(Thread.getDefaultUncaughtExceptionHandler());
	}

	private static @Nullable UncaughtExceptionHandler explicitHandler(Thread thread) {
		UncaughtExceptionHandler handler = thread.getUncaughtExceptionHandler();
		return (handler instanceof Once once) ? once.explicit
				: (handler instanceof ThreadGroup group) ? ownGroup(group) : handler;
	}

	/**
	 * Return the group that does something else than the JDK's, if there is one.
	 */
	private static @Nullable ThreadGroup ownGroup(@Nullable ThreadGroup group) {
		return (group == null || group.getClass() != ThreadGroup.class) ? group : ownGroup(group.getParent());
	}

	/**
	 * Takes the place of a thread's handler for one failure, and stands aside for others.
	 */
	private final class Once implements UncaughtExceptionHandler {

		private final @Nullable UncaughtExceptionHandler explicit;

		private WeakReference<Throwable> thrown;

		private WeakReference<@Nullable Task> task;

		Once(@Nullable UncaughtExceptionHandler explicit, Throwable thrown, @Nullable Task task) {
			this.task = new WeakReference<>(task);
			this.explicit = explicit;
			this.thrown = new WeakReference<>(thrown);
		}

		@Override
		public void uncaughtException(Thread thread, Throwable exception) {
			UncaughtExceptionHandler handler = this.thrown.refersTo(exception) ? applicationHandler(this.explicit)
					: (this.explicit != null) ? this.explicit : thread.getThreadGroup();
			if (handler != null) {
				handler.uncaughtException(thread, exception);
			}
		}

	}

}
