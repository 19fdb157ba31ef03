package io.lifeguard.engine.future;

import java.util.concurrent.Callable;
import java.util.concurrent.Executors;

import io.lifeguard.engine.failure.Failure;
import io.lifeguard.engine.task.ObservedFutureTask;
import io.lifeguard.engine.task.Ledger;
import io.lifeguard.engine.task.Task;
import org.jspecify.annotations.Nullable;

/**
 * A future that an executor has made for somebody who executes it inside a task of their
 * own. That task is the one that counts: it fails and is cancelled with this future.
 *
 * @param <V> the type of its result
 */
public final class CompletionServiceFuture<V extends @Nullable Object> extends ObservedFutureTask<V> {

	private final Ledger ledger;

	private final Class<?> body;

	private volatile boolean ignored;

	private volatile @Nullable Failure failure;

	public CompletionServiceFuture(Ledger ledger, Callable<V> callable) {
		super(callable);
		this.ledger = ledger;
		this.body = callable.getClass();
	}

	public CompletionServiceFuture(Ledger ledger, Runnable runnable, V value) {
		super(Executors.callable(runnable, value));
		this.ledger = ledger;
		this.body = runnable.getClass();
	}

	@Override
	public void run() {
		super.run();
		Task carrier = isCancelled() ? this.ledger.desk().currentTask() : null;
		if (carrier != null && carrier.ledger() == this.ledger) {
			carrier.cancel();
		}
	}

	@Override
	protected void setException(Throwable thrown) {
		if (isCancelled()) {
			return;
		}
		Task carrier = this.ledger.desk().currentTask();
		Failure failure = (carrier != null && carrier.ledger() == this.ledger) ? carrier.fail(thrown)
				: this.ledger.failed(this.body, thrown);
		this.failure = failure;
		super.setException(thrown);
		if (this.ignored || isCancelled()) {
			failure.observe();
		}
		else {
			failure.watch(this);
		}
	}

	@Override
	public Ledger ledger() {
		return this.ledger;
	}

	@Override
	public @Nullable Task task() {
		return null;
	}

	@Override
	public void ignore() {
		this.ignored = true;
		observe();
	}

	@Override
	protected void observe() {
		Failure failure = this.failure;
		if (failure != null) {
			failure.observe();
		}
	}

}
