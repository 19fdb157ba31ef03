package io.lifeguard;

import java.util.concurrent.Callable;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

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
		if (adoption().adoptScheduled(command)) {
			return scheduler().schedule(command, delay, unit);
		}
		CallTask<?> call = newDelayedTask(command, delay, unit);
		return (ScheduledFuture<?>) submit(call,
				() -> scheduler().schedule(decoration().inContext((Runnable) call), delay, unit));
	}

	@Override
	public <V extends @Nullable Object> ScheduledFuture<V> schedule(Callable<V> callable, long delay, TimeUnit unit) {
		if (adoption().adopt(callable)) {
			return scheduler().schedule(callable, delay, unit);
		}
		CallTask<V> call = newDelayedTask(callable, delay, unit);
		return (ScheduledFuture<V>) this.<V>submit(call,
				() -> scheduler().schedule(decoration().inContext((Callable<V>) call), delay, unit));
	}

	@Override
	public ScheduledFuture<?> scheduleAtFixedRate(Runnable command, long initialDelay, long period, TimeUnit unit) {
		return PeriodicTask.schedule(this, command, true,
				(task) -> scheduler().scheduleAtFixedRate(task, initialDelay, period, unit));
	}

	@Override
	public ScheduledFuture<?> scheduleWithFixedDelay(Runnable command, long initialDelay, long delay, TimeUnit unit) {
		return PeriodicTask.schedule(this, command, true,
				(task) -> scheduler().scheduleWithFixedDelay(task, initialDelay, delay, unit));
	}

	private <V extends @Nullable Object> CallTask<V> newDelayedTask(Object body, long delay, TimeUnit unit) {
		return new CallTask<>(lifeguardPool(), body, unit.toNanos(delay), true);
	}

}
