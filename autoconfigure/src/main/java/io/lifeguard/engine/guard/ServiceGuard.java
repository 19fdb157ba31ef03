package io.lifeguard.engine.guard;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionHandler;
import java.util.concurrent.RunnableFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

import io.lifeguard.LossReason;
import io.lifeguard.engine.executor.RejectionCounter;
import io.lifeguard.engine.failure.Run;
import io.lifeguard.engine.future.CallableTask;
import io.lifeguard.engine.future.CompletionServiceFuture;
import io.lifeguard.engine.future.ForwardingFuture;
import io.lifeguard.engine.future.GuardedFuture;
import io.lifeguard.engine.future.RunnableTask;
import io.lifeguard.engine.pool.Pool;
import io.lifeguard.engine.schedule.ScheduleFuture;
import io.lifeguard.engine.task.ForwardingScope;
import io.lifeguard.engine.task.PoolWait;
import io.lifeguard.engine.task.Task;
import io.lifeguard.engine.task.UnseenTask;
import io.lifeguard.support.Throwables;
import org.jspecify.annotations.Nullable;

import org.springframework.util.ReflectionUtils;

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
		if (rawTasks().isSubmitted(task)) {
			return submitRaw(task, 0, () -> service().submit(task, result));
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
		List<Task> calls = newTasks(tasks);
		return await(calls, () -> guard(service().invokeAll(shapes(calls)), calls));
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
		List<Task> calls = newTasks(tasks);
		return await(calls, () -> guard(service().invokeAll(shapes(calls), timeout, unit), calls));
	}

	@Override
	public <T extends @Nullable Object> T invokeAny(Collection<? extends Callable<T>> tasks)
			throws InterruptedException, ExecutionException {
		if (nestedSubmissions().adoptAll(tasks)) {
			return service().invokeAny(tasks);
		}
		if (rawTasks().isAnySubmitted(tasks) && traits().invokesAnyAsPlatform()) {
			return invokeAnyAsTheyAre(tasks, null);
		}
		List<CallableTask<T>> calls = newCallTasks(tasks);
		try (PoolWait wait = PoolWait.begin(lifeguardPool().ledger())) {
			return await(ignored(calls), () -> service().invokeAny(shapes(calls)));
		}
	}

	@Override
	public <T extends @Nullable Object> T invokeAny(Collection<? extends Callable<T>> tasks, long timeout,
			TimeUnit unit) throws InterruptedException, ExecutionException, TimeoutException {
		if (nestedSubmissions().adoptAll(tasks)) {
			return service().invokeAny(tasks, timeout, unit);
		}
		if (rawTasks().isAnySubmitted(tasks) && traits().invokesAnyAsPlatform()) {
			return invokeAnyAsTheyAre(tasks, System.nanoTime() + unit.toNanos(timeout));
		}
		List<CallableTask<T>> calls = newCallTasks(tasks);
		return await(ignored(calls), () -> service().invokeAny(shapes(calls), timeout, unit));
	}

	/**
	 * Invoke tasks of which the executor's class may know some.
	 */
	private <T extends @Nullable Object> T invokeAnyAsTheyAre(Collection<? extends Callable<T>> tasks,
			@Nullable Long deadline) {
		List<Task> records = newTasks(tasks);
		List<Future<T>> futures = new ArrayList<>();
		return await(ignored(records), () -> {
			try (PoolWait wait = (deadline == null) ? PoolWait.begin(lifeguardPool().ledger()) : null) {
				return new FirstResult<T>(service(), shapes(records), futures::add).get(deadline);
			}
			finally {
				futures.forEach((future) -> future.cancel(true));
				Iterator<Task> record = records.iterator();
				for (Future<T> future : futures) {
					if (record.next() instanceof UnseenTask task) {
						lifeguardPool().ledger().unseenFutures().hold(future, task);
					}
				}
			}
		});
	}

	/**
	 * Make the failures of tasks, of which one is to succeed, nobody's business: they
	 * count only if none does.
	 */
	private static <T extends Task> List<T> ignored(List<T> calls) {
		calls.forEach(Task::ignore);
		return calls;
	}

	/**
	 * Wait for the tasks in the executor's own way, and cancel those that have not ended
	 * then.
	 */
	final <R extends @Nullable Object> R await(List<? extends Task> calls, Callable<R> invocation) {
		AtomicLong handOvers = lifeguardPool().ledger().handOvers();
		handOvers.addAndGet(calls.size()); // the executor takes them one by one
		try (ForwardingScope inside = nestedSubmissions().enter()) {
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
		RunnableFuture<T> own = ownTaskFor(callable, Callable.class, callable);
		return (own != null) ? own : new CompletionServiceFuture<>(lifeguardPool().ledger(), callable);
	}

	/**
	 * Guards the futures of a {@link java.util.concurrent.ExecutorCompletionService}.
	 */
	public <T extends @Nullable Object> RunnableFuture<T> newTaskFor(Runnable runnable, T value) {
		RunnableFuture<T> own = ownTaskFor(runnable, Runnable.class, runnable, value);
		return (own != null) ? own : new CompletionServiceFuture<>(lifeguardPool().ledger(), runnable, value);
	}

	/**
	 * Return the future that the executor's class itself makes of a task, {@code null} if
	 * it leaves that to the JDK. It fails as a task of its own, as its carrier does not.
	 */
	@SuppressWarnings("unchecked")
	private <T extends @Nullable Object> @Nullable RunnableFuture<T> ownTaskFor(Object task, Class<?> type,
			@Nullable Object... arguments) {
		Method method = ExecutorTraits.ownTaskMethod(target(), type);
		if (method == null || !method.trySetAccessible()) {
			return null;
		}
		RunnableFuture<T> future = (RunnableFuture<T>) ReflectionUtils.invokeMethod(method, target(), arguments);
		lifeguardPool().ledger().unseenFutures().hold(future, (outcome, thrown) -> {
			if (thrown != null && future != null) {
				lifeguardPool().ledger().failed(task.getClass(), thrown, Run.UNSEEN).watch(future);
			}
		});
		return future;
	}

	/**
	 * Return what the application has set.
	 */
	public RejectedExecutionHandler getRejectedExecutionHandler() {
		return RejectionCounter.shown(((ThreadPoolExecutor) target()).getRejectedExecutionHandler());
	}

	/**
	 * Replace what decides on tasks that there is no room for.
	 */
	public void setRejectedExecutionHandler(RejectedExecutionHandler handler) {
		((ThreadPoolExecutor) target()).setRejectedExecutionHandler(handler);
		tick();
	}

	/**
	 * Return what the application has set.
	 */
	public ThreadFactory getThreadFactory() {
		return WatchedWorkers.shown(((ThreadPoolExecutor) target()).getThreadFactory());
	}

	/**
	 * Replace what makes the pool's threads.
	 */
	public void setThreadFactory(ThreadFactory threadFactory) {
		((ThreadPoolExecutor) target()).setThreadFactory(threadFactory);
		tick();
	}

	/**
	 * Take a waiting task out of the queue of a {@link ThreadPoolExecutor}, in which it
	 * stands as a guarded one.
	 */
	public boolean remove(Runnable task) {
		ThreadPoolExecutor executor = (ThreadPoolExecutor) target();
		if (task instanceof ScheduleFuture<?> future && future.delegate() instanceof Runnable delegate) {
			boolean removed = executor.remove(delegate);
			if (removed) {
				future.takenOut();
			}
			return removed;
		}
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

	/**
	 * Overrides the method that came with Java 19, which waits for ever for a pool that
	 * never ends.
	 */
	public void close() {
		Method close = ReflectionUtils.findMethod(target().getClass(), "close");
		if (close == null) {
			shutdown();
			return;
		}
		ReflectionUtils.makeAccessible(close);
		ReflectionUtils.invokeMethod(close, target());
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
		boolean timed = nanos != Long.MAX_VALUE;
		long deadline = System.nanoTime() + nanos;
		List<GuardedFuture<T>> futures = new ArrayList<>(tasks.size());
		boolean ended = false;
		try {
			// With a limit all of the tasks are made before the first one runs
			for (Callable<T> task : timed ? new ArrayList<>(tasks) : tasks) {
				GuardedFuture<T> future = newFuture(newCallTask(task));
				futures.add(future);
				if (!timed) {
					handOver(future.task(), future, service());
				}
			}
			ended = (!timed || handOverAll(futures, deadline))
					&& awaitAll(futures, () -> timed ? Math.max(0, deadline - System.nanoTime()) : Long.MAX_VALUE);
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
			handOver(future.task(), future, service());
		}
		return true;
	}

	private static boolean awaitAll(List<? extends GuardedFuture<?>> futures, LongSupplier nanos)
			throws InterruptedException {
		for (GuardedFuture<?> future : futures) {
			if (!future.await(nanos.getAsLong())) {
				return false;
			}
		}
		return true;
	}

	final <T extends @Nullable Object> List<CallableTask<T>> newCallTasks(Collection<? extends Callable<T>> tasks) {
		List<CallableTask<T>> calls = new ArrayList<>(tasks.size());
		for (Callable<T> task : tasks) {
			calls.add(newCallTask(task));
		}
		return calls;
	}

	/**
	 * Record the tasks in whichever way each goes into the executor.
	 */
	final <T extends @Nullable Object> List<Task> newTasks(Collection<? extends Callable<T>> tasks) {
		List<Task> records = new ArrayList<>(tasks.size());
		for (Callable<T> task : tasks) {
			records.add(rawTasks().isSubmitted(task) ? new UnseenTask(lifeguardPool().ledger(), task, 0)
					: newCallTask(task));
		}
		return records;
	}

	/**
	 * Return what the executor is given of the tasks.
	 */
	@SuppressWarnings("unchecked")
	final <T extends @Nullable Object> List<Callable<T>> shapes(List<? extends Task> records) {
		List<Callable<T>> shapes = new ArrayList<>(records.size());
		for (Task task : records) {
			shapes.add((task instanceof CallableTask<?> call) ? decoration().inContext((Callable<T>) call)
					: (Callable<T>) task.body());
		}
		return shapes;
	}

	final <T extends @Nullable Object> List<Future<T>> guard(List<Future<T>> futures, List<Task> records) {
		List<Future<T>> guarded = new ArrayList<>(futures.size());
		Iterator<Task> record = records.iterator();
		for (Future<T> future : futures) {
			Task task = record.next();
			// Nobody relies on one of the JDK's for more than that it is a future
			boolean plain = future.getClass().getName().startsWith("java.");
			guarded.add((task instanceof UnseenTask unseen) ? guardRaw(future, unseen)
					: plain ? ((CallableTask<?>) task).readThrough(ForwardingFuture.of(future, task))
							: guard(future, (CallableTask<?>) task));
			if (future.isCancelled()) {
				task.ignore(); // the interrupt may have come before the news of that
			}
		}
		return guarded;
	}

}
