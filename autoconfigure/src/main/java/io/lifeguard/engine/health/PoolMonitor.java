package io.lifeguard.engine.health;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import io.lifeguard.HealthSettings;
import io.lifeguard.PoolHealth.Status;
import io.lifeguard.PoolHealth;
import io.lifeguard.PoolSettings;
import io.lifeguard.PoolSnapshot;
import io.lifeguard.engine.executor.ExecutorView;
import io.lifeguard.engine.failure.PoolLifecycle;
import io.lifeguard.engine.task.Ledger;
import io.lifeguard.engine.task.Submission;
import io.lifeguard.engine.task.Task;
import io.lifeguard.support.Durations;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Looks at a pool from time to time, decides how well it is, and raises the alarm over
 * stuck tasks and deadlocks. All on the one thread of its registry's watch.
 */
public final class PoolMonitor {

	private static final Log logger = LogFactory.getLog("io.lifeguard.health");

	/**
	 * Nanoseconds between two looks, however often the registry ticks.
	 */
	private static final long PERIOD = TimeUnit.MILLISECONDS.toNanos(200);

	private final Ledger ledger;

	private final ExecutorView view;

	private final PoolSettings poolSettings;

	private final BooleanSupplier applicationClosing;

	private final PoolLifecycle lifecycle;

	private final HealthSettings settings;

	private final SlidingWindow window;

	private final Threshold failures;

	private final Threshold rejections;

	private final Saturation saturation;

	private final StuckTasks stuck;

	private final MissingTasks missing;

	private final Alarms alarms;

	private final Supplier<List<String>> deadSchedules;

	/** The pools that are deadlocked together with this one, itself among them. */
	private List<PoolMonitor> deadlock = List.of();

	private long lookedAt = System.nanoTime() - PERIOD;

	/** Nanoseconds for which a pool has been terminated that its owner may close. */
	private long terminatedFor;

	private boolean faulty;

	private final CurrentHealth health;

	/**
	 * Create a monitor.
	 * @param ledger that of the pool's tasks
	 * @param view shows the pool's executor
	 * @param applicationClosing whether the application closes, so that each pool ends as
	 * it should
	 * @param deadSchedules returns the names of the pool's schedules that will not run
	 * again
	 */
	public PoolMonitor(Ledger ledger, ExecutorView view, PoolSettings settings, BooleanSupplier applicationClosing,
			Supplier<List<String>> deadSchedules) {
		this.deadSchedules = deadSchedules;
		this.ledger = ledger;
		this.view = view;
		this.poolSettings = settings;
		this.applicationClosing = applicationClosing;
		this.lifecycle = ledger.lifecycle();
		this.settings = settings.health();
		this.window = new SlidingWindow(this.settings.window());
		this.failures = new Threshold(this.settings.failureRatio(), this.settings.minimumTasks());
		this.rejections = new Threshold(this.settings.rejectionRatio(), this.settings.minimumTasks());
		this.saturation = new Saturation(this.settings);
		this.stuck = new StuckTasks(ledger.running(), settings.stuckAfter());
		this.missing = new MissingTasks(ledger, view);
		this.alarms = new Alarms(ledger);
		this.health = new CurrentHealth(ledger.pool());
	}

	/**
	 * Return how well the pool was when it was last looked at.
	 */
	public PoolHealth health() {
		return this.health.get();
	}

	/**
	 * Return how many tasks are stuck at this very moment.
	 */
	public int stuck() {
		return this.stuck.now().size();
	}

	/**
	 * Whether the pool is nobody's any more: forgotten by its owner, with nothing left to
	 * do; or closed, long enough ago for its last numbers to have been seen.
	 */
	public boolean isGone() {
		return this.terminatedFor > this.settings.window().toNanos()
				|| (this.terminatedFor > 0 && isForgotten() && isIdle());
	}

	/**
	 * Whether nobody has the pool's executor any more, though it may still be at work.
	 */
	public boolean isForgotten() {
		return this.view.isForgotten();
	}

	private boolean isIdle() {
		PoolSnapshot.Tasks tasks = this.ledger.counts().snapshot(false);
		return tasks.running() + tasks.queued() == 0;
	}

	/**
	 * Note that an executor of the pool is about to be closed.
	 */
	public void closing() {
		this.missing.lookLast();
	}

	/**
	 * Look at the pool.
	 * @param now the time in nanoseconds
	 */
	public void tick(long now) {
		if (now - this.lookedAt < PERIOD) {
			return;
		}
		boolean ended = this.lifecycle.isClosedByCaller() && (this.lifecycle.isTerminated() || isForgotten());
		this.terminatedFor = ended ? this.terminatedFor + now - this.lookedAt : 0;
		this.lookedAt = now;
		try {
			this.missing.look();
			this.stuck.update((task) -> this.alarms.stuck(task, this.poolSettings.stuckAfter(), now),
					this.alarms::recovered);
			List<String> down = down();
			List<String> degraded = degraded(now);
			this.health.update(!down.isEmpty() ? Status.DOWN : !degraded.isEmpty() ? Status.DEGRADED : Status.UP,
					!down.isEmpty() ? down : degraded);
		}
		catch (RuntimeException ex) {
			if (!this.faulty) {
				this.faulty = true;
				logger.warn("Could not determine the health of " + this.ledger + "; further failures are not logged",
						ex);
			}
		}
	}

	private List<String> down() {
		if (this.lifecycle.isTerminated() && !this.lifecycle.isClosedByCaller() && !isClosing()) {
			return List.of("Terminated while the application runs");
		}
		if (this.deadlock.isEmpty()) {
			return List.of();
		}
		int threads = threads().size();
		String each = ((threads == 1) ? "its only thread" : "each of its " + threads + " threads")
				+ " waits for a task ";
		return List.of((this.deadlock.size() > 1)
				? "Deadlocked with " + others() + ": " + each + "that only threads of these pools could run"
				: "Deadlocked: " + each + "of this pool, which " + ((threads == 1) ? "it is not" : "none of them is")
						+ " free to run");
	}

	private String others() {
		return this.deadlock.stream()
			.filter((monitor) -> monitor != this)
			.map((monitor) -> monitor.ledger.pool())
			.collect(Collectors.joining(", "));
	}

	Ledger ledger() {
		return this.ledger;
	}

	/**
	 * Return the threads that run a task of the pool.
	 */
	Set<Thread> threads() {
		Set<Thread> threads = new LinkedHashSet<>();
		for (Task task : this.ledger.running().tasks()) {
			Thread thread = task.thread();
			if (thread != null) {
				threads.add(thread);
			}
		}
		return threads;
	}

	/**
	 * Whether so many threads are all that the pool will have for the tasks it has, and
	 * all that have one.
	 */
	boolean isFull(int threads) {
		if (threads == 0 || threads < this.view.threadLimit()) {
			return false;
		}
		Integer active = this.view.active();
		return active == null || (active <= threads && active >= this.view.threadLimit());
	}

	/**
	 * Return the first tasks that wait, as far as that can be looked at.
	 * @param max how many to look at
	 */
	List<Submission> queued(int max) {
		return this.view.waiting(max);
	}

	/**
	 * Note which pools are deadlocked together with this one, itself among them: none, if
	 * it is not.
	 */
	void setDeadlock(List<PoolMonitor> deadlock) {
		this.deadlock = deadlock;
	}

	/**
	 * Raise the alarm over the given pools, this one among them.
	 */
	void tellDeadlock(List<PoolMonitor> deadlock, long now) {
		List<Task> waiting = new ArrayList<>();
		for (PoolMonitor monitor : deadlock) {
			for (Thread thread : monitor.threads()) {
				Task task = this.ledger.desk().taskOn(thread);
				if (task != null) {
					waiting.add(task);
				}
			}
		}
		if (!waiting.isEmpty()) {
			this.alarms.deadlocked(waiting, deadlock.stream().map((monitor) -> monitor.ledger.pool()).toList(), now);
		}
	}

	private boolean isClosing() {
		return this.lifecycle.isClosing() || this.applicationClosing.getAsBoolean();
	}

	private List<String> degraded(long now) {
		List<String> reasons = new ArrayList<>();
		String within = " in the last " + Durations.text(this.settings.window());
		SlidingWindow.Sample growth = this.window.growth(SlidingWindow.Sample.of(this.ledger, now));
		if (this.failures.isReachedBy(growth.unhandled(), growth.ran())) {
			reasons.add(growth.unhandled() + " of " + growth.ran() + " tasks failed and nobody handled it" + within
					+ " (failure-ratio " + this.settings.failureRatio() + ")");
		}
		if (this.rejections.isReachedBy(growth.dropped(), growth.offered())) {
			reasons.add(dropped(growth) + " of " + growth.offered() + " tasks" + within + " (rejection-ratio "
					+ this.settings.rejectionRatio() + ")");
		}
		PoolSnapshot.Queue queue = this.view.queue();
		long saturated = this.saturation.update(queue, now);
		if (queue != null && saturated >= 0) {
			reasons.add("Queue has held almost all of the " + queue.capacity() + " tasks it can for "
					+ Durations.text(Duration.ofNanos(saturated)) + ", now " + queue.size() + " (queue-fill "
					+ this.settings.queueFill() + ")");
		}
		int stuck = stuck();
		if (stuck > 0 && stuck >= this.view.threadLimit()) {
			long waiting = waiting();
			if (waiting > 0) {
				reasons.add("All " + stuck + " threads are stuck while " + waiting + " tasks wait");
			}
		}
		List<String> dead = this.deadSchedules.get();
		if (!dead.isEmpty()) {
			reasons.add("Schedules died and will not run again: " + String.join(", ", dead));
		}
		return reasons;
	}

	private static String dropped(SlidingWindow.Sample growth) {
		Map<String, Long> dropped = new LinkedHashMap<>();
		dropped.put("rejected", growth.rejected());
		dropped.put("discarded", growth.discarded());
		dropped.put("expired in the queue", growth.expired());
		return dropped.entrySet()
			.stream()
			.filter((count) -> count.getValue() > 0)
			.map((count) -> count.getValue() + " " + count.getKey())
			.collect(Collectors.joining(", "));
	}

	/**
	 * Return how many tasks wait, without those that have just left the queue in silence.
	 */
	private long waiting() {
		long queued = this.ledger.counts().snapshot(false).queued();
		long shown = this.view.queued();
		return (shown < 0) ? queued : Math.min(queued, shown + this.ledger.handOvers().get());
	}

}
