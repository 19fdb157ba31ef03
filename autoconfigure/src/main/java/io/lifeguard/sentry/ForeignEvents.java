package io.lifeguard.sentry;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.lifeguard.PoolRegistry;
import io.sentry.EventProcessor;
import io.sentry.Hint;
import io.sentry.IScopes;
import io.sentry.Sentry;
import io.sentry.SentryEvent;
import org.jspecify.annotations.Nullable;

/**
 * Keeps others from reporting what the guard reports. Stands ahead of Sentry's own
 * de-duplication, which would let the first event through and drop ours.
 * <p>
 * An event about an exception that the guard answers for is dropped. One that a running
 * task sends, as by logging an exception, may be about what the task is going to throw:
 * it is held back for a second, and then sent unless the task has thrown it.
 */
final class ForeignEvents implements EventProcessor {

	/**
	 * Events held back at most; those beyond it are sent at once.
	 */
	static final int MAX_HELD = 100;

	private static final long HOLD = TimeUnit.SECONDS.toNanos(1);

	private static final String MARK = "lifeguard:own";

	private final Queue<Held> held = new ConcurrentLinkedQueue<>();

	private final AtomicInteger count = new AtomicInteger();

	private final PoolRegistry registry;

	ForeignEvents(PoolRegistry registry) {
		this.registry = registry;
	}

	/**
	 * Mark the hint of an event that is to pass.
	 */
	static void markOwn(Hint hint) {
		hint.set(MARK, Boolean.TRUE);
	}

	/**
	 * Take the place ahead of all processors of the current Sentry, unless taken before.
	 */
	void install() {
		var processors = Sentry.getCurrentScopes().getOptions().getEventProcessors();
		if (Sentry.isEnabled() && !processors.contains(this)) {
			processors.add(0, this);
		}
	}

	@Override
	public @Nullable SentryEvent process(SentryEvent event, Hint hint) {
		Throwable throwable = event.getThrowable();
		if (throwable == null || hint.get(MARK) != null) {
			return event;
		}
		if (this.registry.isClaimed(throwable)) {
			return null;
		}
		if (this.registry.isRunningTask() && this.count.get() < MAX_HELD) {
			this.count.incrementAndGet();
			this.held.add(new Held(event, hint, throwable, Sentry.getCurrentScopes(), System.nanoTime()));
			return null;
		}
		return event;
	}

	/**
	 * Send what has been held back for long enough.
	 * @param last whether there will be no later call
	 */
	void tick(boolean last) {
		long now = System.nanoTime();
		for (Held next = this.held.peek(); next != null
				&& (last || now - next.since() >= HOLD); next = this.held.peek()) {
			this.held.remove();
			this.count.decrementAndGet();
			if (!this.registry.isClaimed(next.throwable())) {
				markOwn(next.hint());
				next.scopes().captureEvent(next.event(), next.hint());
			}
		}
	}

	private record Held(SentryEvent event, Hint hint, Throwable throwable, IScopes scopes, long since) {

	}

}
