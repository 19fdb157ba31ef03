package io.lifeguard.engine.pool;

import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.RunnableScheduledFuture;
import java.util.function.BooleanSupplier;

import io.lifeguard.engine.executor.PoolExecutors;
import io.lifeguard.engine.failure.PoolLifecycle;
import io.lifeguard.engine.failure.TaskNames;
import io.lifeguard.engine.schedule.ScheduleTiming;
import io.lifeguard.engine.schedule.Scheduler;
import io.lifeguard.engine.schedule.Schedules;
import io.lifeguard.engine.task.Ledger;
import io.lifeguard.engine.task.Task;
import io.lifeguard.support.Durations;
import io.lifeguard.support.Fields;
import org.jspecify.annotations.Nullable;

import org.springframework.context.Lifecycle;
import org.springframework.scheduling.concurrent.SimpleAsyncTaskScheduler;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

/**
 * A pool as the scheduler of its schedules.
 */
final class PoolScheduler implements Scheduler {

	private final Ledger ledger;

	private final PoolExecutors executors;

	private final BooleanSupplier applicationClosing;

	private final Schedules schedules;

	PoolScheduler(Ledger ledger, PoolExecutors executors, BooleanSupplier applicationClosing, Schedules schedules) {
		this.ledger = ledger;
		this.executors = executors;
		this.applicationClosing = applicationClosing;
		this.schedules = schedules;
	}

	@Override
	public String pool() {
		return this.ledger.pool();
	}

	@Override
	public boolean isClosing() {
		PoolLifecycle lifecycle = this.ledger.lifecycle();
		return lifecycle.isClosing() || this.applicationClosing.getAsBoolean()
				|| (lifecycle.isClosedByCaller() && lifecycle.isShutdown());
	}

	@Override
	public boolean isShutdown() {
		return this.ledger.lifecycle().isShutdown();
	}

	@Override
	public boolean isTerminated() {
		return this.ledger.lifecycle().isTerminated();
	}

	@Override
	public boolean isPaused() {
		return this.executors.first() instanceof Lifecycle lifecycle && !lifecycle.isRunning();
	}

	@Override
	public @Nullable Object executor() {
		// No method is called that the application may have overridden
		return (this.executors.first() instanceof ThreadPoolTaskScheduler scheduler)
				? Fields.get(scheduler, "scheduledExecutor") : null;
	}

	@Override
	public boolean holds(Future<?> future) {
		// That of a task with a trigger waits nowhere itself
		Object queued = (future instanceof RunnableScheduledFuture) ? future : Fields.get(future, "currentFuture");
		if (queued == null || this.executors.mayHold(queued)) {
			return true;
		}
		Integer active = this.executors.active();
		// A thread of which no task is known may have it, and be about to begin
		return active == null || active > this.ledger.running().size() || this.executors.mayHold(queued);
	}

	@Override
	public @Nullable Obstacle obstacle(ScheduleTiming timing) {
		boolean oneThread = this.executors.first() instanceof SimpleAsyncTaskScheduler && !timing.handsOver();
		List<Task> busy = oneThread ? this.schedules.runningInline(pool()) : this.ledger.running().tasks();
		int limit = oneThread ? 1 : this.executors.threadLimit();
		Task longest = busy.stream().max(Comparator.comparingLong(Task::runningFor)).orElse(null);
		Thread thread = (longest != null) ? longest.thread() : null;
		if (busy.size() < limit || longest == null || thread == null) {
			return null;
		}
		String who = (limit == 1) ? "the only thread of " + pool()
				: "all " + limit + " threads of " + pool() + " are busy, one of them";
		return new Obstacle(who + " has been in " + TaskNames.ofRunning(longest.body(), thread.getStackTrace())
				+ " for " + Durations.text(longest.runningFor()), thread);
	}

}
