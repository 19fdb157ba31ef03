package io.lifeguard.engine.guard;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.BiFunction;
import java.util.function.Function;

import io.lifeguard.ContextPropagation;
import io.lifeguard.engine.executor.RejectionCounter;
import io.lifeguard.engine.future.AsyncCompletions;
import io.lifeguard.engine.future.CallableTask;
import io.lifeguard.engine.future.CompletableTask;
import io.lifeguard.engine.future.ForwardingFuture;
import io.lifeguard.engine.future.GuardedFuture;
import io.lifeguard.engine.future.RunnableTask;
import io.lifeguard.engine.pool.Guarded;
import io.lifeguard.engine.pool.Pool;
import io.lifeguard.engine.schedule.PeriodicTask;
import io.lifeguard.engine.schedule.ScheduleTiming;
import io.lifeguard.engine.task.ForwardingScope;
import io.lifeguard.engine.task.Task;
import io.lifeguard.support.Throwables;
import org.jspecify.annotations.Nullable;

import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.core.task.TaskDecorator;
import org.springframework.core.task.support.TaskExecutorAdapter;
import org.springframework.scheduling.TaskScheduler;

/**
 * Guards what is submitted to an executor, and hands it on to that. Whatever is no
 * submission is the executor's own business. Public, like those for certain kinds of
 * executor, only for the generated proxies that call it.
 */
public class ExecutorGuard implements AsyncTaskExecutor, Guarded {

	private final Object target;

	private final Pool pool;

	private final ExecutorTraits traits;

	private volatile Decoration decoration;

	private final NestedSubmissions nestedSubmissions;

	/** Whether tasks have to stay what they are, for the pool's queue to order them. */
	private final boolean rawTasks;

	ExecutorGuard(Object target, Pool pool) {
		this.target = target;
		this.pool = pool;
		this.traits = ExecutorTraits.of(target);
		this.decoration = Decoration.takenFrom(target, pool.contextPropagation());
		RejectionCounter.install(target);
		this.nestedSubmissions = new NestedSubmissions(target, pool);
		this.rawTasks = ExecutorTraits.ordersTasks(pool.executor());
		if (this.rawTasks && !this.nestedSubmissions.forwards()) {
			WatchedWorkers.install(target, pool);
		}
	}

	/**
	 * Return a guard that fits the kind of the given executor.
	 */
	public static ExecutorGuard of(Object executor, Pool pool) {
		return kindOf(executor).apply(executor, pool);
	}

	/**
	 * Return references, not instances, so that the classes of other kinds need not be
	 * loaded.
	 */
	private static BiFunction<Object, Pool, ExecutorGuard> kindOf(Object executor) {
		if (executor instanceof TaskScheduler) {
			return TaskSchedulerGuard::new;
		}
		if (executor instanceof ForkJoinPool) {
			return ForkJoinGuard::new;
		}
		if (executor instanceof ScheduledExecutorService) {
			return ScheduledGuard::new;
		}
		return (executor instanceof ExecutorService) ? ServiceGuard::new : ExecutorGuard::new;
	}

	@Override
	public Pool lifeguardPool() {
		return this.pool;
	}

	@Override
	public void execute(Runnable task) {
		if (this.nestedSubmissions.adopt(task) || this.rawTasks) {
			((Executor) this.target).execute(this.decoration.decorateOnce(task));
			return;
		}
		RunnableTask executed = newExecutedTask(task);
		handOver(executed, executed);
		executed.handedOver();
	}

	/**
	 * Execute a task in the way of Spring's executors that know a start timeout.
	 */
	@Override
	@Deprecated
	public void execute(Runnable task, long startTimeout) {
		if (!(this.target instanceof AsyncTaskExecutor executor)) {
			execute(task);
			return;
		}
		if (this.nestedSubmissions.adopt(task) || this.rawTasks) {
			executor.execute(this.decoration.decorateOnce(task), startTimeout);
			return;
		}
		RunnableTask executed = newExecutedTask(task);
		handOver(executed, () -> {
			executor.execute(executed, startTimeout);
			return null;
		});
		executed.handedOver();
	}

	@Override
	public Future<?> submit(Runnable task) {
		if (this.nestedSubmissions.adopt(task)) {
			return delegateSubmit(task);
		}
		CallableTask<?> call = newCallTask(task);
		if (this.traits.runsOurFutures()) {
			return execute(call);
		}
		return submit(call, () -> delegateSubmit(this.decoration.inContext((Runnable) call)));
	}

	@Override
	public <T extends @Nullable Object> Future<T> submit(Callable<T> task) {
		if (this.nestedSubmissions.adopt(task)) {
			return delegateSubmit(task);
		}
		CallableTask<T> call = newCallTask(task);
		if (this.traits.runsOurFutures()) {
			return execute(call);
		}
		return submit(call, () -> delegateSubmit(this.decoration.inContext((Callable<T>) call)));
	}

	@Override
	public CompletableFuture<Void> submitCompletable(Runnable task) {
		if (this.nestedSubmissions.adopt(task)) {
			return submitter().submitCompletable(task);
		}
		return submitCompletable(task, () -> {
			task.run();
			return null;
		});
	}

	@Override
	public <T extends @Nullable Object> CompletableFuture<T> submitCompletable(Callable<T> task) {
		if (this.nestedSubmissions.adopt(task)) {
			return submitter().submitCompletable(task);
		}
		return submitCompletable(task, task);
	}

	private <T extends @Nullable Object> CompletableFuture<T> submitCompletable(Object body, Callable<T> callable) {
		CompletableTask<T> task = new CompletableTask<>(this.pool.ledger(), body, callable);
		if (!this.traits.completesOwnFutures()) {
			task.runWithin(this.decoration.around(task, task));
			handOver(task, task);
			return task.future();
		}
		AsyncTaskExecutor executor = (AsyncTaskExecutor) this.target;
		return task.futureLinkedTo(handOver(task, () -> (body instanceof Callable)
				? executor.submitCompletable(Executors.callable(task)) : executor.submitCompletable((Runnable) task)));
	}

	private RunnableTask newExecutedTask(Runnable task) {
		RunnableTask executed = RunnableTask.of(this.pool.ledger(), task,
				this.decoration.decorateBody(this.pool.ledger(), task), this.traits.rethrows());
		AsyncCompletions.guard(task, executed);
		ContextPropagation context = this.pool.contextPropagation();
		if (context != null) {
			executed.in(context);
		}
		return executed;
	}

	/**
	 * Let the scheduler run a task again and again, until the future is cancelled that it
	 * returns. A task that is guarded already is scheduled as it is.
	 * @param timing when the task is due
	 * @param scheduler takes what is to run
	 */
	@SuppressWarnings({ "unchecked", "NullAway" }) // null only where the scheduler
													// returns it
	final <F extends @Nullable ScheduledFuture<?>> F schedulePeriodic(Runnable body, ScheduleTiming timing,
			Function<Runnable, F> scheduler) {
		if (this.nestedSubmissions.adoptScheduled(body)) {
			return scheduler.apply(body);
		}
		PeriodicTask task = this.pool.follow(body, timing);
		try (ForwardingScope inside = this.nestedSubmissions.enter()) {
			return (F) task.scheduled(scheduler.apply(task));
		}
		catch (Throwable ex) {
			task.refused();
			throw ex;
		}
	}

	/**
	 * Replace the decorator of one of Spring's executors.
	 */
	public void setTaskDecorator(TaskDecorator taskDecorator) {
		this.decoration = this.decoration.replacedBy(taskDecorator, this.target);
	}

	/**
	 * Return the executor behind the guard.
	 */
	final Object target() {
		return this.target;
	}

	final <V extends @Nullable Object> CallableTask<V> newCallTask(Object body) {
		return new CallableTask<>(this.pool.ledger(), body, 0, isFailureReadable());
	}

	/**
	 * Whether a task's failure gets into the future that {@code submit} returns.
	 */
	boolean isFailureReadable() {
		return true;
	}

	Future<?> delegateSubmit(Runnable task) {
		return submitter().submit(task);
	}

	<T extends @Nullable Object> Future<T> delegateSubmit(Callable<T> task) {
		return submitter().submit(task);
	}

	/**
	 * Return the executor, or what Spring puts around one that can only execute.
	 */
	private AsyncTaskExecutor submitter() {
		return (this.target instanceof AsyncTaskExecutor executor) ? executor
				: new TaskExecutorAdapter((Executor) this.target);
	}

	final Decoration decoration() {
		return this.decoration;
	}

	final ExecutorTraits traits() {
		return this.traits;
	}

	/**
	 * Return what knows the tasks that another guard has made.
	 */
	final NestedSubmissions nestedSubmissions() {
		return this.nestedSubmissions;
	}

	/**
	 * Let the executor have the task, which is taken back if it does not want it.
	 */
	final void handOver(Task task, Runnable shape) {
		try (ForwardingScope inside = this.nestedSubmissions.enter()) {
			((Executor) this.target).execute(shape);
		}
		catch (Throwable ex) {
			task.rejected();
			throw ex;
		}
	}

	/**
	 * Let the executor have the task in the given way, and take it back if it does not
	 * want it.
	 */
	private <R extends @Nullable Object> R handOver(Task task, Callable<R> submission) {
		try (ForwardingScope inside = this.nestedSubmissions.enter()) {
			return submission.call();
		}
		catch (Throwable ex) {
			task.rejected();
			throw Throwables.<RuntimeException>sneaky(ex);
		}
	}

	/**
	 * Let the executor make a future of the task, and stand before it.
	 */
	@SuppressWarnings("unchecked")
	final <V extends @Nullable Object> Future<V> submit(CallableTask<?> task,
			Callable<? extends Future<?>> submission) {
		return guard((Future<V>) handOver(task, submission), task);
	}

	/**
	 * Stand before a future that the executor has made of the task, unless callers may
	 * rely on its kind.
	 */
	final <V extends @Nullable Object> Future<V> guard(Future<V> future, CallableTask<?> task) {
		return this.traits.makesOwnFutures() ? task.readThrough(future) : ForwardingFuture.of(future, task);
	}

	private <V extends @Nullable Object> GuardedFuture<V> execute(CallableTask<V> call) {
		GuardedFuture<V> future = newFuture(call);
		handOver(call, future);
		return future;
	}

	final <V extends @Nullable Object> GuardedFuture<V> newFuture(CallableTask<V> call) {
		GuardedFuture<V> future = new GuardedFuture<>(call);
		future.runWithin(this.decoration.around(call, future));
		return future;
	}

	@Override
	public String toString() {
		return "guarded " + this.target;
	}

}
