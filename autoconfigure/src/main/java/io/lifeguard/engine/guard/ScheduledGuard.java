package io.lifeguard.engine.guard;

import java.util.concurrent.Callable;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import io.lifeguard.engine.future.CallableTask;
import io.lifeguard.engine.pool.Pool;
import io.lifeguard.engine.schedule.ScheduleTiming;
import org.jspecify.annotations.Nullable;

/**
 * Guards what is submitted to a {@link ScheduledExecutorService}, whose periodic tasks
 * die when they throw.
 */
public class ScheduledGuard extends ServiceGuard implements ScheduledExecutorService {

	ScheduledGuard(Object target, Pool pool) {
		super(target, pool);
	}

	private ScheduledExecutorService scheduler() {
		return (ScheduledExecutorService) target();
	}

	@Override
	public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
		if (nestedSubmissions().adoptScheduled(command)) {
			return scheduler().schedule(command, delay, unit);
		}
		if (rawTasks().isSubmitted(command)) {
			return submitRaw(command, unit.toNanos(delay), () -> scheduler().schedule(command, delay, unit));
		}
		ErrorHandling handling = handling(command);
		CallableTask<?> call = new CallableTask<>(lifeguardPool().ledger(), handling.within(), unit.toNanos(delay),
				handling.propagates());
		return (ScheduledFuture<?>) submit(call,
				() -> scheduler().schedule(handling.around(decoration().inContext((Runnable) call)), delay, unit));
	}

	@Override
	public <V extends @Nullable Object> ScheduledFuture<V> schedule(Callable<V> callable, long delay, TimeUnit unit) {
		if (nestedSubmissions().adopt(callable)) {
			return scheduler().schedule(callable, delay, unit);
		}
		if (rawTasks().isSubmitted(callable)) {
			return submitRaw(callable, unit.toNanos(delay), () -> scheduler().schedule(callable, delay, unit));
		}
		CallableTask<V> call = newDelayedTask(callable, delay, unit);
		return (ScheduledFuture<V>) this.<V>submit(call,
				() -> scheduler().schedule(decoration().inContext((Callable<V>) call), delay, unit));
	}

	@Override
	public ScheduledFuture<?> scheduleAtFixedRate(Runnable command, long initialDelay, long period, TimeUnit unit) {
		ErrorHandling handling = handling(command);
		return schedulePeriodic(handling.within(), ScheduleTiming.fixedRate(unit.toNanos(period), false),
				(task) -> scheduler().scheduleAtFixedRate(handling.around(task), initialDelay, period, unit));
	}

	@Override
	public ScheduledFuture<?> scheduleWithFixedDelay(Runnable command, long initialDelay, long delay, TimeUnit unit) {
		ErrorHandling handling = handling(command);
		return schedulePeriodic(handling.within(), ScheduleTiming.fixedDelay(unit.toNanos(delay)),
				(task) -> scheduler().scheduleWithFixedDelay(handling.around(task), initialDelay, delay, unit));
	}

	/**
	 * {@inheritDoc} A scheduled pool schedules what it executes, and keeps the future to
	 * itself.
	 */
	@Override
	public void execute(Runnable task) {
		boolean schedules = target() instanceof ScheduledThreadPoolExecutor
				&& ExecutorTraits.isPlatformMethod(target(), "execute", Runnable.class);
		if (task != null && schedules && rawTasks().isSubmitted(task) && !nestedSubmissions().adopt(task)) {
			submitRaw(task, 0, () -> scheduler().schedule(task, 0, TimeUnit.NANOSECONDS));
			return;
		}
		super.execute(task);
	}

	private <V extends @Nullable Object> CallableTask<V> newDelayedTask(Callable<V> body, long delay, TimeUnit unit) {
		return new CallableTask<>(lifeguardPool().ledger(), body, unit.toNanos(delay), true);
	}

	/**
	 * Return what a task has around it that may keep its failures from the guard. A task
	 * that goes in as it is keeps that.
	 */
	private ErrorHandling handling(Runnable command) {
		ErrorHandling handling = ErrorHandling.of(command);
		return (handling.isThere() && rawTasks().isSubmitted(handling.within())) ? ErrorHandling.none(command)
				: handling;
	}

}
