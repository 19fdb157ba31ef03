package io.lifeguard;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RunnableFuture;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

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
		if (isGuarded(task)) {
			return service().submit(task, result);
		}
		CallTask<T> call = newCallTask(task);
		return handOver(call, () -> service().submit(inContext((Runnable) call), result));
	}

	@Override
	public <T extends @Nullable Object> List<Future<T>> invokeAll(Collection<? extends Callable<T>> tasks)
			throws InterruptedException {
		if (areGuarded(tasks)) {
			return service().invokeAll(tasks);
		}
		List<CallTask<T>> calls = newCallTasks(tasks);
		boolean throughView = enterView();
		try (Wait wait = beginWait(calls)) {
			return guard(service().invokeAll(inContext(calls)), calls);
		}
		finally {
			leaveView(throughView);
			withdraw(calls);
		}
	}

	@Override
	public <T extends @Nullable Object> List<Future<T>> invokeAll(Collection<? extends Callable<T>> tasks, long timeout,
			TimeUnit unit) throws InterruptedException {
		if (areGuarded(tasks)) {
			return service().invokeAll(tasks, timeout, unit);
		}
		List<CallTask<T>> calls = newCallTasks(tasks);
		boolean throughView = enterView();
		try (Wait wait = beginWait(calls)) {
			return guard(service().invokeAll(inContext(calls), timeout, unit), calls);
		}
		finally {
			leaveView(throughView);
			withdraw(calls);
		}
	}

	@Override
	public <T extends @Nullable Object> T invokeAny(Collection<? extends Callable<T>> tasks)
			throws InterruptedException, ExecutionException {
		if (areGuarded(tasks)) {
			return service().invokeAny(tasks);
		}
		List<CallTask<T>> calls = newCallTasks(tasks);
		calls.forEach(Task::ignore); // one result is wanted, and a failure only if there
										// is none
		boolean throughView = enterView();
		try (Wait wait = beginWait(calls)) {
			return service().invokeAny(inContext(calls));
		}
		finally {
			leaveView(throughView);
			withdraw(calls);
		}
	}

	@Override
	public <T extends @Nullable Object> T invokeAny(Collection<? extends Callable<T>> tasks, long timeout,
			TimeUnit unit) throws InterruptedException, ExecutionException, TimeoutException {
		if (areGuarded(tasks)) {
			return service().invokeAny(tasks, timeout, unit);
		}
		List<CallTask<T>> calls = newCallTasks(tasks);
		calls.forEach(Task::ignore);
		boolean throughView = enterView();
		try (Wait wait = beginWait(calls)) {
			return service().invokeAny(inContext(calls), timeout, unit);
		}
		finally {
			leaveView(throughView);
			withdraw(calls);
		}
	}

	/**
	 * Guards the futures of a {@link java.util.concurrent.ExecutorCompletionService},
	 * which makes them by this method and then executes what wraps them.
	 */
	public <T extends @Nullable Object> RunnableFuture<T> newTaskFor(Callable<T> callable) {
		return new CompletionServiceFuture<>(lifeguardPool(), callable);
	}

	/**
	 * Guards the futures of a {@link java.util.concurrent.ExecutorCompletionService}.
	 */
	public <T extends @Nullable Object> RunnableFuture<T> newTaskFor(Runnable runnable, T value) {
		return new CompletionServiceFuture<>(lifeguardPool(), runnable, value);
	}

	/**
	 * Take a waiting task out of the queue of a {@link ThreadPoolExecutor}, in which it
	 * stands as a guarded one.
	 */
	public boolean remove(Runnable task) {
		ThreadPoolExecutor executor = (ThreadPoolExecutor) target();
		if (task instanceof ForwardingFuture<?> future && future.delegate() instanceof Runnable delegate) {
			return executor.remove(delegate) && future.task().withdraw();
		}
		if (executor.remove(task)) {
			if (task instanceof GuardedFuture<?> future) {
				future.task().withdraw();
			}
			return true;
		}
		for (Runnable queued : executor.getQueue()) {
			if (queued instanceof ExecutedTask guarded && task.equals(guarded.body()) && executor.remove(queued)) {
				guarded.withdraw();
				return true;
			}
		}
		return false;
	}

	@Override
	public List<Runnable> shutdownNow() {
		List<Runnable> waiting = new ArrayList<>();
		for (Runnable task : service().shutdownNow()) {
			if (task instanceof ExecutedTask executed) {
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
	 * Whether there is nothing to guard: another guard has done so, or the executor is
	 * going to refuse the tasks.
	 */
	private boolean areGuarded(@Nullable Collection<? extends Callable<?>> tasks) {
		if (tasks == null || tasks.stream().anyMatch(Objects::isNull)) {
			return true;
		}
		boolean guarded = lifeguardPool().views().isInside();
		for (Callable<?> task : tasks) {
			guarded |= isGuarded(task);
		}
		return guarded;
	}

	private <T extends @Nullable Object> List<CallTask<T>> newCallTasks(Collection<? extends Callable<T>> tasks) {
		List<CallTask<T>> calls = new ArrayList<>(tasks.size());
		for (Callable<T> task : tasks) {
			calls.add(newCallTask(task));
		}
		return calls;
	}

	private <T extends @Nullable Object> List<Callable<T>> inContext(List<CallTask<T>> calls) {
		List<Callable<T>> tasks = new ArrayList<>(calls.size());
		for (CallTask<T> call : calls) {
			tasks.add(inContext((Callable<T>) call));
		}
		return tasks;
	}

	private <T extends @Nullable Object> List<Future<T>> guard(List<Future<T>> futures, List<CallTask<T>> calls) {
		List<Future<T>> guarded = new ArrayList<>(futures.size());
		Iterator<CallTask<T>> call = calls.iterator();
		for (Future<T> future : futures) {
			guarded.add(ForwardingFuture.of(future, call.next()));
		}
		return guarded;
	}

	private @Nullable Wait beginWait(List<? extends Task> calls) {
		return Wait.begin(lifeguardPool(), () -> calls.stream().allMatch(Task::isEnded));
	}

	/**
	 * Cancel what has not ended by the time that a call for all of it returns.
	 */
	private static void withdraw(List<? extends CallTask<?>> calls) {
		calls.forEach(Task::cancel);
	}

}
