package io.lifeguard.engine.future;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeoutException;

import io.lifeguard.engine.failure.Failure;
import io.lifeguard.engine.task.Ledger;
import io.lifeguard.engine.task.Task;
import io.lifeguard.support.Throwables;
import org.jspecify.annotations.Nullable;

/**
 * A task with a future: its failure is watched until the future is read.
 *
 * @param <V> the type of its result
 */
public final class CallableTask<V extends @Nullable Object> extends Task implements Callable<V>, Runnable {

	/** Its failure gets into the future. */
	private static final byte READABLE = 1;

	/** The body is called, although it may be a {@link Runnable} too. */
	private static final byte CALLED = 2;

	/** Both in one, since another field would make the task larger. */
	private final byte traits;

	private volatile @Nullable Object handle;

	/**
	 * Record the submission of a task.
	 * @param body what is to be called
	 * @param delay the nanoseconds until it is due
	 * @param readable whether its failure gets into the future, rather than to an error
	 * handler that keeps it
	 */
	public CallableTask(Ledger ledger, Callable<?> body, long delay, boolean readable) {
		this(ledger, body, delay, (byte) (CALLED | (readable ? READABLE : 0)));
	}

	/**
	 * Record the submission of a task without a result.
	 * @param body what is to be run
	 * @see #CallableTask(Ledger, Callable, long, boolean)
	 */
	public CallableTask(Ledger ledger, Runnable body, long delay, boolean readable) {
		this(ledger, body, delay, readable ? READABLE : 0);
	}

	private CallableTask(Ledger ledger, Object body, long delay, byte traits) {
		super(ledger, body, delay);
		this.traits = traits;
	}

	private boolean isReadable() {
		return (this.traits & READABLE) != 0;
	}

	/**
	 * Take the given object for the only one through which a failure can be read.
	 */
	public <F> F readThrough(F handle) {
		this.handle = handle;
		watch();
		return handle;
	}

	/**
	 * {@inheritDoc} A future interrupts its thread before it tells anybody that it is
	 * cancelled, so it is asked itself.
	 */
	@Override
	protected boolean isCancelled() {
		return super.isCancelled() || (this.handle instanceof Future<?> future && future.isCancelled());
	}

	/**
	 * {@inheritDoc} Where the executor has made the future, that is what they are parked
	 * on.
	 */
	@Override
	public Collection<Object> waiters() {
		Object handle = this.handle;
		Object future = (handle instanceof ForwardingFuture<?> forwarding) ? forwarding.delegate() : handle;
		return (future instanceof FutureTask) ? List.of(future) : List.of();
	}

	@Override
	public V call() throws Exception {
		if (!begin()) {
			throw notRun();
		}
		V result;
		try {
			result = callBody();
		}
		catch (Throwable ex) {
			Failure failure = threw(ex);
			if (failure != null && !isReadable()) {
				failure.uncaught();
			}
			watch();
			throwTimeout();
			throw ex;
		}
		returned();
		throwTimeout();
		return result;
	}

	/**
	 * Fail the executor's own future if the task ran out of time before anybody had been
	 * given a future that could have ended then.
	 */
	private void throwTimeout() throws TimeoutException {
		Failure failure = isEndedLate() ? failure() : null;
		if (failure != null && this.handle == null && failure.throwable() instanceof TimeoutException timeout) {
			throw timeout;
		}
	}

	@Override
	protected boolean endFuture(Exception exception) {
		Object handle = this.handle;
		if (handle instanceof GuardedFuture<?> future) {
			future.end(exception);
		}
		else if (handle instanceof ForkJoinTask<?> task) {
			endForkJoin(task, exception);
		}
		else if (handle instanceof ForwardingFuture<?> future) {
			future.end(exception);
		}
		watch();
		return isReadable(); // by a future that is still to come, if there is none
	}

	/**
	 * End a future that may be the application's, which may take its time for that.
	 */
	private void endForkJoin(ForkJoinTask<?> task, Exception exception) {
		if (task instanceof GuardedForkJoinTask<?> || task.getClass().getName().startsWith("java.")) {
			task.completeExceptionally(exception);
		}
		else {
			ledger().sideline().begin(() -> task.completeExceptionally(exception));
		}
	}

	@Override
	public void run() {
		try {
			call();
		}
		catch (Throwable ex) {
			throw Throwables.<RuntimeException>sneaky(ex);
		}
	}

	@SuppressWarnings({ "unchecked", "NullAway" })
	private V callBody() throws Exception {
		if ((this.traits & CALLED) != 0) {
			return (V) ((Callable<?>) body()).call();
		}
		((Runnable) body()).run();
		return null;
	}

	private void watch() {
		Failure failure = failure();
		Object handle = this.handle;
		if (failure != null && handle != null) {
			failure.watch(handle);
		}
	}

}
