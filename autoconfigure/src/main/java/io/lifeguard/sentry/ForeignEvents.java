package io.lifeguard.sentry;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import io.lifeguard.ClaimState;
import io.lifeguard.LoggingTaskFailureReporter;
import io.lifeguard.engine.pool.PoolRegistry;
import io.sentry.EventProcessor;
import io.sentry.Hint;
import io.sentry.IScope;
import io.sentry.IScopes;
import io.sentry.ISentryClient;
import io.sentry.Sentry;
import io.sentry.SentryEvent;
import org.jspecify.annotations.Nullable;

/**
 * Keeps others from reporting what the guard reports. Stands ahead of Sentry's own
 * de-duplication, which would let the first event through and drop ours.
 * <p>
 * An event about an exception that the guard has reported or is about to is dropped, and
 * so is one about the guard's own line in the log. An event is held back as long as that
 * is open: for a second if it comes from a running task, which may go on to throw what it
 * has just logged, and for as long as the failure is watched. It is sent unless the guard
 * has reported by then.
 */
final class ForeignEvents implements EventProcessor {

	/**
	 * Events held back at most; those beyond it are sent at once.
	 */
	static final int MAX_HELD = 100;

	private static final long HOLD = TimeUnit.SECONDS.toNanos(1);

	private final Queue<Held> held = new ConcurrentLinkedQueue<>();

	private final AtomicInteger count = new AtomicInteger();

	private final PoolRegistry registry;

	ForeignEvents(PoolRegistry registry) {
		this.registry = registry;
	}

	@Override
	public @Nullable SentryEvent process(SentryEvent event, Hint hint) {
		if (OwnEvents.isOwn(hint)) {
			return event;
		}
		if (LoggingTaskFailureReporter.LOGGER.equals(event.getLogger())) {
			return null;
		}
		Throwable throwable = event.getThrowable();
		if (throwable == null) {
			return event;
		}
		ClaimState claim = this.registry.claimOn(throwable);
		if (claim == ClaimState.SETTLED) {
			return null;
		}
		boolean open = claim == ClaimState.UNDECIDED || this.registry.isRunningTask();
		if (open && this.count.get() < MAX_HELD) {
			this.count.incrementAndGet();
			this.held.add(new Held(event, hint, throwable, client(), System.nanoTime()));
			return null;
		}
		return event;
	}

	private static ISentryClient client() {
		IScopes scopes = Sentry.getCurrentScopes(false);
		return Stream.of(scopes.getScope(), scopes.getIsolationScope(), scopes.getGlobalScope())
			.map(IScope::getClient)
			.filter(ISentryClient::isEnabled)
			.findFirst()
			.orElseGet(scopes.getGlobalScope()::getClient);
	}

	/**
	 * Send what has been held back for long enough.
	 * @param last whether there will be no later call
	 */
	void tick(boolean last) {
		long now = System.nanoTime();
		for (int i = this.count.get(); i > 0; i--) {
			Held next = this.held.poll();
			if (next == null) {
				return;
			}
			ClaimState claim = this.registry.claimOn(next.throwable());
			boolean open = claim == ClaimState.UNDECIDED || (claim == ClaimState.NONE && now - next.since() < HOLD);
			if (open && !last) {
				this.held.add(next);
				continue;
			}
			this.count.decrementAndGet();
			if (claim == ClaimState.NONE) {
				next.send();
			}
		}
	}

	/**
	 * An event that has been given the data of its scope, and waits.
	 */
	private record Held(SentryEvent event, Hint hint, Throwable throwable, ISentryClient client, long since) {

		void send() {
			OwnEvents.mark(this.hint);
			this.client.captureEvent(this.event, null, this.hint);
		}

	}

}
