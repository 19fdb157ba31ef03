package io.lifeguard.engine.pool;

import java.lang.ref.WeakReference;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

import io.lifeguard.ContextPropagation;
import io.lifeguard.DeclaredPool;
import io.lifeguard.Handling;
import io.lifeguard.LossReason;
import io.lifeguard.LostTasks;
import io.lifeguard.Outcome;
import io.lifeguard.PoolHealth;
import io.lifeguard.PoolSettings;
import io.lifeguard.PoolSnapshot;
import io.lifeguard.ReportOutcome;
import io.lifeguard.TaskListener;
import io.lifeguard.TaskTimes;
import io.lifeguard.engine.executor.ClosingHabits;
import io.lifeguard.engine.executor.PlainExecutors;
import io.lifeguard.engine.executor.PoolAdvice;
import io.lifeguard.engine.executor.PropertyFinder;
import io.lifeguard.engine.executor.PoolExecutors;
import io.lifeguard.engine.failure.PoolLifecycle;
import io.lifeguard.engine.failure.TaskNames;
import io.lifeguard.engine.health.FullPool;
import io.lifeguard.engine.health.Load;
import io.lifeguard.engine.health.PoolMonitor;
import io.lifeguard.engine.health.SizeAdvice;
import io.lifeguard.engine.schedule.PeriodicTask;
import io.lifeguard.engine.schedule.ScheduleTiming;
import io.lifeguard.engine.schedule.Scheduler;
import io.lifeguard.engine.schedule.Schedules;
import io.lifeguard.engine.task.DroppedTasks;
import io.lifeguard.engine.task.Ledger;
import io.lifeguard.engine.task.Submission;
import io.lifeguard.engine.task.Task;
import io.lifeguard.engine.task.TaskDesk;
import io.lifeguard.engine.task.TimeLimits;
import io.lifeguard.support.Sideline;
import org.jspecify.annotations.Nullable;

/**
 * A guarded executor: its name, its numbers, its running tasks and its last failures.
 * Safe for use by any number of threads; reading never blocks a task.
 */
public final class Pool {

	/**
	 * Running tasks listed at most.
	 */
	public static final int MAX_RUNNING = 100;

	private static final StackTraceElement[] NO_STACK = {};

	/** In place of an executor that is garbage. */
	private static final Object FORGOTTEN = new Object();

	private final String name;

	private final PoolExecutors executors;

	private final String type;

	private final PoolLifecycle lifecycle;

	private final Ledger ledger;

	private final PoolSettings settings;

	private final boolean bean;

	private final @Nullable ContextPropagation contextPropagation;

	private final PoolMonitor monitor;

	private final FullPool fullPool;

	private final Schedules schedules;

	private final Scheduler scheduler;

	private final Load load;

	private volatile PropertyFinder properties = PropertyFinder.NONE;

	private final List<Supplier<List<String>>> furtherAdvice = new CopyOnWriteArrayList<>();

	private Consumer<Object> welcome = (executor) -> {
	};

	private final Sideline sideline = new Sideline();

	private final List<WeakReference<TickListener>> tickListeners = new CopyOnWriteArrayList<>();

	/**
	 * Create a pool without tasks.
	 * @param bean whether the executor is a bean of that name
	 * @param desk what its tasks share with those of other pools
	 * @param kept whether the executor stays for good; otherwise others have to hold it
	 * @param contextPropagation propagates the submitter's context, if the settings ask
	 * for it
	 * @param applicationClosing whether the application closes
	 * @param schedules what the pools of the application run again and again
	 */
	Pool(String name, Object executor, boolean bean, boolean kept, PoolSettings settings, TaskDesk desk,
			@Nullable ContextPropagation contextPropagation, BooleanSupplier applicationClosing, Schedules schedules) {
		this.name = name;
		this.executors = new PoolExecutors(executor, kept);
		this.type = type(executor);
		this.bean = bean;
		this.settings = settings;
		this.lifecycle = new PoolLifecycle(this.executors);
		this.ledger = new Ledger(name, settings, this.lifecycle, desk);
		this.contextPropagation = contextPropagation;
		this.load = new Load(this.ledger);
		this.monitor = new PoolMonitor(this.ledger, this.executors, settings, applicationClosing,
				() -> schedules.dead(name));
		this.fullPool = new FullPool(this.ledger, this.executors, this.load, settings.health(), applicationClosing);
		this.schedules = schedules;
		this.scheduler = new PoolScheduler(this.ledger, this.executors, applicationClosing, schedules);
	}

	/**
	 * Return the pool's name: the name of its bean, or the prefix of its threads' names.
	 */
	public String name() {
		return this.name;
	}

	/**
	 * Return the executor that the pool guards, itself unguarded: the first of several.
	 * An object of no kind once nobody else has the executor any more.
	 */
	public Object executor() {
		return Objects.requireNonNullElse(this.executors.first(), FORGOTTEN);
	}

	/**
	 * Whether there is one executor, which can be asked for its numbers by anybody: none
	 * of them is told by code of the application, which might hang.
	 */
	public boolean isPlain() {
		return !this.lifecycle.isShared() && PlainExecutors.contain(executor());
	}

	/**
	 * Whether the given executor is one that the pool guards, or does the work of one.
	 */
	public boolean guards(Object executor) {
		return this.executors.contains(executor);
	}

	/**
	 * Return the executors that the pool guards at present, themselves unguarded: several
	 * or none, if they are beans of a scope.
	 */
	public List<Object> presentExecutors() {
		return this.executors.present();
	}

	/**
	 * Have one more executor, which is a bean of the same name.
	 */
	synchronized void join(Object executor) {
		this.executors.add(executor);
		this.welcome.accept(executor);
	}

	/**
	 * Let the given one have each executor that comes to the pool from now on, in the
	 * place of whoever had them so far.
	 */
	public synchronized void welcome(Consumer<Object> welcome) {
		this.welcome = welcome;
	}

	/**
	 * Return who has each executor that comes to the pool.
	 */
	public synchronized Consumer<Object> welcome() {
		return this.welcome;
	}

	PoolExecutors executors() {
		return this.executors;
	}

	/**
	 * Whether the executor is a bean of the pool's name, which properties can tune.
	 */
	public boolean isBean() {
		return this.bean;
	}

	/**
	 * Return how the pool is watched.
	 */
	public PoolSettings settings() {
		return this.settings;
	}

	/**
	 * Let the given listener know of each task that ends from now on.
	 */
	public void addListener(TaskListener listener) {
		this.ledger.addListener(listener);
	}

	/**
	 * Return the pool's state and numbers as they are now.
	 */
	public PoolSnapshot snapshot() {
		PoolSnapshot.Tasks tasks = this.ledger.counts().snapshot(this.lifecycle.isTerminated());
		Integer active = this.executors.active();
		return new PoolSnapshot(this.type, this.executors.isVirtual() ? "virtual" : "platform", this.executors.size(),
				(active != null) ? active : (int) tasks.running(), this.executors.queue(), tasks,
				this.ledger.failures().counts().snapshot(tasks.failed()), stuck());
	}

	/**
	 * Return the class name of the executor, of a declared one that of Spring's class.
	 */
	private static String type(Object executor) {
		Class<?> type = executor.getClass();
		while (DeclaredPool.class.isAssignableFrom(type)) {
			type = type.getSuperclass();
		}
		return type.getName();
	}

	/**
	 * Return the last failures, newest first, 32 at most.
	 */
	public List<PoolSnapshot.RecentFailure> recentFailures() {
		return this.ledger.failures().recent();
	}

	/**
	 * Return the tasks that have been running for longest, {@value #MAX_RUNNING} at most.
	 * @param stacks whether to look at the stacks of their threads, from which a task
	 * gets a better name
	 */
	public List<PoolSnapshot.RunningTask> runningTasks(boolean stacks) {
		List<PoolSnapshot.RunningTask> tasks = new ArrayList<>();
		List<Task> longest = this.ledger.running().longest(MAX_RUNNING);
		long nanos = System.nanoTime(); // asked once, so that the order stays as it is
		Instant now = Instant.now();
		for (Task task : longest) {
			Thread thread = task.thread();
			if (thread != null) {
				StackTraceElement[] stack = stacks ? thread.getStackTrace() : NO_STACK;
				tasks.add(new PoolSnapshot.RunningTask(TaskNames.ofRunning(task.body(), stack), thread.getName(),
						now.minusNanos(task.runningFor(nanos)),
						Arrays.stream(stack).map(StackTraceElement::toString).toList()));
			}
		}
		return tasks;
	}

	/**
	 * Return the number of tasks that run for longer than the settings allow.
	 */
	public int stuck() {
		return this.monitor.stuck();
	}

	/**
	 * Return what to look at in the pool's settings, each in a sentence.
	 */
	public List<String> advice() {
		List<String> advice = new ArrayList<>(PoolAdvice.of(executor(), this.executors, this.properties));
		advice.addAll(SizeAdvice.of(this.load.upTo(System.nanoTime()), this.executors, this.properties));
		this.furtherAdvice.forEach((further) -> advice.addAll(further.get()));
		return advice;
	}

	/**
	 * Let advice name the properties that the given finder finds.
	 */
	public void setPropertyFinder(PropertyFinder properties) {
		this.properties = properties;
	}

	/**
	 * Return what the pool had to do in the last five minutes, or {@code null} if it had
	 * no task yet.
	 */
	public PoolSnapshot.@Nullable Load load() {
		return this.load.upTo(System.nanoTime()).shown();
	}

	/**
	 * Return how many threads the arriving work needs: arrivals times mean run time.
	 */
	public double demand() {
		return this.load.upTo(System.nanoTime()).demand();
	}

	/**
	 * Add to the advice on the pool.
	 */
	public void addAdvice(String advice) {
		addAdvice(() -> List.of(advice));
	}

	/**
	 * Ask the given supplier, on any thread, for what it has to add to the advice as of
	 * now.
	 */
	public void addAdvice(Supplier<List<String>> advice) {
		this.furtherAdvice.add(advice);
	}

	/**
	 * Return how well the pool is, as of the last tick of its registry.
	 */
	public PoolHealth health() {
		return this.monitor.health();
	}

	/**
	 * Return how many failures were handled in the given way.
	 */
	public long failures(Handling handling) {
		return this.ledger.failures().counts().of(handling);
	}

	/**
	 * Return how long the tasks that ended in the given way ran.
	 */
	public TaskTimes runTimes(Outcome outcome) {
		return this.ledger.times().run(outcome);
	}

	/**
	 * Return how long the tasks waited that ran.
	 */
	public TaskTimes waitTimes() {
		return this.ledger.times().waits();
	}

	/**
	 * Return how many tasks the executor did not accept.
	 */
	public long rejections() {
		return this.ledger.counts().rejected();
	}

	/**
	 * Return how many tasks were accepted and never run, for the given reason.
	 */
	public long lost(LossReason reason) {
		long lost = this.ledger.counts().lost(reason);
		// With those that waited when the pool terminated
		return (reason == LossReason.SHUTDOWN && this.lifecycle.isTerminated())
				? lost + this.ledger.counts().snapshot(false).queued() : lost;
	}

	/**
	 * Return how many tasks ran into their time limit.
	 */
	public long timeouts() {
		return this.ledger.counts().timedOut();
	}

	/**
	 * Return how many failures were handed to the reporters, with the given outcome.
	 */
	public long reports(ReportOutcome outcome) {
		return this.ledger.failures().counts().of(outcome);
	}

	/**
	 * Note that the application closes the pool now, or one of its executors.
	 * @param executor the one that it closes
	 * @param maker what shows the executor's queue: itself, or what has made it
	 * @param interrupts whether it is told to interrupt the tasks that are running, if it
	 * does not so by itself
	 */
	public void closing(Object executor, Object maker, boolean interrupts) {
		this.monitor.closing();
		this.ledger.dropped().expect(this.executors.closing(executor, maker));
		if (!this.lifecycle.isShared()) {
			this.lifecycle.closing();
		}
		if (interrupts || ClosingHabits.interrupt(maker)) {
			interrupting();
		}
	}

	/**
	 * Note that somebody stops the executor now: what waits in it is let go, and the
	 * tasks that are running are interrupted.
	 */
	public void stopping() {
		this.monitor.closing();
		this.ledger.dropped().expect(this.executors.waiting(DroppedTasks.MAX_EXPECTED));
		interrupting();
	}

	private void interrupting() {
		if (!this.lifecycle.isShared()) {
			this.lifecycle.interrupting();
		}
	}

	/**
	 * Whether the application closes the pool and its threads are still at work.
	 */
	boolean isEnding() {
		return this.lifecycle.isClosing() && (this.ledger.running().size() > 0 || this.executors.isTerminating());
	}

	/**
	 * Return which tasks have not run by now that the pool is closing.
	 */
	public LostTasks lostTasks() {
		long queued = this.executors.isShutdown() ? this.ledger.counts().snapshot(false).queued() : 0;
		return new LostTasks(this.name,
				this.ledger.counts().lost(LossReason.SHUTDOWN) + queued - this.ledger.dropped().notices(),
				this.ledger.dropped().atShutdown());
	}

	/**
	 * Return what propagates the submitter's context, if the settings ask for it.
	 */
	public @Nullable ContextPropagation contextPropagation() {
		return this.contextPropagation;
	}

	/**
	 * Follow what the pool is to run again and again.
	 * @return what to schedule in its place
	 */
	public PeriodicTask follow(Runnable task, ScheduleTiming timing) {
		return this.schedules.follow(task, this.ledger, this.scheduler, timing);
	}

	/**
	 * Return the timer by which the pool's schedules are due, in nanoseconds.
	 */
	public LongSupplier timer() {
		return this.schedules.nanos();
	}

	/**
	 * Return what the pool's tasks write.
	 */
	public Ledger ledger() {
		return this.ledger;
	}

	public PoolLifecycle lifecycle() {
		return this.lifecycle;
	}

	PoolMonitor monitor() {
		return this.monitor;
	}

	/**
	 * Look at the pool, as its registry does from time to time.
	 */
	void tick(long now) {
		this.ledger.times().tick(now);
		this.load.tick(now);
		if (this.lifecycle.isShared()) {
			this.executors.removeEnded();
		}
		this.monitor.tick(now);
		this.fullPool.tick(now);
		if (isPlain()) {
			lookWithin();
		}
		else {
			this.sideline.attempt(this::lookWithin);
		}
	}

	/**
	 * Look at what may be the application's: futures, a queue, a handler.
	 */
	private void lookWithin() {
		this.ledger.unseenFutures().look();
		for (WeakReference<TickListener> reference : this.tickListeners) {
			TickListener listener = reference.get();
			if (listener != null) {
				listener.tick();
			}
		}
	}

	/**
	 * End the tasks that have run or waited for longer than they may.
	 */
	void checkTimeLimits() {
		TimeLimits limits = this.ledger.timeLimits();
		limits.checkRunning(this.ledger.running());
		if (limits.limitWaiting()) {
			this.executors.removeQueued(Submission::expireIfOverdue);
		}
	}

	/**
	 * Call the given listener with each tick, as long as somebody else knows it.
	 */
	public void onTick(TickListener listener) {
		this.tickListeners.removeIf((reference) -> reference.refersTo(null));
		this.tickListeners.add(new WeakReference<>(listener));
	}

	/**
	 * Log the tasks that have not got to run, but for those that a shutdown has lost.
	 * @param rest whether there will be no other time
	 */
	void logDropped(boolean rest) {
		this.ledger.dropped().log(rest);
	}

	@Override
	public String toString() {
		return "pool " + this.name;
	}

	/**
	 * Looks at what belongs to a pool from time to time.
	 */
	public interface TickListener {

		/**
		 * Look, on the thread that watches all pools.
		 */
		void tick();

	}

}
