package io.lifeguard.engine.pool;

import java.lang.Thread.UncaughtExceptionHandler;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

import io.lifeguard.CurrentTask;
import io.lifeguard.FailureContext;
import io.lifeguard.ContextPropagation;
import io.lifeguard.Lifeguard;
import io.lifeguard.PoolSettings;
import io.lifeguard.ReportSettings;
import io.lifeguard.Schedule;
import io.lifeguard.ScheduleSettings;
import io.lifeguard.TaskFailureReporter;
import io.lifeguard.TaskOwner;
import io.lifeguard.engine.failure.Reports;
import io.lifeguard.engine.schedule.PeriodicTask;
import io.lifeguard.engine.schedule.Schedules;
import io.lifeguard.engine.task.Task;
import io.lifeguard.engine.task.TaskDesk;
import io.lifeguard.engine.task.UncaughtInTask;
import io.lifeguard.support.Frames;
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

	/** Those for which the JVM's default handler has another before it. */
	private static final Set<PoolRegistry> reporting = new HashSet<>();

	private static final long INTERRUPTED_GRACE = TimeUnit.MILLISECONDS.toNanos(500);

	private final Map<String, Pool> pools = new ConcurrentSkipListMap<>();

	private final List<Consumer<Pool>> listeners = new CopyOnWriteArrayList<>();

	private final List<Consumer<Pool>> removalListeners = new CopyOnWriteArrayList<>();

	private final Watcher watcher = new Watcher(this);

	private final ReadOnlyPools readOnlyPools;

	private final TaskDesk desk;

	private final Schedules schedules;

	private final Function<String, PoolSettings> settings;

	private final AtomicBoolean closed = new AtomicBoolean();

	private volatile Supplier<@Nullable ContextPropagation> contextPropagation = () -> null;

	private volatile Supplier<List<TaskFailureReporter>> lastReporters = List::of;

	private volatile List<String> applicationPackages = List.of();

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
		this.schedules = new Schedules(clock, this.desk.failures());
		this.readOnlyPools = new ReadOnlyPools(this.pools::containsKey, (name) -> settings.apply(name).health(),
				this.watcher::watch);
		open.add(this);
		onTick((last) -> standBeforeTracker());
	}

	/**
	 * Return all pools, ordered by name.
	 */
	public Collection<Pool> pools() {
		return this.pools.values();
	}

	/**
	 * Return what the pools run again and again, ordered by name.
	 */
	public Collection<? extends Schedule> schedules() {
		return this.schedules.all();
	}

	/**
	 * Return the schedule of the given name, or {@code null} if there is none.
	 */
	public @Nullable Schedule schedule(String name) {
		return this.schedules.get(name);
	}

	/**
	 * Let the given listener know of each schedule there is, and of each that comes later
	 * or takes another's place, on the thread that makes it.
	 */
	public void onSchedule(Consumer<? super Schedule> listener) {
		this.schedules.onSchedule(listener);
	}

	/**
	 * Let the given listener know of each schedule that is no more.
	 */
	public void onScheduleRemoval(Consumer<? super Schedule> listener) {
		this.schedules.onRemoval(listener);
	}

	/**
	 * Ask the given function how a schedule of a given name is watched that is made from
	 * now on.
	 */
	public void setScheduleSettings(Function<String, ScheduleSettings> settings) {
		this.schedules.setSettings(settings);
	}

	/**
	 * Return the pool of the given name, or {@code null} if there is none.
	 */
	public @Nullable Pool pool(String name) {
		return this.pools.get(name);
	}

	/**
	 * Return the pools that are not the application's.
	 */
	public ReadOnlyPools readOnlyPools() {
		return this.readOnlyPools;
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
	 * Return a pool of the given name for the executor bean of that name: the one there
	 * is if it has been made for the same executor, or else a new one in its place.
	 */
	public Pool register(String name, Object executor) {
		return register(name, executor, true, false);
	}

	/**
	 * Register a pool.
	 * @param bean whether the executor is a bean of that name
	 * @param shared whether there are other executors of the pool
	 */
	private synchronized Pool register(String name, Object executor, boolean bean, boolean shared) {
		Pool present = this.pools.get(name);
		if (present != null && present.executor() == executor) {
			return present;
		}
		if (present != null) {
			this.desk.remove(present.ledger());
			present.logDropped(true);
		}
		PoolSettings settings = this.settings.apply(name);
		Pool pool = new Pool(name, executor, bean, bean && !shared, settings, this.desk,
				settings.propagateContext() ? this.contextPropagation.get() : null, () -> this.closing, this.schedules);
		if (shared) {
			pool.lifecycle().shared();
		}
		this.pools.put(name, pool);
		this.readOnlyPools.giveWay(name);
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
			present.join(executor);
			return present;
		}
		return register(name, executor, true, true);
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
	 * Ask the given context about each task from now on.
	 */
	public void setFailureContext(FailureContext context) {
		this.desk.failures().setContext(context);
	}

	/**
	 * Take what is in and below the given packages for the application's own, where a
	 * stack trace leaves the choice.
	 */
	public void setApplicationPackages(List<String> packages) {
		Frames.removeApplication(this.applicationPackages);
		this.applicationPackages = List.copyOf(packages);
		Frames.addApplication(this.applicationPackages);
	}

	/**
	 * Give each task from now on to an owner: to that of the task that the submitting
	 * thread runs, of whichever application, or else to whom the given supplier names for
	 * that thread.
	 */
	public void setTaskOwners(Supplier<TaskOwner> owners) {
		this.desk.setOwner(() -> {
			Task task = anyCurrentTask();
			TaskOwner owner = (task != null) ? task.owner() : null;
			return (owner != null) ? owner : owners.get();
		});
	}

	/**
	 * Ask the given supplier for the propagation of each pool whose settings want one,
	 * and that is made from now on.
	 */
	public void setContextPropagation(Supplier<@Nullable ContextPropagation> contextPropagation) {
		this.contextPropagation = contextPropagation;
	}

	/**
	 * Take it from now on that the JVM's default handler of uncaught exceptions may be an
	 * error tracker's, which marks the process as crashed and blocks the thread.
	 * @param tracker returns the handler that stands behind that of the tracker, and any
	 * other as it is
	 */
	public void setTracker(UnaryOperator<@Nullable UncaughtExceptionHandler> tracker) {
		this.desk.uncaughtHandlers().setTracker(tracker);
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
		synchronized (reporting) {
			if (!this.closed.get()) {
				reporting.add(this);
				UncaughtInTask.install(PoolRegistry::failUncaught);
			}
		}
		this.desk.failures().reports().open(reporters);
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
	 * return: a framework has consumed what it threw. Reported as uncaught, by whichever
	 * registry has the task: the methods of a context may run on executors of its
	 * parent's. What a failed task throws besides counts as a task of its own.
	 * @return whether the thread is running a task
	 */
	public static boolean failCurrentTask(Throwable thrown) {
		Task task = anyCurrentTask();
		if (task != null) {
			task.consumed(thrown);
		}
		return task != null;
	}

	/**
	 * Count what a framework has consumed as a task of its own that has failed, within
	 * the one that the current thread is running: that does many things for its
	 * framework, and goes on. Reported as uncaught.
	 * @return whether the thread is running a task
	 */
	public static boolean failWithinCurrentTask(Throwable thrown) {
		Task task = anyCurrentTask();
		if (task != null) {
			task.ledger().failed(task.body(), thrown).uncaught();
		}
		return task != null;
	}

	private static boolean failUncaught(Throwable thrown, @Nullable UncaughtExceptionHandler next) {
		Task task = anyCurrentTask();
		if (task != null) {
			task.consumed(thrown);
			task.ledger().desk().uncaughtHandlers().handleByDefault(thrown, next);
		}
		return task != null;
	}

	/**
	 * Let the run of a schedule that the current thread is at end as what is returned is
	 * told, since the run has begun what goes on without it.
	 * @return takes what has failed the run, or {@code null} if it has succeeded, on any
	 * thread and once; {@code null} if the thread runs no schedule
	 */
	public @Nullable Consumer<@Nullable Throwable> handOnCurrentRun() {
		return PeriodicTask.handOn(this.desk.currentTask());
	}

	/**
	 * Return the task that the given thread is running, the innermost of several, or
	 * {@code null} if there is none.
	 */
	public @Nullable CurrentTask taskOn(Thread thread) {
		Task task = this.desk.taskOn(thread);
		return (task != null) ? task.toCurrentTask() : null;
	}

	/**
	 * Return the task that a thread of the given name is running, or {@code null} if
	 * there is none.
	 */
	public @Nullable CurrentTask taskOn(String threadName) {
		Task task = this.desk.taskOn(threadName);
		return (task != null) ? task.toCurrentTask() : null;
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
		this.schedules.close();
		Reports reports = this.desk.failures().reports();
		if (!reports.isOpen()) {
			report(this.lastReporters.get());
		}
		reports.close(this.pools.values().stream().map(Pool::lostTasks).filter((lost) -> lost.count() > 0).toList());
		this.pools.values().forEach((pool) -> pool.logDropped(true));
		this.watcher.notifyLast();
		open.remove(this);
		synchronized (reporting) {
			if (reporting.remove(this) && reporting.isEmpty()) {
				UncaughtInTask.uninstall();
			}
		}
		Frames.removeApplication(this.applicationPackages);
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
	 * Return the task of whichever application that the current thread is running, the
	 * innermost of several, or {@code null} if there is none.
	 */
	private static @Nullable Task anyCurrentTask() {
		return open.stream()
			.map((registry) -> registry.desk.currentTask())
			.filter(Objects::nonNull)
			.reduce((outer, inner) -> inner.startedAfter(outer) ? inner : outer)
			.orElse(null);
	}

	private void standBeforeTracker() {
		synchronized (reporting) {
			// One of the application's own that comes later has its way
			if (reporting.contains(this) && this.desk.uncaughtHandlers().isTrackerFirst()) {
				UncaughtInTask.install(PoolRegistry::failUncaught);
			}
		}
	}

	/**
	 * Look at the schedules, as is done from time to time.
	 */
	void tickSchedules() {
		this.schedules.tick();
	}

	TaskDesk desk() {
		return this.desk;
	}

}
