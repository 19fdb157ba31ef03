package io.lifeguard.engine.pool;

import java.lang.Thread.UncaughtExceptionHandler;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

import io.lifeguard.ClaimState;
import io.lifeguard.ContextPropagation;
import io.lifeguard.Lifeguard;
import io.lifeguard.PoolSettings;
import io.lifeguard.ReportSettings;
import io.lifeguard.SubmitterContext;
import io.lifeguard.TaskFailureReporter;
import io.lifeguard.engine.failure.Failure;
import io.lifeguard.engine.failure.Reports;
import io.lifeguard.engine.task.Task;
import io.lifeguard.engine.task.TaskDesk;
import org.jspecify.annotations.Nullable;

/**
 * The pools of an application, and what they share: the watch over failures that nobody
 * has read yet, and the hand-over to the reporters. Has a daemon thread of its own to
 * watch from the first pool on, and one to report from {@link #report} on, until it is
 * closed.
 */
public final class PoolRegistry implements AutoCloseable {

	/** The name of its bean, so that nobody need look for it by its type. */
	public static final String BEAN_NAME = "lifeguardPoolRegistry";

	private static final Deque<PoolRegistry> open = new ConcurrentLinkedDeque<>();

	private static final long INTERRUPTED_GRACE = TimeUnit.MILLISECONDS.toNanos(500);

	private final Map<String, Pool> pools = new ConcurrentSkipListMap<>();

	private final List<Consumer<Pool>> listeners = new CopyOnWriteArrayList<>();

	private final List<Consumer<Pool>> removalListeners = new CopyOnWriteArrayList<>();

	private final Watcher watcher = new Watcher(this);

	private final TaskDesk desk;

	private final Function<String, PoolSettings> settings;

	private final AtomicBoolean closed = new AtomicBoolean();

	private volatile Supplier<@Nullable ContextPropagation> contextPropagation = () -> null;

	private volatile Supplier<List<TaskFailureReporter>> lastReporters = List::of;

	private volatile boolean closing;

	/**
	 * Create a registry without pools.
	 * @param settings returns how the pool of a given name is watched
	 * @param reportSettings what is reported
	 */
	public PoolRegistry(Function<String, PoolSettings> settings, ReportSettings reportSettings) {
		this(settings, reportSettings, System::nanoTime);
	}

	/**
	 * Create a registry without pools, with a clock of its own.
	 * @param clock tells the time in nanoseconds, as {@link System#nanoTime()} does
	 */
	public PoolRegistry(Function<String, PoolSettings> settings, ReportSettings reportSettings, LongSupplier clock) {
		this.settings = settings;
		this.desk = new TaskDesk(reportSettings, clock);
		open.add(this);
	}

	/**
	 * Return all pools, ordered by name.
	 */
	public Collection<Pool> pools() {
		return this.pools.values();
	}

	/**
	 * Return the pool of the given name, or {@code null} if there is none.
	 */
	public @Nullable Pool pool(String name) {
		return this.pools.get(name);
	}

	/**
	 * Let the given listener know of each pool there is, and of each that comes later or
	 * takes another's place, on the thread that makes it.
	 */
	public synchronized void onPool(Consumer<Pool> listener) {
		this.listeners.add(listener);
		for (Pool pool : this.pools.values()) {
			listener.accept(pool);
		}
	}

	/**
	 * Let the given listener know of each pool that is forgotten and has no successor.
	 */
	public void onRemoval(Consumer<Pool> listener) {
		this.removalListeners.add(listener);
	}

	/**
	 * Return a pool of the given name for the given executor: the one there is if it has
	 * been made for the same executor, or else a new one in its place.
	 */
	public Pool register(String name, Object executor) {
		return register(name, executor, true, false);
	}

	private synchronized Pool register(String name, Object executor, boolean kept, boolean shared) {
		Pool present = this.pools.get(name);
		if (present != null && present.executor() == executor) {
			return present;
		}
		if (present != null) {
			this.desk.remove(present.ledger());
			present.logDropped(true);
		}
		PoolSettings settings = this.settings.apply(name);
		Pool pool = new Pool(name, executor, kept, settings, this.desk,
				settings.propagateContext() ? this.contextPropagation.get() : null, () -> this.closing);
		if (shared) {
			pool.lifecycle().shared();
		}
		this.pools.put(name, pool);
		this.desk.add(pool.ledger());
		this.watcher.watch(pool.ledger().timeLimits().shortest());
		for (Consumer<Pool> listener : this.listeners) {
			listener.accept(pool);
		}
		return pool;
	}

	/**
	 * Return the pool that the executors of the given name share, each of which ends when
	 * it likes: the one there is, to which the given executor is added, or else a new
	 * one.
	 */
	public synchronized Pool registerShared(String name, Object executor) {
		Pool present = this.pools.get(name);
		if (present != null && present.lifecycle().isShared()) {
			present.executors().add(executor);
			return present;
		}
		return register(name, executor, false, true);
	}

	/**
	 * Return a new pool for an executor that is no bean of the application, under the
	 * given name or, where that is taken by an executor still in use, one like it. The
	 * pool does not keep the executor from becoming garbage, and goes with it.
	 */
	public synchronized Pool registerBeside(String name, Object executor) {
		String free = name;
		for (int i = 2; isTaken(free, executor); i++) {
			free = name + "-" + i;
		}
		return register(free, executor, false, false);
	}

	private boolean isTaken(String name, Object executor) {
		Pool present = this.pools.get(name);
		return present != null && present.executor() != executor && !present.lifecycle().isTerminated();
	}

	/**
	 * Forget a pool whose executor could not be guarded after all, or is gone for good.
	 */
	public synchronized void remove(Pool pool) {
		if (this.pools.remove(pool.name(), pool)) {
			this.desk.remove(pool.ledger());
			pool.logDropped(true);
			this.removalListeners.forEach((listener) -> listener.accept(pool));
		}
	}

	/**
	 * Capture the given context with each task from now on.
	 */
	public void setSubmitterContext(SubmitterContext submitterContext) {
		this.desk.failures().setSubmitterContext(submitterContext);
	}

	/**
	 * Ask the given supplier for the propagation of each pool whose settings want one,
	 * and that is made from now on.
	 */
	public void setContextPropagation(Supplier<@Nullable ContextPropagation> contextPropagation) {
		this.contextPropagation = contextPropagation;
	}

	/**
	 * Ask the given supplier for the application's own default handler of uncaught
	 * exceptions, instead of taking the JVM's.
	 */
	public void setDefaultHandler(Supplier<@Nullable UncaughtExceptionHandler> defaultHandler) {
		this.desk.uncaughtHandlers().setDefaultHandler(defaultHandler);
	}

	/**
	 * Ask the given supplier for reporters if this is closed before it has begun to
	 * report.
	 */
	public void setLastReporters(Supplier<List<TaskFailureReporter>> lastReporters) {
		this.lastReporters = lastReporters;
	}

	/**
	 * Call the given listener from time to time, on a thread of the registry's own: with
	 * {@code false}, and once with {@code true} when the registry closes.
	 */
	public void onTick(Consumer<Boolean> listener) {
		this.watcher.onTick(listener);
	}

	/**
	 * Begin to hand failures to the given reporters, in the given order: those that
	 * happened before and those to come. No effect if that has begun already.
	 */
	public void report(List<TaskFailureReporter> reporters) {
		this.desk.failures().reports().open(reporters, this.desk.failures().submitterContext());
	}

	/**
	 * Note that the application begins to close: a pool that ends from now on ends as it
	 * should.
	 */
	public void closing() {
		this.closing = true;
	}

	/**
	 * Mark the task that the current thread is running as failed, although it will
	 * return: a framework has consumed what it threw. Reported as uncaught, by another
	 * registry if it is one of that: the methods of a context may run on executors of its
	 * parent's.
	 * @return whether the thread is running a task
	 */
	public boolean failCurrentTask(Throwable thrown) {
		Task own = this.desk.currentTask();
		Task task = (own != null) ? own : anyCurrentTask();
		if (task == null) {
			return false;
		}
		Failure failure = task.failure();
		((failure != null) ? failure : task.fail(thrown)).uncaught();
		return true;
	}

	/**
	 * Whether the current thread is running a guarded task.
	 */
	public boolean isRunningTask() {
		return this.desk.currentTask() != null;
	}

	/**
	 * Return whether the guard answers for the given throwable or one of its causes.
	 */
	public ClaimState claimOn(Throwable throwable) {
		return this.desk.failures().claims().stateOf(throwable);
	}

	/**
	 * Stop to watch. What nobody has read by now is reported, and so is what was lost;
	 * reporters have five seconds to take it. Tasks that the shutdown of their pool has
	 * interrupted have half a second before that to end.
	 */
	@Override
	public void close() {
		if (!this.closed.compareAndSet(false, true)) {
			return;
		}
		this.watcher.stop();
		awaitInterrupted();
		this.desk.failures().unobserved().close();
		Reports reports = this.desk.failures().reports();
		if (!reports.isOpen()) {
			report(this.lastReporters.get());
		}
		reports.close(this.pools.values().stream().map(Pool::lostTasks).filter((lost) -> lost.count() > 0).toList());
		this.pools.values().forEach((pool) -> pool.logDropped(true));
		this.watcher.notifyLast();
		open.remove(this);
	}

	/**
	 * Wait for the tasks of pools that are closing, so that what they throw is told.
	 */
	private void awaitInterrupted() {
		long deadline = System.nanoTime() + INTERRUPTED_GRACE;
		try {
			while (this.pools.values().stream().anyMatch(Pool::isEnding) && System.nanoTime() - deadline < 0) {
				TimeUnit.MILLISECONDS.sleep(5);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * Return the task of whichever application that the current thread is running.
	 */
	private static @Nullable Task anyCurrentTask() {
		return open.stream()
			.map((registry) -> registry.desk.currentTask())
			.filter(Objects::nonNull)
			.findFirst()
			.orElse(null);
	}

	TaskDesk desk() {
		return this.desk;
	}

}
