package io.lifeguard.engine.future;

import java.util.concurrent.CancellationException;
import java.util.concurrent.Delayed;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RunnableFuture;
import java.util.concurrent.RunnableScheduledFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.lifeguard.Lifeguard.Ignorable;
import io.lifeguard.engine.task.Task;
import io.lifeguard.support.Futures;
import io.lifeguard.Lifeguard;
import org.jspecify.annotations.Nullable;

/**
 * Stands before a future that an executor has made itself, and notices whether a failure
 * is read.
 *
 * @param <V> the type of its result
 */
public class ForwardingFuture<V extends @Nullable Object> implements Future<V>, Lifeguard.Ignorable {

	private final Future<V> delegate;

	private final Task task;

	/** What has ended this future, whose delegate can only be cancelled from outside. */
	private volatile @Nullable Exception ended;

	ForwardingFuture(Future<V> delegate, Task task) {
		this.delegate = delegate;
		this.task = task;
	}

	/**
	 * Return a future of the same kind before the given one.
	 */
	public static <V extends @Nullable Object> Future<V> of(Future<V> delegate, Task task) {
		return (delegate instanceof ScheduledFuture<V> scheduled) ? new Scheduled<>(scheduled, task)
				: (delegate instanceof RunnableFuture<V> runnable) ? new Executable<>(runnable, task)
						: new ForwardingFuture<>(delegate, task);
	}

	/**
	 * End this future before its task has: that was lost, or has run out of time.
	 */
	void end(Exception exception) {
		if (!(exception instanceof CancellationException)) {
			this.ended = exception;
		}
		if (this.delegate.getClass().getName().startsWith("java.")) {
			this.delegate.cancel(false);
		}
		else {
			this.task.ledger().sideline().begin(() -> this.delegate.cancel(false));
		}
	}

	public Future<V> delegate() {
		return this.delegate;
	}

	public Task task() {
		return this.task;
	}

	@Override
	public boolean cancel(boolean mayInterruptIfRunning) {
		boolean cancelled = this.delegate.cancel(mayInterruptIfRunning);
		if (cancelled) {
			this.task.cancel();
		}
		return cancelled;
	}

	@Override
	public boolean isCancelled() {
		return this.ended == null && this.delegate.isCancelled();
	}

	@Override
	public boolean isDone() {
		return this.delegate.isDone();
	}

	@Override
	public V get() throws InterruptedException, ExecutionException {
		try {
			return this.delegate.get();
		}
		catch (ExecutionException ex) {
			if (!Futures.isCalledByState()) {
				this.task.ignore(); // that it has failed may not be known yet
			}
			throw ex;
		}
		catch (CancellationException ex) {
			throw ended(ex, Futures.isCalledByState());
		}
	}

	@Override
	public V get(long timeout, TimeUnit unit) throws InterruptedException, ExecutionException, TimeoutException {
		try {
			return this.delegate.get(timeout, unit);
		}
		catch (ExecutionException ex) {
			this.task.ignore();
			throw ex;
		}
		catch (CancellationException ex) {
			throw ended(ex, false);
		}
	}

	private CancellationException ended(CancellationException cancelled, boolean unread) throws ExecutionException {
		Exception ended = this.ended;
		if (ended == null) {
			return cancelled;
		}
		if (!unread) {
			this.task.observe();
		}
		throw new ExecutionException(ended);
	}

	@Override
	public void ignore() {
		this.task.ignore();
	}

	/**
	 * {@inheritDoc} It is the future that stands in the executor's queue, for whoever
	 * looks for it there.
	 */
	@Override
	@SuppressWarnings("UndefinedEquals") // as the delegate has it
	public boolean equals(@Nullable Object other) {
		return this.delegate.equals((other instanceof ForwardingFuture<?> future) ? future.delegate : other);
	}

	@Override
	public int hashCode() {
		return this.delegate.hashCode();
	}

	@Override
	public String toString() {
		return this.delegate.toString();
	}

	/**
	 * Stands before a future that can be run.
	 */
	private static final class Executable<V extends @Nullable Object> extends ForwardingFuture<V>
			implements RunnableFuture<V> {

		Executable(RunnableFuture<V> delegate, Task task) {
			super(delegate, task);
		}

		@Override
		public void run() {
			((RunnableFuture<V>) delegate()).run();
		}

	}

	/**
	 * Stands before the future of a scheduled task.
	 */
	private static final class Scheduled<V extends @Nullable Object> extends ForwardingFuture<V>
			implements RunnableScheduledFuture<V> {

		Scheduled(ScheduledFuture<V> delegate, Task task) {
			super(delegate, task);
		}

		@Override
		public long getDelay(TimeUnit unit) {
			return ((ScheduledFuture<V>) delegate()).getDelay(unit);
		}

		@Override
		public int compareTo(Delayed other) {
			return ((ScheduledFuture<V>) delegate())
				.compareTo((other instanceof Scheduled<?> scheduled) ? (Delayed) scheduled.delegate() : other);
		}

		@Override
		public boolean isPeriodic() {
			return delegate() instanceof RunnableScheduledFuture<V> future && future.isPeriodic();
		}

		@Override
		public void run() {
			if (delegate() instanceof RunnableScheduledFuture<V> future) {
				future.run();
			}
			else if (delegate() instanceof FutureTask<V> future) {
				future.run();
			}
		}

	}

}
