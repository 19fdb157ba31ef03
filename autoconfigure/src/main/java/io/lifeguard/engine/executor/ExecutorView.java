package io.lifeguard.engine.executor;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;
import java.util.concurrent.RunnableScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.function.Predicate;
import java.util.function.Supplier;

import io.lifeguard.PoolSnapshot;
import io.lifeguard.engine.failure.ExecutorStatus;
import io.lifeguard.engine.task.Submission;
import io.lifeguard.engine.task.Task;
import io.lifeguard.support.Fields;
import org.jspecify.annotations.Nullable;

import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.core.task.VirtualThreadTaskExecutor;
import org.springframework.scheduling.concurrent.ConcurrentTaskExecutor;
import org.springframework.scheduling.concurrent.ExecutorConfigurationSupport;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

/**
 * Reads the state of an executor, whatever kind it is. Each read asks the executor anew,
 * and what does not answer counts as having said the same as last time.
 */
public interface ExecutorView extends ExecutorStatus {

	/**
	 * Return a view of the given executor, for what can be known of its kind. No question
	 * throws, or lasts longer than a tenth of a second, whatever the executor does.
	 */
	static ExecutorView of(Object executor) {
		Object asked = adapted(executor);
		ExecutorView view = asking(asked);
		return new PatientView(() -> asked, () -> view);
	}

	/**
	 * Return a view that does not keep the executor from becoming garbage. After that it
	 * has nothing to show.
	 */
	static ExecutorView of(WeakReference<Object> executor) {
		return new PatientView(() -> adapted(Objects.requireNonNullElse(executor.get(), NOTHING)),
				() -> asking(adapted(Objects.requireNonNullElse(executor.get(), NOTHING))));
	}

	/**
	 * Return the executor that one of Spring's only passes tasks on to.
	 */
	private static Object adapted(Object executor) {
		return (executor instanceof ConcurrentTaskExecutor adapter) ? adapter.getConcurrentExecutor() : executor;
	}

	/**
	 * Return a view that asks on the thread that it is asked on.
	 */
	private static ExecutorView asking(Object executor) {
		if (executor instanceof ThreadPoolTaskExecutor pool) {
			return new ThreadPoolView(pool::getThreadPoolExecutor, isSet(pool, "virtualThreads"));
		}
		if (executor instanceof ThreadPoolTaskScheduler pool) {
			return new ThreadPoolView(pool::getScheduledThreadPoolExecutor, isSet(pool, "virtualThreads"));
		}
		if (executor instanceof ThreadPoolExecutor pool) {
			return new ThreadPoolView(() -> pool, false);
		}
		if (executor instanceof ForkJoinPool pool) {
			return new ForkJoinView(pool);
		}
		if (executor instanceof SimpleAsyncTaskExecutor threads) {
			return new SimpleAsyncView(threads, isSet(threads, "virtualThreadDelegate"));
		}
		if (executor instanceof ExecutorConfigurationSupport factory
				&& Fields.get(factory, "executor") instanceof ThreadPoolExecutor pool) {
			return new ThreadPoolView(() -> pool, false);
		}
		return new OtherView(executor);
	}

	private static boolean isSet(Object executor, String fieldName) {
		Object value = Fields.get(executor, fieldName);
		return value != null && !Boolean.FALSE.equals(value);
	}

	/** In place of an executor. */
	Object NOTHING = new Object();

	boolean isVirtual();

	default PoolSnapshot.@Nullable Size size() {
		return null;
	}

	/**
	 * Return the most threads that the executor will have for the tasks that it has and
	 * the next one, or {@link Integer#MAX_VALUE} where no bound is known. As long as a
	 * queue has room that is not the maximum: nothing starts a further thread.
	 */
	default int threadLimit() {
		return Integer.MAX_VALUE;
	}

	default @Nullable Integer active() {
		return null;
	}

	default PoolSnapshot.@Nullable Queue queue() {
		return null;
	}

	/**
	 * Return how many tasks wait that are to run once: periodic and cancelled ones are
	 * not among them. Negative for an executor that does not show what waits.
	 */
	default long queued() {
		return -1;
	}

	/**
	 * Return the first guarded tasks that wait, as far as that can be looked at.
	 * @param max how many to look at
	 */
	default List<Submission> waiting(int max) {
		return List.of();
	}

	/**
	 * Whether the given object is in the executor's queue, or may be as far as that can
	 * be seen.
	 */
	default boolean mayHold(Object queued) {
		return true;
	}

	/**
	 * Take out of the queue, as far as that can be seen, each guarded task for which the
	 * given test holds.
	 */
	default void removeQueued(Predicate<Submission> test) {
	}

	/**
	 * Whether the executor has let go of what was waiting in it.
	 */
	default boolean hasLetGo() {
		return isShutdown();
	}

	@Override
	default boolean hasLetGo(Object task) {
		return hasLetGo();
	}

	/**
	 * Whether nobody has the executor any more.
	 */
	default boolean isForgotten() {
		return false;
	}

	/**
	 * Whether the executor is shut down and has threads at work, as far as that can be
	 * known.
	 */
	default boolean isTerminating() {
		return false;
	}

	/**
	 * A pool of the JDK's, or a bean of Spring's around one that may not be there yet.
	 */
	record ThreadPoolView(Supplier<ThreadPoolExecutor> supplier, boolean isVirtual) implements ExecutorView {

		/** Entries of a queue looked at, one by one, at most. */
		private static final int MAX_LOOKED_AT = 1000;

		private @Nullable ThreadPoolExecutor pool() {
			try {
				return this.supplier.get();
			}
			catch (IllegalStateException ex) {
				return null; // not initialized yet
			}
		}

		@Override
		public PoolSnapshot.@Nullable Size size() {
			ThreadPoolExecutor pool = pool();
			if (pool == null) {
				return null;
			}
			// A scheduled pool never starts more threads than its core, whatever its
			// maximum
			Integer max = (pool instanceof ScheduledThreadPoolExecutor) ? null : pool.getMaximumPoolSize();
			return new PoolSnapshot.Size(pool.getCorePoolSize(), max, pool.getPoolSize(), pool.getLargestPoolSize());
		}

		@Override
		public int threadLimit() {
			ThreadPoolExecutor pool = pool();
			if (pool == null) {
				return Integer.MAX_VALUE;
			}
			// What waits in a queue starts no thread, were it full; the next task may
			boolean grows = (pool.getQueue().isEmpty() && pool.getQueue().remainingCapacity() == 0)
					|| (pool.getQueue() instanceof TaskQueue tasks && tasks.growsFirst());
			return grows ? pool.getMaximumPoolSize()
					: Math.max(1, Math.max(pool.getCorePoolSize(), pool.getPoolSize()));
		}

		@Override
		public @Nullable Integer active() {
			ThreadPoolExecutor pool = pool();
			return (pool != null) ? pool.getActiveCount() : null;
		}

		@Override
		public PoolSnapshot.@Nullable Queue queue() {
			ThreadPoolExecutor pool = pool();
			if (pool == null) {
				return null;
			}
			int size = pool.getQueue().size();
			if (pool.getQueue() instanceof TaskQueue queue) {
				return new PoolSnapshot.Queue(size, queue.getCapacity());
			}
			long capacity = (long) size + pool.getQueue().remainingCapacity();
			return new PoolSnapshot.Queue(size, (capacity < Integer.MAX_VALUE) ? (int) capacity : null);
		}

		@Override
		public long queued() {
			ThreadPoolExecutor pool = pool();
			if (pool == null) {
				return -1;
			}
			int size = pool.getQueue().size();
			int others = 0;
			int looked = 0;
			for (Runnable entry : pool.getQueue()) {
				if (++looked > MAX_LOOKED_AT) {
					break; // the rest may well be what it seems to be
				}
				others += isToRunOnce(entry) ? 0 : 1;
			}
			return Math.max(0, size - others);
		}

		private static boolean isToRunOnce(Runnable entry) {
			Submission task = Task.of(entry);
			if (task != null) {
				return task.isQueued();
			}
			boolean periodic = entry instanceof RunnableScheduledFuture<?> scheduled && scheduled.isPeriodic();
			return !periodic && !(entry instanceof Future<?> future && future.isDone());
		}

		@Override
		public List<Submission> waiting(int max) {
			ThreadPoolExecutor pool = pool();
			List<Submission> waiting = new ArrayList<>();
			if (pool != null) {
				Iterator<Runnable> queue = pool.getQueue().iterator();
				for (int looked = 0; looked < max && queue.hasNext(); looked++) {
					Submission task = Submission.within(queue.next());
					if (task != null) {
						waiting.add(task);
					}
				}
			}
			return waiting;
		}

		@Override
		public boolean mayHold(Object queued) {
			return !(pool() instanceof ScheduledThreadPoolExecutor pool) || pool.getQueue().contains(queued);
		}

		@Override
		public void removeQueued(Predicate<Submission> test) {
			ThreadPoolExecutor pool = pool();
			if (pool != null) {
				for (Runnable queued : pool.getQueue()) {
					Submission task = Submission.within(queued);
					if (task != null && test.test(task)) {
						pool.remove(queued);
					}
				}
			}
		}

		@Override
		public boolean isShutdown() {
			ThreadPoolExecutor pool = pool();
			return pool != null && pool.isShutdown();
		}

		@Override
		public boolean isTerminating() {
			ThreadPoolExecutor pool = pool();
			return pool != null && pool.isTerminating();
		}

		@Override
		public boolean isTerminated() {
			ThreadPoolExecutor pool = pool();
			return pool != null && pool.isTerminated();
		}

		@Override
		public boolean hasLetGo() {
			ThreadPoolExecutor pool = pool();
			return pool != null && pool.isShutdown() && pool.getQueue().isEmpty();
		}

	}

	/**
	 * A fork-join pool.
	 */
	record ForkJoinView(ForkJoinPool pool) implements ExecutorView {

		@Override
		public boolean isVirtual() {
			return false;
		}

		@Override
		public PoolSnapshot.Size size() {
			return new PoolSnapshot.Size(this.pool.getParallelism(), null, this.pool.getPoolSize(), null);
		}

		@Override
		public Integer active() {
			return this.pool.getActiveThreadCount();
		}

		@Override
		public PoolSnapshot.Queue queue() {
			return new PoolSnapshot.Queue((int) Math.min(Integer.MAX_VALUE,
					this.pool.getQueuedTaskCount() + this.pool.getQueuedSubmissionCount()), null);
		}

		@Override
		public boolean isShutdown() {
			return this.pool.isShutdown();
		}

		@Override
		public boolean isTerminating() {
			return this.pool.isTerminating();
		}

		@Override
		public boolean isTerminated() {
			return this.pool.isTerminated();
		}

		@Override
		public boolean hasLetGo() {
			return this.pool.isTerminating() || this.pool.isTerminated();
		}

	}

	/**
	 * Spring's executor with a thread for each task.
	 */
	record SimpleAsyncView(SimpleAsyncTaskExecutor executor, boolean isVirtual) implements ExecutorView {

		@Override
		public int threadLimit() {
			int limit = this.executor.getConcurrencyLimit();
			return (limit > 0) ? limit : Integer.MAX_VALUE;
		}

		@Override
		public boolean isShutdown() {
			return !this.executor.isActive();
		}

		@Override
		public boolean isTerminated() {
			return false;
		}

	}

	/**
	 * Any other executor.
	 */
	record OtherView(Object executor) implements ExecutorView {

		@Override
		public boolean isVirtual() {
			return this.executor instanceof VirtualThreadTaskExecutor || PlainExecutors.isThreadPerTask(this.executor);
		}

		/**
		 * {@inheritDoc} What {@code newSingleThreadExecutor} returns shows nothing but
		 * its class.
		 */
		@Override
		public int threadLimit() {
			return PlainExecutors.isSingleThread(this.executor) ? 1 : Integer.MAX_VALUE;
		}

		@Override
		public boolean isShutdown() {
			return this.executor instanceof ExecutorService service && service.isShutdown();
		}

		@Override
		public boolean isTerminated() {
			return this.executor instanceof ExecutorService service && service.isTerminated();
		}

	}

}
