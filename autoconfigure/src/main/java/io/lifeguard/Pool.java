package io.lifeguard;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.jspecify.annotations.Nullable;

/**
 * A guarded executor: its name, its numbers, its running tasks and its last failures.
 * Safe for use by any number of threads; reading never blocks a task.
 */
public final class Pool {

	private final String name;

	private final Object executor;

	private final ExecutorView view;

	private final PoolLifecycle lifecycle;

	private final PoolRegistry registry;

	private final PoolSettings settings;

	private final TimeLimits timeLimits;

	private final @Nullable ContextPropagation contextPropagation;

	private final PoolMonitor monitor;

	private final RunningTasks running = new RunningTasks();

	private final TimeCounts times = new TimeCounts(this.running);

	private final TaskCounts counts = new TaskCounts(this.running);

	private final RecentFailures recentFailures = new RecentFailures();

	private final List<String> furtherAdvice = new CopyOnWriteArrayList<>();

	private final DeadTasks deadTasks = new DeadTasks();

	private final Losses losses = new Losses();

	private final Forwarding forwarding = new Forwarding();

	private volatile TaskListener listener = TaskListener.NONE;

	Pool(String name, Object executor, PoolRegistry registry, PoolSettings settings) {
		this.name = name;
		this.executor = executor;
		this.view = ExecutorView.of(executor);
		this.lifecycle = new PoolLifecycle(this.view);
		this.registry = registry;
		this.settings = settings;
		this.timeLimits = new TimeLimits(settings);
		this.contextPropagation = settings.propagateContext() ? registry.contextPropagation() : null;
		this.monitor = new PoolMonitor(this);
	}

	/**
	 * Return the pool's name: the name of its bean, or the prefix of its threads' names.
	 */
	public String name() {
		return this.name;
	}

	/**
	 * Return the executor that the pool guards, itself unguarded.
	 */
	public Object executor() {
		return this.executor;
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
	public synchronized void addListener(TaskListener listener) {
		TaskListener present = this.listener;
		TaskListener added = new IsolatedTaskListener(this, listener);
		this.listener = (present == TaskListener.NONE) ? added : (outcome, waited, ran) -> {
			present.ended(outcome, waited, ran);
			added.ended(outcome, waited, ran);
		};
	}

	/**
	 * Return the pool's state and numbers as they are now.
	 */
	public PoolSnapshot snapshot() {
		PoolSnapshot.Tasks tasks = this.counts.tasks(this.lifecycle.isTerminated());
		Integer active = this.view.active();
		return new PoolSnapshot(type(), this.view.isVirtual() ? "virtual" : "platform", this.view.size(),
				(active != null) ? active : (int) tasks.running(), this.view.queue(), tasks,
				this.counts.failures(tasks.failed()), stuck());
	}

	/**
	 * Return the class name of the executor, of a declared one that of Spring's class.
	 */
	private String type() {
		Class<?> type = this.executor.getClass();
		while (ExecutorTraits.isDeclaredPool(type)) {
			type = type.getSuperclass();
		}
		return type.getName();
	}

	/**
	 * Return the last failures, newest first, 32 at most.
	 */
	public List<PoolSnapshot.RecentFailure> recentFailures() {
		return this.recentFailures.list().stream().map(Failure::toRecentFailure).toList();
	}

	/**
	 * Return the tasks that are running, with the stacks of their threads.
	 */
	public List<PoolSnapshot.RunningTask> runningTasks() {
		List<PoolSnapshot.RunningTask> tasks = new ArrayList<>();
		for (Task task : this.running.tasks()) {
			Thread thread = task.thread();
			if (thread != null) {
				StackTraceElement[] stack = thread.getStackTrace();
				tasks.add(new PoolSnapshot.RunningTask(TaskNames.ofRunning(task.body(), stack), thread.getName(),
						Instant.now().minusNanos(task.runningFor()),
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
		List<String> advice = new ArrayList<>(PoolAdvice.of(this.executor, this.view));
		advice.addAll(this.furtherAdvice);
		return advice;
	}

	/**
	 * Add to the advice on the pool.
	 */
	public void addAdvice(String advice) {
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
		return this.counts.of(handling).sum();
	}

	/**
	 * Return how long the tasks that ended in the given way ran.
	 */
	public TaskTimes runTimes(Outcome outcome) {
		return this.times.run(outcome);
	}

	/**
	 * Return how long the tasks waited that ran.
	 */
	public TaskTimes waitTimes() {
		return this.times.waits();
	}

	/**
	 * Return how many tasks the executor did not accept.
	 */
	public long rejections() {
		return this.counts.rejected.sum();
	}

	/**
	 * Return how many tasks were accepted and never run, for the given reason.
	 */
	public long lost(LossReason reason) {
		long lost = this.counts.of(reason).sum();
		// With those that waited when the pool terminated
		return (reason == LossReason.SHUTDOWN && this.lifecycle.isTerminated())
				? lost + this.counts.tasks(false).queued() : lost;
	}

	/**
	 * Return how many tasks ran into their time limit.
	 */
	public long timeouts() {
		return this.counts.timedOut.sum();
	}

	/**
	 * Return how many failures were handed to the reporters, with the given outcome.
	 */
	public long reports(ReportOutcome outcome) {
		return this.counts.of(outcome);
	}

	/**
	 * Note that the application closes the pool now: futures cancelled from now on are
	 * lost, not cancelled.
	 */
	public void closing() {
		this.lifecycle.closing();
		this.losses.expect(this.view.waiting());
	}

	/**
	 * Whether the application closes the pool and its threads are still at work.
	 */
	boolean isEnding() {
		return this.lifecycle.isClosing() && (this.running.size() > 0 || this.view.isTerminating());
	}

	/**
	 * Return which tasks have not run by now that the pool is closing.
	 */
	LostTasks lostTasks() {
		long queued = this.lifecycle.isShutdown() ? this.counts.tasks(false).queued() : 0;
		return new LostTasks(this.name, this.counts.shutdown.sum() + queued, this.losses.atShutdown());
	}

	/**
	 * Return what knows of the executors that forward to this pool's.
	 */
	Forwarding forwarding() {
		return this.forwarding;
	}

	/**
	 * Return what propagates the submitter's context, if the settings ask for it.
	 */
	@Nullable ContextPropagation contextPropagation() {
		return this.contextPropagation;
	}

	PoolRegistry registry() {
		return this.registry;
	}

	ExecutorView view() {
		return this.view;
	}

	PoolLifecycle lifecycle() {
		return this.lifecycle;
	}

	PoolMonitor monitor() {
		return this.monitor;
	}

	/**
	 * Look at the pool, as its registry does from time to time.
	 */
	void tick(long now) {
		this.times.tick(now);
		this.monitor.tick(now);
	}

	/**
	 * End the tasks that have run or waited for longer than they may.
	 */
	void checkTimeLimits() {
		this.timeLimits.check(this.running, this.view);
	}

	DeadTasks deadTasks() {
		return this.deadTasks;
	}

	TaskCounts counts() {
		return this.counts;
	}

	RunningTasks running() {
		return this.running;
	}

	void ended(Outcome outcome, TaskSlot slot, long ran) {
		switch (outcome) {
			case SUCCESS -> {
			}
			case FAILURE -> this.counts.failed.increment();
			case CANCELLED -> this.counts.cancelled.increment();
		}
		this.times.add(outcome, slot, ran);
		this.listener.ended(outcome, slot.waited(), ran);
	}

	void failed(Failure failure) {
		this.recentFailures.add(failure);
		this.registry.submissionSites().failed(failure.body());
	}

	/**
	 * Count what is no submitted task, such as a derived stage, as a task that failed.
	 */
	Failure failed(Class<?> body, Throwable thrown) {
		Failure failure = new Failure(this, body, thrown, Thread.currentThread().getName(), 0, 0, null);
		this.counts.submitted.increment();
		this.counts.failed.increment();
		failed(failure);
		return failure;
	}

	/**
	 * Return the time limits of the pool's tasks.
	 */
	TimeLimits timeLimits() {
		return this.timeLimits;
	}

	void rejected(Submission task) {
		this.counts.rejected.increment();
		this.losses.rejected(task);
	}

	void lost(Submission task, LossReason reason) {
		this.counts.of(reason).increment();
		this.losses.lost(task, reason);
	}

	/**
	 * Log the tasks that have not got to run, but for those that a shutdown has lost.
	 * @param rest whether there will be no other time
	 */
	void tellLosses(boolean rest) {
		this.losses.tell(this, rest);
	}

	@Override
	public String toString() {
		return "pool " + this.name;
	}

}
