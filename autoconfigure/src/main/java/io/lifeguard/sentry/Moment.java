package io.lifeguard.sentry;

import java.util.List;
import java.util.function.Supplier;

import io.lifeguard.FailedTask;
import io.lifeguard.FailureMoment;
import io.sentry.IScope;
import io.sentry.IScopes;
import io.sentry.ISentryLifecycleToken;
import io.sentry.Scope;
import io.sentry.Scopes;
import io.sentry.Sentry;
import io.sentry.SentryOptions;
import org.jspecify.annotations.Nullable;

/**
 * The moment of a failure, and whether the application has sent an event of its own about
 * it.
 */
final class Moment implements FailureMoment {

	private static final ThreadLocal<@Nullable Moment> current = new ThreadLocal<>();

	private final String pool;

	private final Supplier<String> task;

	private final long threadId;

	private final String threadName;

	private final long startedAt;

	private final long failedAt = System.nanoTime();

	private volatile MomentData data;

	private volatile boolean told;

	@SuppressWarnings("deprecation") // threadId() came with Java 19
	Moment(FailedTask task, MomentData data) {
		this.pool = task.pool();
		this.task = task.task();
		this.threadId = task.thread().getId();
		this.threadName = task.thread().getName();
		this.startedAt = task.startedAt();
		this.data = data;
	}

	/**
	 * Return the moment within which the current thread reports, if it does.
	 */
	static @Nullable Moment current() {
		return current.get();
	}

	/**
	 * Run the action in scopes that hold this moment and nothing else: those of the
	 * threads involved have moved on since.
	 */
	@Override
	public void within(Runnable action) {
		IScopes root = Sentry.forkedRootScopes("lifeguard");
		if (root.isNoOp()) {
			action.run();
			return;
		}
		SentryOptions options = root.getOptions();
		IScope scope = new Scope(options);
		for (IScope present : List.of(root.getIsolationScope(), root.getScope())) {
			present.getEventProcessors().forEach(scope::addEventProcessor);
			present.getAttachments().forEach(scope::addAttachment);
		}
		this.data.applyTo(scope);
		IScopes scopes = new Scopes(new Scope(options), scope, root.getGlobalScope(), "lifeguard");
		try (ISentryLifecycleToken token = scopes.makeCurrent()) {
			current.set(this);
			action.run();
		}
		finally {
			current.remove();
		}
	}

	/**
	 * Let go of what takes much memory.
	 */
	void reduce() {
		this.data = this.data.reduced();
	}

	/**
	 * Note that the application has sent an event about the failure.
	 */
	void toldByApplication() {
		this.told = true;
	}

	boolean isToldByApplication() {
		return this.told;
	}

	String pool() {
		return this.pool;
	}

	String task() {
		return this.task.get();
	}

	long threadId() {
		return this.threadId;
	}

	String threadName() {
		return this.threadName;
	}

	long startedAt() {
		return this.startedAt;
	}

	long failedAt() {
		return this.failedAt;
	}

}
