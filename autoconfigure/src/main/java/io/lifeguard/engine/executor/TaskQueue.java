package io.lifeguard.engine.executor;

import java.util.Collection;
import java.util.Iterator;
import java.util.Objects;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

/**
 * A thread pool's queue whose capacity can change while it is in use, and which can let
 * its pool grow before it takes a task. What it holds stays, however small it gets.
 */
public final class TaskQueue extends LinkedBlockingQueue<Runnable> {

	private static final long serialVersionUID = 1L;

	/** Of which each task in the queue holds one. */
	private final transient ResizableSemaphore places;

	/** Workers that wait for a task. */
	private final AtomicInteger idle = new AtomicInteger();

	private transient @Nullable ThreadPoolExecutor growsFirst;

	/**
	 * Create an empty queue.
	 * @param capacity the most tasks it takes, at least 1
	 */
	public TaskQueue(int capacity) {
		this.places = new ResizableSemaphore(requirePositive(capacity));
	}

	/**
	 * Take no task as long as the given pool has no idle thread and may start another.
	 */
	public void growFirst(ThreadPoolExecutor pool) {
		this.growsFirst = pool;
		pool.setRejectedExecutionHandler(
				new RejectionHandlers.SecondOffer(this, RejectionCounter.counting(pool.getRejectedExecutionHandler())));
	}

	boolean growsFirst() {
		return this.growsFirst != null;
	}

	/**
	 * Return the most tasks that the queue takes.
	 */
	public int getCapacity() {
		return this.places.size();
	}

	/**
	 * Change the most tasks that the queue takes. If it holds more it takes none until it
	 * holds fewer.
	 * @param capacity at least 1
	 */
	public void setCapacity(int capacity) {
		this.places.resize(requirePositive(capacity));
	}

	private static int requirePositive(int capacity) {
		if (capacity < 1) {
			throw new IllegalArgumentException("The capacity of a queue must be at least 1, not " + capacity);
		}
		return capacity;
	}

	@Override
	public boolean offer(Runnable task) {
		ThreadPoolExecutor pool = this.growsFirst;
		if (pool != null && pool.getPoolSize() < pool.getMaximumPoolSize() && this.idle.get() <= size()) {
			return false;
		}
		return offerAtOnce(task);
	}

	/**
	 * Take a task if there is a place, even if the pool may grow.
	 */
	boolean offerAtOnce(Runnable task) {
		return this.places.tryAcquire() && super.offer(task);
	}

	@Override
	public boolean offer(Runnable task, long timeout, TimeUnit unit) throws InterruptedException {
		return this.places.tryAcquire(timeout, unit) && super.offer(task);
	}

	@Override
	public void put(Runnable task) throws InterruptedException {
		this.places.acquire();
		super.put(task);
	}

	@Override
	public int remainingCapacity() {
		return Math.max(0, this.places.availablePermits());
	}

	@Override
	public Runnable take() throws InterruptedException {
		this.idle.incrementAndGet();
		try {
			return taken(super.take());
		}
		finally {
			this.idle.decrementAndGet();
		}
	}

	@Override
	public @Nullable Runnable poll(long timeout, TimeUnit unit) throws InterruptedException {
		this.idle.incrementAndGet();
		try {
			return taken(super.poll(timeout, unit));
		}
		finally {
			this.idle.decrementAndGet();
		}
	}

	@Override
	public @Nullable Runnable poll() {
		return taken(super.poll());
	}

	@Override
	public boolean remove(@Nullable Object task) {
		return freed(super.remove(task));
	}

	@Override
	public boolean removeIf(Predicate<? super Runnable> filter) {
		boolean removed = false;
		// One by one: the queue's own way tests tasks that a worker may take meanwhile
		for (Runnable task : this) {
			removed |= filter.test(task) && remove(task);
		}
		return removed;
	}

	@Override
	public boolean removeAll(Collection<?> tasks) {
		return removeIf(tasks::contains);
	}

	@Override
	public boolean retainAll(Collection<?> tasks) {
		return removeIf((task) -> !tasks.contains(task));
	}

	@Override
	public void clear() {
		removeIf((task) -> true);
	}

	@Override
	public int drainTo(Collection<? super Runnable> target) {
		return drainTo(target, Integer.MAX_VALUE);
	}

	@Override
	public int drainTo(Collection<? super Runnable> target, int max) {
		int drained = super.drainTo(target, max);
		for (int i = 0; i < drained; i++) {
			this.places.release();
		}
		return drained;
	}

	@Override
	public Iterator<Runnable> iterator() {
		Iterator<Runnable> tasks = super.iterator();
		return new Iterator<>() {

			private @Nullable Runnable last;

			@Override
			public boolean hasNext() {
				return tasks.hasNext();
			}

			@Override
			public Runnable next() {
				Runnable next = tasks.next();
				this.last = next;
				return next;
			}

			@Override
			public void remove() {
				// The queue's own iterator does not tell whether it has removed anything
				TaskQueue.this.remove(Objects.requireNonNull(this.last));
			}

		};
	}

	private <T extends @Nullable Runnable> T taken(T task) {
		freed(task != null);
		return task;
	}

	private boolean freed(boolean one) {
		if (one) {
			this.places.release();
		}
		return one;
	}

}
