package io.lifeguard;

import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;

import org.jspecify.annotations.Nullable;

/**
 * Guards what is submitted to a {@link ForkJoinPool}. Nobody can see whether a
 * {@link ForkJoinTask} was read, so its failure counts as unobserved.
 */
public final class ForkJoinGuard extends ScheduledGuard {

	ForkJoinGuard(Object target, Pool pool) {
		super(target, pool);
	}

	private ForkJoinPool forkJoinPool() {
		return (ForkJoinPool) target();
	}

	/**
	 * Execute a task that is nothing but a {@link ForkJoinTask}.
	 */
	public void execute(ForkJoinTask<?> task) {
		submit(task);
	}

	/**
	 * Submit a task that is its own future.
	 */
	public <T extends @Nullable Object> ForkJoinTask<T> submit(ForkJoinTask<T> task) {
		ForkJoinTaskRun run = new ForkJoinTaskRun(lifeguardPool(), Objects.requireNonNull(task));
		handOver(run, run);
		return task;
	}

	/**
	 * Overrides the method that came with Java 20.
	 */
	public <T extends @Nullable Object> ForkJoinTask<T> externalSubmit(ForkJoinTask<T> task) {
		return submit(task);
	}

	/**
	 * Overrides the method that came with Java 19.
	 */
	public <T extends @Nullable Object> ForkJoinTask<T> lazySubmit(ForkJoinTask<T> task) {
		return submit(task);
	}

	/**
	 * Submit a task and wait for it: the caller sees its failure.
	 */
	public <T extends @Nullable Object> T invoke(ForkJoinTask<T> task) {
		ForkJoinTaskRun run = new ForkJoinTaskRun(lifeguardPool(), Objects.requireNonNull(task));
		run.ignore();
		if (ForkJoinTask.getPool() == target()) {
			run.run(); // a worker that waits for its own pool runs the task itself
		}
		else {
			handOver(run, run);
		}
		return task.join();
	}

	@Override
	public <T extends @Nullable Object> ForkJoinTask<T> submit(Callable<T> task) {
		CallTask<T> call = newCallTask(Objects.requireNonNull(task));
		return (ForkJoinTask<T>) this.<T>submit(call, () -> forkJoinPool().submit(inContext((Callable<T>) call)));
	}

	@Override
	public ForkJoinTask<?> submit(Runnable task) {
		CallTask<?> call = newCallTask(Objects.requireNonNull(task));
		return (ForkJoinTask<?>) submit(call, () -> forkJoinPool().submit(inContext((Runnable) call)));
	}

	@Override
	public <T extends @Nullable Object> ForkJoinTask<T> submit(Runnable task, T result) {
		CallTask<T> call = newCallTask(Objects.requireNonNull(task));
		return (ForkJoinTask<T>) this.<T>submit(call, () -> forkJoinPool().submit(inContext((Runnable) call), result));
	}

}
