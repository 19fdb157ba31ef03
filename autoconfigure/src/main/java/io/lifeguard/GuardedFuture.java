package io.lifeguard;

import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.jspecify.annotations.Nullable;

/**
 * The future of a submitted task, and what its pool runs: notices whether a failure is
 * read.
 *
 * @param <V> the type of its result
 */
final class GuardedFuture<V extends @Nullable Object> extends FutureTask<V> implements ObservableFuture {

	private final Task task;

	private @Nullable Runnable decorated;

	GuardedFuture(CallTask<V> task) {
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
	 * Wait for the end of this future, which reads nothing.
	 * @param nanos how long to wait at most
	 * @return whether it has ended
	 */
	boolean await(long nanos) throws InterruptedException {
		try {
			super.get(nanos, TimeUnit.NANOSECONDS);
		}
		catch (CancellationException | ExecutionException ex) {
			// is for whoever gets the future
		}
		catch (TimeoutException ex) {
			return false;
		}
		return true;
	}

	/**
	 * Have the given task run, which runs this one in turn.
	 * @param decorated {@code null} for this one alone
	 */
	void runWithin(@Nullable Runnable decorated) {
		this.decorated = decorated;
	}

	Task task() {
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
			this.task.cancel();
		}
	}

	@Override
	public V get() throws InterruptedException, ExecutionException {
		try (Wait wait = Wait.begin(this.task.pool(), this)) {
			return super.get();
		}
		catch (ExecutionException ex) {
			this.task.observe();
			throw ex;
		}
	}

	@Override
	public V get(long timeout, TimeUnit unit) throws InterruptedException, ExecutionException, TimeoutException {
		try (Wait wait = Wait.begin(this.task.pool(), this)) {
			return super.get(timeout, unit);
		}
		catch (ExecutionException ex) {
			this.task.observe();
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
		this.task.ignore();
	}

}
