package io.lifeguard.engine.schedule;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

import io.lifeguard.support.Fields;
import org.jspecify.annotations.Nullable;

/**
 * A scheduler with one thread and a timer of its own, which goes on only as it is told
 * to, and with a clock that can be set. What it runs is run by whoever lets the time
 * pass; that can pass within a run too.
 */
final class VirtualScheduler extends AbstractExecutorService implements ScheduledExecutorService, Scheduler {

	private final PriorityQueue<Entry<?>> queue = new PriorityQueue<>(
			Comparator.<Entry<?>>comparingLong((entry) -> entry.time).thenComparingLong((entry) -> entry.sequence));

	private final PriorityQueue<Event> events = new PriorityQueue<>(
			Comparator.comparingLong(Event::time).thenComparingLong(Event::sequence));

	private long nanos;

	private long sequence;

	private Instant epoch;

	private final ZoneId zone;

	private @Nullable Entry<?> running;

	private boolean paused;

	private boolean shutdown;

	private boolean closing;

	/** Whether a decorator drops what comes next. */
	private boolean dropsNext;

	VirtualScheduler(Instant start, ZoneId zone) {
		this.epoch = start;
		this.zone = zone;
	}

	long nanos() {
		return this.nanos;
	}

	Clock clock() {
		return new Clock() {

			@Override
			public ZoneId getZone() {
				return VirtualScheduler.this.zone;
			}

			@Override
			public Clock withZone(ZoneId zone) {
				throw new UnsupportedOperationException();
			}

			@Override
			public Instant instant() {
				return VirtualScheduler.this.epoch.plusNanos(VirtualScheduler.this.nanos);
			}

		};
	}

	void setClockBy(Duration difference) {
		this.epoch = this.epoch.plus(difference);
	}

	void setPaused(boolean paused) {
		this.paused = paused;
	}

	void setClosing() {
		this.closing = true;
	}

	void dropNext() {
		this.dropsNext = true;
	}

	/**
	 * Do something at the given time, from outside.
	 */
	void at(long nanos, Runnable action) {
		this.events.add(new Event(Math.max(nanos, this.nanos), this.sequence++, action));
	}

	/**
	 * Let the time pass. Tasks are run unless one is running.
	 */
	void pass(Duration duration) {
		long end = this.nanos + duration.toNanos();
		while (true) {
			Event event = this.events.peek();
			Entry<?> entry = (this.running != null || this.paused) ? null : this.queue.peek();
			long nextEvent = (event != null) ? event.time : Long.MAX_VALUE;
			long nextEntry = (entry != null) ? entry.time : Long.MAX_VALUE;
			if (Math.min(nextEvent, nextEntry) > end) {
				this.nanos = Math.max(this.nanos, end);
				return;
			}
			if (nextEvent <= nextEntry) {
				this.nanos = Math.max(this.nanos, nextEvent);
				this.events.remove().action.run();
			}
			else {
				this.nanos = Math.max(this.nanos, nextEntry);
				run(this.queue.remove());
			}
		}
	}

	private void run(Entry<?> entry) {
		if (this.dropsNext) {
			this.dropsNext = false;
			return;
		}
		this.running = entry;
		try {
			entry.run();
		}
		finally {
			this.running = null;
		}
	}

	/**
	 * Return when the given future is due, or {@code null} if it does not wait.
	 */
	@Nullable Long due(Future<?> future) {
		return this.queue.stream()
			.filter((entry) -> entry == future)
			.map((entry) -> entry.time)
			.findFirst()
			.orElse(null);
	}

	@Override
	public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
		return add(new Entry<>(Executors.callable(command), unit.toNanos(delay), 0));
	}

	@Override
	public <V> ScheduledFuture<V> schedule(Callable<V> callable, long delay, TimeUnit unit) {
		return add(new Entry<>(callable, unit.toNanos(delay), 0));
	}

	@Override
	public ScheduledFuture<?> scheduleAtFixedRate(Runnable command, long initialDelay, long period, TimeUnit unit) {
		return add(new Entry<>(Executors.callable(command), unit.toNanos(initialDelay), unit.toNanos(period)));
	}

	@Override
	public ScheduledFuture<?> scheduleWithFixedDelay(Runnable command, long initialDelay, long delay, TimeUnit unit) {
		return add(new Entry<>(Executors.callable(command), unit.toNanos(initialDelay), -unit.toNanos(delay)));
	}

	private <V> Entry<V> add(Entry<V> entry) {
		if (this.shutdown) {
			throw new RejectedExecutionException("Shut down");
		}
		this.queue.add(entry);
		return entry;
	}

	@Override
	public void execute(Runnable command) {
		schedule(command, 0, TimeUnit.NANOSECONDS);
	}

	@Override
	public void shutdown() {
		shutdownNow();
	}

	/**
	 * {@inheritDoc} Leaves what it has not run as it is, neither done nor cancelled.
	 */
	@Override
	public List<Runnable> shutdownNow() {
		this.shutdown = true;
		List<Runnable> waiting = new ArrayList<>(this.queue);
		this.queue.clear();
		return waiting;
	}

	@Override
	public boolean awaitTermination(long timeout, TimeUnit unit) {
		return isTerminated();
	}

	@Override
	public String pool() {
		return "virtual";
	}

	@Override
	public boolean isClosing() {
		return this.closing;
	}

	@Override
	public boolean isShutdown() {
		return this.shutdown;
	}

	@Override
	public boolean isTerminated() {
		return this.shutdown && this.running == null;
	}

	@Override
	public boolean isPaused() {
		return this.paused;
	}

	@Override
	public Object executor() {
		return this;
	}

	@Override
	public boolean holds(Future<?> future) {
		Object waiting = (future instanceof Entry) ? future : Fields.get(future, "currentFuture");
		return this.running == waiting || this.queue.contains(waiting);
	}

	@Override
	public @Nullable Obstacle obstacle(ScheduleTiming timing) {
		return null;
	}

	private record Event(long time, long sequence, Runnable action) {

	}

	private final class Entry<V> extends FutureTask<V> implements ScheduledFuture<V> {

		private final long sequence = VirtualScheduler.this.sequence++;

		private final long period;

		private long time;

		Entry(Callable<V> callable, long delay, long period) {
			super(callable);
			this.time = VirtualScheduler.this.nanos + Math.max(0, delay);
			this.period = period;
		}

		@Override
		public void run() {
			if (this.period == 0) {
				super.run();
			}
			else if (runAndReset()) {
				this.time = (this.period > 0) ? this.time + this.period : VirtualScheduler.this.nanos - this.period;
				if (!VirtualScheduler.this.shutdown && !isCancelled()) {
					VirtualScheduler.this.queue.add(this);
				}
			}
		}

		@Override
		public boolean cancel(boolean mayInterruptIfRunning) {
			VirtualScheduler.this.queue.remove(this);
			return super.cancel(mayInterruptIfRunning);
		}

		@Override
		public long getDelay(TimeUnit unit) {
			return unit.convert(this.time - VirtualScheduler.this.nanos, TimeUnit.NANOSECONDS);
		}

		@Override
		public int compareTo(Delayed other) {
			return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
		}

	}

}
