package io.lifeguard;

import java.util.concurrent.Callable;
import java.util.concurrent.Executors;

import org.jspecify.annotations.Nullable;

/**
 * A future that an executor has made for somebody who executes it inside a task of their
 * own. That task is the one that counts: it fails and is cancelled with this future.
 *
 * @param <V> the type of its result
 */
final class CompletionServiceFuture<V extends @Nullable Object> extends ObservedFutureTask<V> {

	private final Pool pool;

	private final Class<?> body;

	private volatile boolean ignored;

	private volatile @Nullable Failure failure;

	CompletionServiceFuture(Pool pool, Callable<V> callable) {
		super(callable);
		this.pool = pool;
		this.body = callable.getClass();
	}

	CompletionServiceFuture(Pool pool, Runnable runnable, V value) {
		super(Executors.callable(runnable, value));
		this.pool = pool;
		this.body = runnable.getClass();
	}

	@Override
	public void run() {
		super.run();
		Task carrier = isCancelled() ? this.pool.registry().currentTask() : null;
		if (carrier != null && carrier.pool() == this.pool) {
			carrier.cancel();
		}
	}

	@Override
	protected void setException(Throwable thrown) {
		if (isCancelled()) {
			return;
		}
		Task carrier = this.pool.registry().currentTask();
		Failure failure = (carrier != null && carrier.pool() == this.pool) ? carrier.fail(thrown)
				: this.pool.failed(this.body, thrown);
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
	Pool pool() {
		return this.pool;
	}

	@Override
	public void ignore() {
		this.ignored = true;
		observe();
	}

	@Override
	void observe() {
		Failure failure = this.failure;
		if (failure != null) {
			failure.observe();
		}
	}

}
