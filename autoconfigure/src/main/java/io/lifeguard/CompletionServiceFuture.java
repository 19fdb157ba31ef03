package io.lifeguard;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.jspecify.annotations.Nullable;

/**
 * A future that an executor has made for somebody who executes it inside a task of their
 * own. That task is the one that counts: it fails and is cancelled with this future.
 *
 * @param <V> the type of its result
 */
final class CompletionServiceFuture<V extends @Nullable Object> extends FutureTask<V> implements ObservableFuture {

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
		super(runnable, value);
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
	public V get() throws InterruptedException, ExecutionException {
		try (Wait wait = Wait.begin(this.pool, this)) {
			return super.get();
		}
		catch (ExecutionException ex) {
			observe();
			throw ex;
		}
	}

	@Override
	public V get(long timeout, TimeUnit unit) throws InterruptedException, ExecutionException, TimeoutException {
		try (Wait wait = Wait.begin(this.pool, this)) {
			return super.get(timeout, unit);
		}
		catch (ExecutionException ex) {
			observe();
			throw ex;
		}
	}

	/**
	 * Overrides the method that came with Java 19.
	 */
	public V resultNow() {
		return Futures.resultNow(this);
	}

	/**
	 * Overrides the method that came with Java 19.
	 */
	public Throwable exceptionNow() {
		return Futures.exceptionNow(this);
	}

	@Override
	public void ignore() {
		this.ignored = true;
		observe();
	}

	private void observe() {
		Failure failure = this.failure;
		if (failure != null) {
			failure.observe();
		}
	}

}
