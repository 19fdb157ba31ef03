package io.lifeguard.engine.task;

import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.lifeguard.Lifeguard.Ignorable;
import io.lifeguard.Lifeguard;
import io.lifeguard.support.Futures;
import org.jspecify.annotations.Nullable;

/**
 * A future of the guard's own that notices being read.
 *
 * @param <V> the type of its result
 */
public abstract class ObservedFutureTask<V extends @Nullable Object> extends FutureTask<V>
		implements Lifeguard.Ignorable {

	public ObservedFutureTask(Callable<V> callable) {
		super(callable);
	}

	/**
	 * Return the ledger of the pool that brings about the result.
	 */
	public abstract Ledger ledger();

	/**
	 * Return the task that the pool runs by running this future, or {@code null} if it
	 * runs this within another one.
	 */
	public abstract @Nullable Task task();

	/**
	 * Note that somebody has read the failure, if there is one.
	 */
	protected abstract void observe();

	/**
	 * Wait for the end of this future, which reads nothing.
	 * @param nanos how long to wait at most; {@link Long#MAX_VALUE} for as long as it
	 * takes
	 * @return whether it has ended
	 */
	public final boolean await(long nanos) throws InterruptedException {
		try {
			if (nanos == Long.MAX_VALUE) {
				super.get(); // which whoever looks at the thread can tell from a limit
			}
			else {
				super.get(nanos, TimeUnit.NANOSECONDS);
			}
		}
		catch (CancellationException | ExecutionException ex) {
			// is for whoever gets the future
		}
		catch (TimeoutException ex) {
			return false;
		}
		return true;
	}

	@Override
	public final V get() throws InterruptedException, ExecutionException {
		try {
			return super.get();
		}
		catch (ExecutionException ex) {
			observe();
			throw ex;
		}
	}

	@Override
	public final V get(long timeout, TimeUnit unit) throws InterruptedException, ExecutionException, TimeoutException {
		try {
			return super.get(timeout, unit);
		}
		catch (ExecutionException ex) {
			observe();
			throw ex;
		}
	}

	/**
	 * {@inheritDoc} In the JDK's words, as rejections show it.
	 */
	@Override
	public final String toString() {
		return FutureTask.class.getName() + super.toString().substring(getClass().getName().length());
	}

	/**
	 * Overrides the method that came with Java 19.
	 */
	public final V resultNow() {
		return Futures.resultNow(this);
	}

	/**
	 * Overrides the method that came with Java 19.
	 */
	public final Throwable exceptionNow() {
		return Futures.exceptionNow(this);
	}

}
