package io.lifeguard.engine.guard;

import java.lang.reflect.Method;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.lifeguard.engine.future.CallableTask;
import io.lifeguard.engine.future.ForkJoinTaskRun;
import io.lifeguard.engine.future.GuardedForkJoinTask;
import io.lifeguard.engine.pool.Pool;
import io.lifeguard.engine.task.Task;
import org.jspecify.annotations.Nullable;

import org.springframework.util.ReflectionUtils;

/**
 * Guards what is submitted to a {@link ForkJoinPool}. Nobody can see whether a
 * {@link ForkJoinTask} was read, so its failure counts as unobserved.
 */
public final class ForkJoinGuard extends ScheduledGuard {

	/** Whether the pool makes nothing of a submitted task but a future. */
	private final boolean plain;

	ForkJoinGuard(Object target, Pool pool) {
		super(target, pool);
		this.plain = ExecutorTraits.isPlatformMethod(target, "submit", Callable.class);
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
		ForkJoinTaskRun run = new ForkJoinTaskRun(lifeguardPool().ledger(), Objects.requireNonNull(task));
		handOver(run, run, forkJoinPool());
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
		ForkJoinTaskRun run = new ForkJoinTaskRun(lifeguardPool().ledger(), Objects.requireNonNull(task));
		run.ignore();
		if (ForkJoinTask.getPool() == target()) {
			run.run(); // a worker that waits for its own pool runs the task itself
		}
		else {
			handOver(run, run, forkJoinPool());
		}
		return task.join();
	}

	/**
	 * Overrides the method that came with Java 22.
	 */
	public <T extends @Nullable Object> List<Future<T>> invokeAllUninterruptibly(
			Collection<? extends Callable<T>> tasks) {
		if (nestedSubmissions().adoptAll(tasks)) {
			return callInvokeAllUninterruptibly(tasks);
		}
		List<Task> calls = newTasks(tasks);
		return await(calls, () -> guard(callInvokeAllUninterruptibly(shapes(calls)), calls));
	}

	@SuppressWarnings("unchecked")
	private <T extends @Nullable Object> List<Future<T>> callInvokeAllUninterruptibly(
			Collection<? extends Callable<T>> tasks) {
		Method method = Objects.requireNonNull(
				ReflectionUtils.findMethod(ForkJoinPool.class, "invokeAllUninterruptibly", Collection.class));
		return (List<Future<T>>) Objects.requireNonNull(ReflectionUtils.invokeMethod(method, target(), tasks));
	}

	/**
	 * Overrides the method that came with Java 25.
	 */
	public <T extends @Nullable Object> ForkJoinTask<T> submitWithTimeout(Callable<T> task, long timeout, TimeUnit unit,
			@Nullable Consumer<? super ForkJoinTask<T>> timeoutAction) {
		CallableTask<T> call = newCallTask(Objects.requireNonNull(task));
		GuardedForkJoinTask<T> future = new GuardedForkJoinTask<>(call, decoration().inContext((Callable<T>) call));
		return futureOf(call, () -> {
			// A pool with that method is a scheduler too
			ScheduledExecutorService timer = (ScheduledExecutorService) target();
			future.stopAtEnd(timer.schedule(() -> future.timeOut(timeoutAction), timeout, unit));
			return forkJoinPool().submit((ForkJoinTask<T>) future);
		});
	}

	@Override
	public <T extends @Nullable Object> ForkJoinTask<T> submit(Callable<T> task) {
		if (rawTasks().isSubmitted(Objects.requireNonNull(task))) {
			return submitRaw(task, 0, () -> forkJoinPool().submit(task));
		}
		CallableTask<T> call = newCallTask(task);
		Callable<T> body = decoration().inContext((Callable<T>) call);
		return submit(call, body, () -> forkJoinPool().submit(body));
	}

	@Override
	public ForkJoinTask<?> submit(Runnable task) {
		if (rawTasks().isSubmitted(Objects.requireNonNull(task))) {
			return submitRaw(task, 0, () -> forkJoinPool().submit(task));
		}
		CallableTask<?> call = newCallTask(task);
		Runnable body = decoration().inContext((Runnable) call);
		return submit(call, Executors.callable(body), () -> forkJoinPool().submit(body));
	}

	@Override
	public <T extends @Nullable Object> ForkJoinTask<T> submit(Runnable task, T result) {
		if (rawTasks().isSubmitted(Objects.requireNonNull(task))) {
			return submitRaw(task, 0, () -> forkJoinPool().submit(task, result));
		}
		CallableTask<T> call = newCallTask(task);
		Runnable body = decoration().inContext((Runnable) call);
		return submit(call, Executors.callable(body, result), () -> forkJoinPool().submit(body, result));
	}

	/**
	 * Submit a future of the guard's own or, where the pool makes its own of a task, have
	 * it do so.
	 */
	private <T extends @Nullable Object> ForkJoinTask<T> submit(CallableTask<?> call, Callable<T> body,
			Callable<ForkJoinTask<?>> ownWay) {
		return this.plain
				? futureOf(call, () -> forkJoinPool().submit((ForkJoinTask<T>) new GuardedForkJoinTask<>(call, body)))
				: futureOf(call, ownWay);
	}

	private <T extends @Nullable Object> ForkJoinTask<T> futureOf(CallableTask<?> call,
			Callable<ForkJoinTask<?>> submission) {
		return (ForkJoinTask<T>) this.<T>submit(call, submission);
	}

}
