package io.lifeguard.engine.guard;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ScheduledFuture;

import io.lifeguard.engine.future.CallableTask;
import io.lifeguard.engine.pool.Pool;
import io.lifeguard.engine.schedule.ScheduleTiming;
import io.lifeguard.support.Fields;
import org.jspecify.annotations.Nullable;

import org.springframework.scheduling.TaskScheduler;
import org.springframework.scheduling.Trigger;
import org.springframework.scheduling.concurrent.SimpleAsyncTaskScheduler;
import org.springframework.scheduling.config.ScheduledTaskRegistrar;
import org.springframework.scheduling.support.TaskUtils;

/**
 * Guards what is submitted to one of Spring's schedulers, inside of the scheduler's own
 * error handling.
 */
public class TaskSchedulerGuard extends ExecutorGuard implements TaskScheduler {

	/** Spring's own error handler throws on what a task submitted once has thrown. */
	private final boolean propagates;

	/** Whether runs go to threads of their own, but for those with a fixed delay. */
	private final boolean handsOver;

	/** Whether the scheduler is Spring's in what it makes of triggers. */
	private final boolean plain;

	TaskSchedulerGuard(Object target, Pool pool) {
		super(target, pool);
		Object own = Fields.get(target, "errorHandler");
		Object errorHandler = (own != null) ? own : Fields.get(pool.executor(), "errorHandler");
		this.propagates = errorHandler == null || errorHandler == TaskUtils.LOG_AND_PROPAGATE_ERROR_HANDLER;
		this.handsOver = pool.executor() instanceof SimpleAsyncTaskScheduler;
		this.plain = ExecutorTraits.isPlatformMethod(target, "schedule", Runnable.class, Trigger.class);
	}

	private TaskScheduler scheduler() {
		return (TaskScheduler) target();
	}

	@Override
	boolean isFailureReadable() {
		return this.propagates;
	}

	@Override
	public Clock getClock() {
		return scheduler().getClock();
	}

	@Override
	public @Nullable ScheduledFuture<?> schedule(Runnable task, Trigger trigger) {
		ScheduleTiming timing = ScheduleTiming.by(trigger, getClock(), this.handsOver,
				this.plain ? lifeguardPool().timer() : null);
		return schedulePeriodic(task, timing, (periodic) -> scheduler().schedule(periodic, timing.follow(trigger)));
	}

	@Override
	public ScheduledFuture<?> schedule(Runnable task, Instant startTime) {
		if (nestedSubmissions().adoptScheduled(task)) {
			return scheduler().schedule(task, startTime);
		}
		boolean keeps = lifeguardPool().executor() instanceof SimpleAsyncTaskScheduler;
		boolean readable = this.propagates && !keeps && !isAnnotated(task);
		CallableTask<?> call = new CallableTask<>(lifeguardPool().ledger(), task, nanosUntil(startTime), readable);
		return (ScheduledFuture<?>) submit(call,
				() -> scheduler().schedule(decoration().inContext((Runnable) call), startTime));
	}

	@Override
	public ScheduledFuture<?> scheduleAtFixedRate(Runnable task, Instant startTime, Duration period) {
		return schedulePeriodic(task, ScheduleTiming.fixedRate(nanos(period), this.handsOver),
				(periodic) -> scheduler().scheduleAtFixedRate(periodic, startTime, period));
	}

	@Override
	public ScheduledFuture<?> scheduleAtFixedRate(Runnable task, Duration period) {
		return schedulePeriodic(task, ScheduleTiming.fixedRate(nanos(period), this.handsOver),
				(periodic) -> scheduler().scheduleAtFixedRate(periodic, period));
	}

	@Override
	public ScheduledFuture<?> scheduleWithFixedDelay(Runnable task, Instant startTime, Duration delay) {
		return schedulePeriodic(task, ScheduleTiming.fixedDelay(nanos(delay)),
				(periodic) -> scheduler().scheduleWithFixedDelay(periodic, startTime, delay));
	}

	@Override
	public ScheduledFuture<?> scheduleWithFixedDelay(Runnable task, Duration delay) {
		return schedulePeriodic(task, ScheduleTiming.fixedDelay(nanos(delay)),
				(periodic) -> scheduler().scheduleWithFixedDelay(periodic, delay));
	}

	/**
	 * Whether the task comes from a scheduled method, whose future nobody gets to see.
	 */
	private static boolean isAnnotated(Runnable task) {
		return task.getClass().getName().startsWith(ScheduledTaskRegistrar.class.getPackageName() + ".");
	}

	private long nanosUntil(Instant startTime) {
		return Math.max(0, nanos(Duration.between(getClock().instant(), startTime)));
	}

	private static long nanos(Duration duration) {
		try {
			return duration.toNanos();
		}
		catch (ArithmeticException ex) {
			return Long.MAX_VALUE / 2; // some centuries
		}
	}

}
