package io.lifeguard.engine.health;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

import io.lifeguard.LoggingTaskFailureReporter;
import io.lifeguard.PoolAlarm;
import io.lifeguard.PoolDeadlockException;
import io.lifeguard.StuckTaskException;
import io.lifeguard.SubmissionSite;
import io.lifeguard.engine.failure.Origin;
import io.lifeguard.engine.failure.ReportLimiter;
import io.lifeguard.engine.failure.TaskNames;
import io.lifeguard.engine.failure.FailureDesk;
import io.lifeguard.engine.task.Ledger;
import io.lifeguard.engine.task.Task;
import io.lifeguard.support.Durations;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Raises the alarms of one pool, of one kind no more than reports of one kind of failure.
 * Confined to one thread.
 */
final class Alarms {

	/**
	 * Most stacks in the report of one deadlock.
	 */
	private static final int MAX_STACKS = 32;

	private static final Log logger = LogFactory.getLog(LoggingTaskFailureReporter.LOGGER);

	private final Ledger ledger;

	private final FailureDesk desk;

	private final ReportLimiter stuck;

	private final ReportLimiter deadlocks;

	Alarms(Ledger ledger) {
		this.ledger = ledger;
		this.desk = ledger.desk().failures();
		int maxPerMinute = this.desk.reports().maxPerMinute();
		this.stuck = new ReportLimiter(maxPerMinute);
		this.deadlocks = new ReportLimiter(maxPerMinute);
	}

	/**
	 * Tell that a task runs for longer than the given limit.
	 * @return the task's name, unless that is held back
	 */
	Optional<String> stuck(Task task, Duration limit, long now) {
		Stack stack = Stack.of(task);
		StuckTaskException exception = new StuckTaskException(stack.task + " is stuck in " + this.ledger
				+ ": it has been running for more than " + Durations.text(limit) + " on thread " + stack.thread
				+ ((stack.site != null) ? ", submitted at " + stack.site : ""), stack.frames);
		if (task.isEnded() || !this.stuck.admits(exception, now)) {
			return Optional.empty();
		}
		this.desk.sites().failed(task.kind());
		raise(PoolAlarm.Kind.STUCK, task, stack, exception, this.stuck.takeUnreported());
		return Optional.of(stack.task);
	}

	/**
	 * Log that a task reported as stuck has ended.
	 */
	void recovered(String name, Task task) {
		logger.info(name + " is not stuck in " + this.ledger + " any more: it ended after "
				+ Durations.text(Duration.ofNanos(task.runningFor())));
	}

	/**
	 * Tell that the given tasks wait for each other.
	 * @param pools the names of their pools, this one's among them
	 */
	void deadlocked(List<Task> waiting, List<String> pools, long now) {
		Stack first = Stack.of(waiting.get(0));
		PoolDeadlockException exception = new PoolDeadlockException((pools.size() == 1)
				? "Deadlock in " + this.ledger + ": each of its " + waiting.size()
						+ " threads waits for a task of the same pool, which none of them is free to run"
				: "Deadlock of pools " + String.join(", ", pools) + ": each of their " + waiting.size()
						+ " threads waits for a task that only threads of these pools could run",
				first.frames);
		for (Task task : waiting.subList(1, Math.min(waiting.size(), MAX_STACKS))) {
			Stack stack = Stack.of(task);
			exception
				.addSuppressed(new StuckTaskException(stack.task + " waits on thread " + stack.thread, stack.frames));
		}
		if (this.deadlocks.admits(exception, now)) {
			raise(PoolAlarm.Kind.DEADLOCK, waiting.get(0), first, exception, this.deadlocks.takeUnreported());
		}
	}

	private void raise(PoolAlarm.Kind kind, Task task, Stack stack, RuntimeException exception, long heldBack) {
		this.desk.reports()
			.offer(new PoolAlarm(this.ledger.pool(), kind, stack.task, stack.thread,
					Instant.now().minusNanos(task.runningFor()), stack.site, exception, heldBack),
					task.moment(exception));
	}

	/**
	 * Where a running task is.
	 */
	@SuppressWarnings("ArrayRecordComponent") // never compared
	private record Stack(String task, String thread, StackTraceElement[] frames, @Nullable SubmissionSite site) {

		static Stack of(Task task) {
			Thread thread = task.thread();
			StackTraceElement[] frames = (thread != null) ? thread.getStackTrace() : new StackTraceElement[0];
			Origin origin = task.origin();
			return new Stack(TaskNames.ofRunning(task.body(), frames), (thread != null) ? thread.getName() : "", frames,
					(origin != null) ? origin.site() : null);
		}

	}

}
