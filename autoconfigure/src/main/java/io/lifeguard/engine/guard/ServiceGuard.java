package io.lifeguard.engine.guard;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RunnableFuture;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

import io.lifeguard.LossReason;
import io.lifeguard.engine.future.CallableTask;
import io.lifeguard.engine.future.CompletionServiceFuture;
import io.lifeguard.engine.future.ForwardingFuture;
import io.lifeguard.engine.future.GuardedFuture;
import io.lifeguard.engine.future.RunnableTask;
import io.lifeguard.engine.pool.Pool;
import io.lifeguard.engine.task.ForwardingScope;
import io.lifeguard.engine.task.Task;
import io.lifeguard.engine.task.TaskWait;
import io.lifeguard.support.Throwables;
import org.jspecify.annotations.Nullable;

/**
 * Guards what is submitted to an {@link ExecutorService}.
 */
public class ServiceGuard extends ExecutorGuard implements ExecutorService {

	ServiceGuard(Object target, Pool pool) {
		super(target, pool);
	}

	private ExecutorService service() {
		return (ExecutorService) target();
	}

	@Override
	Future<?> delegateSubmit(Runnable task) {
		return service().submit(task);
	}

	@Override
	<T extends @Nullable Object> Future<T> delegateSubmit(Callable<T> task) {
		return service().submit(task);
	}

	@Override
	public <T extends @Nullable Object> Future<T> submit(Runnable task, T result) {
		if (nestedSubmissions().adopt(task)) {
			return service().submit(task, result);
		}
		CallableTask<T> call = newCallTask(task);
		return submit(call, () -> service().submit(decoration().inContext((Runnable) call), result));
	}

	@Override
	public <T extends @Nullable Object> List<Future<T>> invokeAll(Collection<? extends Callable<T>> tasks)
			throws InterruptedException {
		if (nestedSubmissions().adoptAll(tasks)) {
			return service().invokeAll(tasks);
		}
		if (traits().runsOurFutures()) {
			return executeAll(tasks, Long.MAX_VALUE);
		}
		List<CallableTask<T>> calls = newCallTasks(tasks);
		return await(calls, () -> guard(service().invokeAll(inContext(calls)), calls));
	}

	@Override
	public <T extends @Nullable Object> List<Future<T>> invokeAll(Collection<? extends Callable<T>> tasks, long timeout,
			TimeUnit unit) throws InterruptedException {
		if (nestedSubmissions().adoptAll(tasks)) {
			return service().invokeAll(tasks, timeout, unit);
		}
		if (traits().runsOurFutures()) {
			return executeAll(tasks, unit.toNanos(timeout));
		}
		List<CallableTask<T>> calls = newCallTasks(tasks);
		return await(calls, () -> guard(service().invokeAll(inContext(calls), timeout, unit), calls));
	}

	@Override
	public <T extends @Nullable Object> T invokeAny(Collection<? extends Callable<T>> tasks)
			throws InterruptedException, ExecutionException {
		if (nestedSubmissions().adoptAll(tasks)) {
			return service().invokeAny(tasks);
		}
		List<CallableTask<T>> calls = newCallTasks(tasks);
		return awaitAny(calls, () -> service().invokeAny(inContext(calls)));
	}

	@Override
	public <T extends @Nullable Object> T invokeAny(Collection<? extends Callable<T>> tasks, long timeout,
			TimeUnit unit) throws InterruptedException, ExecutionException, TimeoutException {
		if (nestedSubmissions().adoptAll(tasks)) {
			return service().invokeAny(tasks, timeout, unit);
		}
		List<CallableTask<T>> calls = newCallTasks(tasks);
		return awaitAny(calls, () -> service().invokeAny(inContext(calls), timeout, unit));
	}

	/**
	 * Wait for one of the tasks: a failure counts only if there is no result.
	 */
	private <R extends @Nullable Object> R awaitAny(List<? extends Task> calls, Callable<R> invocation) {
		calls.forEach(Task::ignore);
		return await(calls, invocation);
	}

	/**
	 * Wait for the tasks in the executor's own way, and cancel those that have not ended
	 * then.
	 */
	final <R extends @Nullable Object> R await(List<? extends Task> calls, Callable<R> invocation) {
		AtomicLong handOvers = lifeguardPool().ledger().handOvers();
		handOvers.addAndGet(calls.size()); // the executor takes them one by one
		try (ForwardingScope inside = nestedSubmissions().enter();
				TaskWait wait = TaskWait.begin(lifeguardPool().ledger(),
						() -> calls.stream().allMatch(Task::isEnded))) {
			return invocation.call();
		}
		catch (Exception ex) {
			throw Throwables.<RuntimeException>sneaky(ex);
		}
		finally {
			handOvers.addAndGet(-calls.size());
			calls.forEach(Task::cancel);
		}
	}

	/**
	 * Guards the futures of a {@link java.util.concurrent.ExecutorCompletionService},
	 * which makes them by this method and then executes what wraps them.
	 */
	public <T extends @Nullable Object> RunnableFuture<T> newTaskFor(Callable<T> callable) {
		return new CompletionServiceFuture<>(lifeguardPool().ledger(), callable);
	}

	/**
	 * Guards the futures of a {@link java.util.concurrent.ExecutorCompletionService}.
	 */
	public <T extends @Nullable Object> RunnableFuture<T> newTaskFor(Runnable runnable, T value) {
		return new CompletionServiceFuture<>(lifeguardPool().ledger(), runnable, value);
	}

	/**
	 * Take a waiting task out of the queue of a {@link ThreadPoolExecutor}, in which it
	 * stands as a guarded one.
	 */
	public boolean remove(Runnable task) {
		ThreadPoolExecutor executor = (ThreadPoolExecutor) target();
		if (task instanceof ForwardingFuture<?> future && future.delegate() instanceof Runnable delegate) {
			return remove(executor, delegate, future.task());
		}
		if (remove(executor, task, Task.of(task))) {
			return true;
		}
		for (Runnable queued : executor.getQueue()) {
			if (queued instanceof RunnableTask guarded && task.equals(guarded.body())
					&& remove(executor, guarded, guarded)) {
				return true;
			}
		}
		return false;
	}

	private static boolean remove(ThreadPoolExecutor executor, Runnable queued, @Nullable Task task) {
		boolean removed = executor.remove(queued);
		if (removed && task != null) {
			task.takenOut();
		}
		return removed;
	}

	@Override
	public List<Runnable> shutdownNow() {
		List<Runnable> waiting = new ArrayList<>();
		lifeguardPool().stopping();
		for (Runnable task : service().shutdownNow()) {
			if (task instanceof RunnableTask executed) {
				executed.lose(LossReason.SHUTDOWN);
				waiting.add((Runnable) executed.body());
			}
			else {
				waiting.add(task); // a future is still its holder's to cancel
			}
		}
		return waiting;
	}

	@Override
	public void shutdown() {
		service().shutdown();
	}

	@Override
	public boolean isShutdown() {
		return service().isShutdown();
	}

	@Override
	public boolean isTerminated() {
		return service().isTerminated();
	}

	@Override
	public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
		return service().awaitTermination(timeout, unit);
	}

	/**
	 * Execute all of the tasks as the JDK's own executors do, and wait for them, within
	 * the given time; those that have not ended by then are cancelled.
	 */
	private <T extends @Nullable Object> List<Future<T>> executeAll(Collection<? extends Callable<T>> tasks, long nanos)
			throws InterruptedException {
		long deadline = System.nanoTime() + nanos;
		List<GuardedFuture<T>> futures = new ArrayList<>(tasks.size());
		boolean ended = false;
		try {
			boolean timed = nanos != Long.MAX_VALUE;
			// With a limit all of the tasks are made before the first one runs
			for (Callable<T> task : timed ? new ArrayList<>(tasks) : tasks) {
				GuardedFuture<T> future = newFuture(newCallTask(task));
				futures.add(future);
				if (!timed) {
					handOver(future.task(), future);
				}
			}
			ended = (!timed || handOverAll(futures, deadline)) && awaitAll(futures, deadline);
		}
		finally {
			if (!ended) {
				futures.forEach((future) -> future.cancel(true));
			}
		}
		return new ArrayList<>(futures);
	}

	private boolean handOverAll(List<? extends GuardedFuture<?>> futures, long deadline) {
		for (GuardedFuture<?> future : futures) {
			if (deadline - System.nanoTime() <= 0) {
				return false;
			}
			handOver(future.task(), future);
		}
		return true;
	}

	private boolean awaitAll(List<? extends GuardedFuture<?>> futures, long deadline) throws InterruptedException {
		try (TaskWait wait = TaskWait.begin(lifeguardPool().ledger(),
				() -> futures.stream().allMatch(Future::isDone))) {
			for (GuardedFuture<?> future : futures) {
				if (!future.await(Math.max(0, deadline - System.nanoTime()))) {
					return false;
				}
			}
			return true;
		}
	}

	final <T extends @Nullable Object> List<CallableTask<T>> newCallTasks(Collection<? extends Callable<T>> tasks) {
		List<CallableTask<T>> calls = new ArrayList<>(tasks.size());
		for (Callable<T> task : tasks) {
			calls.add(newCallTask(task));
		}
		return calls;
	}

	final <T extends @Nullable Object> List<Callable<T>> inContext(List<CallableTask<T>> calls) {
		List<Callable<T>> tasks = new ArrayList<>(calls.size());
		for (CallableTask<T> call : calls) {
			tasks.add(decoration().inContext((Callable<T>) call));
		}
		return tasks;
	}

	final <T extends @Nullable Object> List<Future<T>> guard(List<Future<T>> futures, List<CallableTask<T>> calls) {
		List<Future<T>> guarded = new ArrayList<>(futures.size());
		Iterator<CallableTask<T>> call = calls.iterator();
		for (Future<T> future : futures) {
			CallableTask<T> task = call.next();
			// Nobody relies on one of the JDK's for more than that it is a future
			boolean plain = future.getClass().getName().startsWith("java.");
			guarded.add(plain ? ForwardingFuture.of(future, task) : guard(future, task));
			if (future.isCancelled()) {
				task.ignore(); // the interrupt may have come before the news of that
			}
		}
		return guarded;
	}

}
