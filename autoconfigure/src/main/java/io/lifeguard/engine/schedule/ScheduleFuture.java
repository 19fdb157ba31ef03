package io.lifeguard.engine.schedule;

import java.util.concurrent.Delayed;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RunnableScheduledFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.jspecify.annotations.Nullable;

/**
 * Stands before the future of a schedule, and notices that its owner ends it: a scheduler
 * that closes cancels it too.
 *
 * @param <V> the type of its result
 */
public final class ScheduleFuture<V extends @Nullable Object> implements RunnableScheduledFuture<V> {

	private final ScheduledFuture<V> delegate;

	private final FollowedSchedule schedule;

	private final Schedules schedules;

	ScheduleFuture(ScheduledFuture<V> delegate, FollowedSchedule schedule, Schedules schedules) {
		this.delegate = delegate;
		this.schedule = schedule;
		this.schedules = schedules;
	}

	/**
	 * Return the scheduler's own future.
	 */
	public ScheduledFuture<V> delegate() {
		return this.delegate;
	}

	/**
	 * Note that the application has taken the schedule out of the scheduler's hands.
	 */
	public void takenOut() {
		this.schedules.remove(this.schedule);
	}

	@Override
	public boolean cancel(boolean mayInterruptIfRunning) {
		boolean cancelled = this.delegate.cancel(mayInterruptIfRunning);
		this.schedules.remove(this.schedule);
		return cancelled;
	}

	@Override
	public boolean isCancelled() {
		return this.delegate.isCancelled();
	}

	@Override
	public boolean isDone() {
		boolean done = this.delegate.isDone();
		if (done) {
			this.schedule.looked();
		}
		return done;
	}

	@Override
	public V get() throws InterruptedException, ExecutionException {
		try {
			return this.delegate.get();
		}
		catch (ExecutionException ex) {
			this.schedule.looked();
			throw ex;
		}
	}

	@Override
	public V get(long timeout, TimeUnit unit) throws InterruptedException, ExecutionException, TimeoutException {
		try {
			return this.delegate.get(timeout, unit);
		}
		catch (ExecutionException ex) {
			this.schedule.looked();
			throw ex;
		}
	}

	@Override
	public long getDelay(TimeUnit unit) {
		return this.delegate.getDelay(unit);
	}

	@Override
	public int compareTo(Delayed other) {
		return this.delegate.compareTo((other instanceof ScheduleFuture<?> future) ? future.delegate : other);
	}

	@Override
	public boolean isPeriodic() {
		return !(this.delegate instanceof RunnableScheduledFuture<V> future) || future.isPeriodic();
	}

	@Override
	public void run() {
		if (this.delegate instanceof Runnable runnable) {
			runnable.run();
		}
	}

	/**
	 * {@inheritDoc} Equal also to the scheduler's own, which is what its queue has.
	 */
	@Override
	public boolean equals(@Nullable Object other) {
		return this.delegate.equals((other instanceof ScheduleFuture<?> future) ? future.delegate : other);
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
	 * Return a future before the given one, or that one where it is of a kind that the
	 * application may rely on.
	 */
	static ScheduledFuture<?> of(ScheduledFuture<?> future, FollowedSchedule schedule, Schedules schedules) {
		String type = future.getClass().getName();
		return (type.startsWith("java.") || type.startsWith("org.springframework."))
				? new ScheduleFuture<>(future, schedule, schedules) : future;
	}

}
