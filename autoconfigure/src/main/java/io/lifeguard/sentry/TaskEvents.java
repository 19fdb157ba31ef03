package io.lifeguard.sentry;

import java.lang.ref.WeakReference;
import java.util.concurrent.TimeUnit;

import io.lifeguard.CurrentTask;
import io.lifeguard.LoggingTaskFailureReporter;
import io.lifeguard.engine.pool.PoolRegistry;
import io.sentry.EventProcessor;
import io.sentry.Hint;
import io.sentry.SentryEvent;
import org.jspecify.annotations.Nullable;

/**
 * Sees the application's events as they are sent, before anything of Sentry's can drop
 * them: notes what they are about, and adds which task they come from. Lets no event of
 * the guard's own line in the log through, of which there is a better one.
 */
final class TaskEvents implements EventProcessor {

	/** Where appenders of all loggers put the name of the thread that has logged. */
	private static final String THREAD_NAME = "thread_name";

	private final PoolRegistry registry;

	private final Sightings sightings;

	TaskEvents(PoolRegistry registry, Sightings sightings) {
		this.registry = registry;
		this.sightings = sightings;
	}

	/**
	 * Return a place ahead of all others.
	 */
	@Override
	public Long getOrder() {
		return Long.MIN_VALUE;
	}

	@Override
	public @Nullable SentryEvent process(SentryEvent event, Hint hint) {
		if (OwnEvents.isOwn(hint)) {
			return event;
		}
		if (LoggingTaskFailureReporter.LOGGER.equals(event.getLogger())) {
			return null;
		}
		Thread thread = Thread.currentThread();
		String logged = (event.getExtra(THREAD_NAME) instanceof String name) ? name : thread.getName();
		boolean forwarded = !logged.equals(thread.getName());
		CurrentTask task = forwarded ? taskThatLogged(event, logged) : this.registry.taskOn(thread);
		Moment moment = see(event, task, thread, logged, forwarded);
		if (moment != null) {
			complete(event, moment.pool(), moment.task());
		}
		else if (task != null) {
			complete(event, task.pool(), task.task());
		}
		return event;
	}

	/**
	 * Return the task that a thread of the given name is running, unless that is another
	 * one than when it logged the event.
	 */
	private @Nullable CurrentTask taskThatLogged(SentryEvent event, String threadName) {
		CurrentTask task = this.registry.taskOn(threadName);
		return (task != null && task.startedAt() - madeAt(event, -1) <= 0) ? task : null;
	}

	/**
	 * Return when an event was made, in nanoseconds of {@link System#nanoTime()}. Its
	 * time stamp tells that to the millisecond.
	 * @param rounding -1 for the earliest, and 1 for the latest time that it may have
	 * been
	 */
	@SuppressWarnings("JavaUtilDate") // is what Sentry has
	private static long madeAt(SentryEvent event, int rounding) {
		long age = System.currentTimeMillis() - event.getTimestamp().getTime();
		return System.nanoTime() - TimeUnit.MILLISECONDS.toNanos(age - rounding);
	}

	@SuppressWarnings("deprecation") // threadId() came with Java 19
	private @Nullable Moment see(SentryEvent event, @Nullable CurrentTask task, Thread thread, String threadName,
			boolean forwarded) {
		Throwable throwable = event.getThrowable();
		return (throwable != null) ? this.sightings.sent(throwable,
				new Sighting(new WeakReference<>(throwable), thread.getId(), threadName, forwarded, task != null,
						(task != null) ? task.startedAt() : 0, forwarded ? madeAt(event, 1) : System.nanoTime()))
				: null;
	}

	private void complete(SentryEvent event, String pool, String task) {
		if (event.getTag("pool") == null) {
			event.setTag("pool", pool);
		}
		if (event.getTag("task") == null) {
			event.setTag("task", task);
		}
		if (!event.getContexts().containsKey(PoolContext.NAME)) {
			event.getContexts().put(PoolContext.NAME, PoolContext.of(this.registry, pool));
		}
	}

}
