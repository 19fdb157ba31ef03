package io.lifeguard.engine.task;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import io.lifeguard.LossReason;
import io.lifeguard.Outcome;
import io.lifeguard.PoolSettings;
import io.lifeguard.TaskListener;
import io.lifeguard.TaskOwner;
import io.lifeguard.engine.failure.Failure;
import io.lifeguard.engine.failure.FailureLog;
import io.lifeguard.engine.failure.Origin;
import io.lifeguard.engine.failure.PoolLifecycle;
import io.lifeguard.engine.failure.Run;
import io.lifeguard.support.Sideline;
import org.jspecify.annotations.Nullable;

/**
 * What the tasks of one pool write: each begins, runs and ends here, and is counted once.
 * Safe for use by any number of threads; writing never waits for a reader.
 */
public final class Ledger {

	/**
	 * How long, in nanoseconds, a derived stage is taken to have run, of which nothing
	 * tells when it began.
	 */
	private static final long STAGE = TimeUnit.MINUTES.toNanos(1);

	private final String pool;

	private final TaskDesk desk;

	private final PoolLifecycle lifecycle;

	private final FailureLog failures;

	private final TimeLimits timeLimits;

	private final RunningTasks running = new RunningTasks();

	private final TimeCounts times = new TimeCounts(this.running);

	private final TaskCounts counts = new TaskCounts(this.running);

	private final DroppedTasks dropped;

	private final UnseenFutures unseenFutures = new UnseenFutures();

	private final Sideline sideline = new Sideline();

	private final AtomicLong handOvers = new AtomicLong();

	private final ForwardingScope forwarding = new ForwardingScope();

	private final Patience patience = new Patience();

	private volatile TaskListener listener = TaskListener.NONE;

	/**
	 * Create an empty ledger.
	 * @param pool the pool's name
	 * @param desk what it shares with the ledgers of other pools
	 */
	public Ledger(String pool, PoolSettings settings, PoolLifecycle lifecycle, TaskDesk desk) {
		this.pool = pool;
		this.desk = desk;
		this.lifecycle = lifecycle;
		this.failures = new FailureLog(pool, settings, lifecycle, desk.failures());
		this.timeLimits = new TimeLimits(settings);
		this.dropped = new DroppedTasks(pool);
	}

	/**
	 * Notify the given listener of each task that ends from now on.
	 */
	public synchronized void addListener(TaskListener listener) {
		TaskListener present = this.listener;
		TaskListener added = new IsolatedTaskListener(this.pool, listener);
		this.listener = (present == TaskListener.NONE) ? added : (outcome, waited, ran) -> {
			present.ended(outcome, waited, ran);
			added.ended(outcome, waited, ran);
		};
	}

	/**
	 * Count what is no submitted task, such as a derived stage, as a task that failed.
	 * @param body the task, or its class
	 */
	public Failure failed(Object body, Throwable thrown) {
		return failed(body, thrown, here());
	}

	/**
	 * Count what no submission tells of, as a task that failed.
	 * @param body the task, or its class
	 */
	public Failure failed(Object body, Throwable thrown, Run run) {
		this.counts.submitted.increment();
		return addFailure(body, thrown, run);
	}

	/**
	 * Return what is known of a run on this thread that is no task's.
	 */
	private Run here() {
		Task running = this.desk.currentTask();
		long since = (running != null) ? running.since() : System.nanoTime() - STAGE;
		return new Run(Thread.currentThread(), 0, since, 0, null, null);
	}

	private Failure addFailure(Object body, Throwable thrown, Run run) {
		Failure failure = new Failure(this.failures, body, thrown, run, null);
		this.counts.failed.increment();
		this.failures.add(failure);
		TaskOwner owner = this.desk.currentOwner();
		if (owner != null) {
			owner.submitted(new FailedStage(this.pool, failure));
		}
		return failure;
	}

	/**
	 * Count a task that goes into the pool as it is.
	 */
	public void enterUnseen() {
		this.counts.submitted.increment();
		this.counts.unseen.entered();
	}

	/**
	 * Count the failure of a task that has run unseen.
	 */
	public Failure failUnseen(Class<?> body, Throwable thrown) {
		if (this.counts.unseen.present() == 0) {
			return failed(body, thrown); // submitted by the executor's own class
		}
		this.counts.unseen.left();
		return addFailure(body, thrown, here());
	}

	/**
	 * Count no more a task that was to run unseen: it gets a record of its own.
	 */
	public void takeBackUnseen() {
		this.counts.unseen.left();
		this.counts.submitted.decrement();
	}

	/**
	 * Return what a task has to keep of the thread that submits it.
	 */
	public @Nullable Object captureOrigin(Object body) {
		return Origin.capture(this.desk.failures(), body, this.desk.currentOwner());
	}

	/**
	 * Return the same for a task that does not begin to wait at once.
	 */
	public @Nullable Object captureOriginNow(Object body) {
		return Origin.captureNow(this.desk.failures(), body, this.desk.currentOwner());
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

	void rejected(Submission task) {
		this.counts.rejected.increment();
		this.counts.refused.increment();
		this.dropped.rejected(task);
	}

	void lost(Submission task, LossReason reason) {
		this.counts.of(reason).increment();
		this.dropped.lost(task, reason);
	}

	/**
	 * Return the name of the pool.
	 */
	public String pool() {
		return this.pool;
	}

	/**
	 * Return what the tasks of all pools share.
	 */
	public TaskDesk desk() {
		return this.desk;
	}

	/**
	 * Return how far the pool is on the way to its end.
	 */
	public PoolLifecycle lifecycle() {
		return this.lifecycle;
	}

	/**
	 * Return the failures of the pool.
	 */
	public FailureLog failures() {
		return this.failures;
	}

	/**
	 * Return the time limits of the pool's tasks.
	 */
	public TimeLimits timeLimits() {
		return this.timeLimits;
	}

	/**
	 * Return the tasks that are running.
	 */
	public RunningTasks running() {
		return this.running;
	}

	/**
	 * Return how long the tasks wait and run.
	 */
	public TimeCounts times() {
		return this.times;
	}

	/**
	 * Return how many tasks there were, and how they ended.
	 */
	public TaskCounts counts() {
		return this.counts;
	}

	/**
	 * Return the tasks that the pool has not run.
	 */
	public DroppedTasks dropped() {
		return this.dropped;
	}

	/**
	 * Return the futures of tasks that run unseen.
	 */
	public UnseenFutures unseenFutures() {
		return this.unseenFutures;
	}

	/**
	 * Return where to end futures of the application's own, whose methods may hang.
	 */
	public Sideline sideline() {
		return this.sideline;
	}

	/**
	 * Return how many submissions are being made that the application may keep waiting.
	 */
	public AtomicLong handOvers() {
		return this.handOvers;
	}

	/**
	 * Return which threads submit through an executor that forwards to the pool's.
	 */
	public ForwardingScope forwarding() {
		return this.forwarding;
	}

	/**
	 * Return how often workers may wait in vain for somebody who will read a failure.
	 */
	public Patience patience() {
		return this.patience;
	}

	@Override
	public String toString() {
		return "pool " + this.pool;
	}

}
