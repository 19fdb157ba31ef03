package io.lifeguard.engine.future;

import java.util.concurrent.CancellationException;

import io.lifeguard.engine.failure.Failure;
import io.lifeguard.engine.task.Ledger;
import io.lifeguard.engine.task.ObservedFutureTask;
import io.lifeguard.engine.task.Task;
import org.jspecify.annotations.Nullable;

/**
 * The future of a submitted task, and what its pool runs: notices whether a failure is
 * read.
 *
 * @param <V> the type of its result
 */
public final class GuardedFuture<V extends @Nullable Object> extends ObservedFutureTask<V> {

	private final Task task;

	private @Nullable Runnable decorated;

	public GuardedFuture(CallableTask<V> task) {
		super(task);
		this.task = task;
		task.readThrough(this);
	}

	/**
	 * End this future before its task has: that was lost, or has run out of time.
	 */
	void end(Exception exception) {
		if (exception instanceof CancellationException) {
			super.cancel(false);
		}
		else {
			setException(exception);
		}
	}

	/**
	 * Have the given task run, which runs this one in turn.
	 * @param decorated {@code null} for this one alone
	 */
	public void runWithin(@Nullable Runnable decorated) {
		this.decorated = decorated;
	}

	@Override
	public Task task() {
		return this.task;
	}

	@Override
	public void run() {
		Runnable decorated = this.decorated;
		if (decorated == null) {
			super.run();
			return;
		}
		this.decorated = null; // it calls back to run what it decorates
		Throwable thrown = this.task.beginWithin(decorated);
		if (thrown != null) {
			Failure failure = this.task.threw(thrown);
			setException(thrown);
			if (failure != null) {
				failure.watch(this);
			}
		}
	}

	@Override
	protected void done() {
		if (isCancelled()) {
			this.task.cancelQueued();
		}
	}

	@Override
	public Ledger ledger() {
		return this.task.ledger();
	}

	@Override
	protected void observe() {
		this.task.observe();
	}

	@Override
	public void ignore() {
		this.task.ignore();
	}

}
