package io.lifeguard.engine.guard;

import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.function.BiFunction;
import java.util.function.BinaryOperator;
import java.util.function.Function;

import io.lifeguard.ContextPropagation;
import io.lifeguard.Lifeguard;
import io.lifeguard.engine.executor.PlainExecutors;
import io.lifeguard.engine.executor.RejectionCounter;
import io.lifeguard.engine.executor.ThreadPools;
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
import io.lifeguard.engine.task.HandOver;
import io.lifeguard.engine.task.Task;
import io.lifeguard.engine.task.UnseenTask;
import io.lifeguard.support.Throwables;
import org.jspecify.annotations.Nullable;

import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.core.task.TaskDecorator;
import org.springframework.core.task.TaskRejectedException;
import org.springframework.core.task.support.TaskExecutorAdapter;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.scheduling.concurrent.ExecutorConfigurationSupport;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

/**
 * Guards what is submitted to an executor, and hands it on to that. Whatever is no
 * submission is the executor's own business. Public, like those for certain kinds of
 * executor, only for the generated proxies that call it.
 */
public class ExecutorGuard implements AsyncTaskExecutor, Guarded, Pool.TickListener {

	private final Object target;

	private final Pool pool;

	private final NestedSubmissions nestedSubmissions;

	private volatile ExecutorTraits traits;

	private volatile RawTasks rawTasks;

	private volatile Decoration decoration;

	/** What the traits are of, besides the executor itself. */
	private volatile @Nullable ThreadPoolExecutor threads;

	/**
	 * Whether code of the application takes part in a submission, so that it may last, or
	 * come to nothing.
	 */
	private volatile boolean passing;

	private BinaryOperator<Object> wayOut = (inner, guard) -> inner;

	private @Nullable Object handedOutFor;

	private @Nullable Object handedOut;

	ExecutorGuard(Object target, Pool pool) {
		this.target = target;
		this.pool = pool;
		this.nestedSubmissions = new NestedSubmissions(target, pool);
		this.decoration = Decoration.takenFrom(target, pool.contextPropagation(), pool.ledger());
		this.threads = ThreadPools.of(target);
		this.traits = ExecutorTraits.of(target);
		this.rawTasks = new RawTasks(this.traits, pool, this.nestedSubmissions.forwards());
		standIn();
		pool.onTick(this);
	}

	/**
	 * Stand before the parts of a pool that decide on tasks, be they another's by now.
	 */
	private void standIn() {
		if (!this.nestedSubmissions.forwards()) {
			RejectionCounter.install(this.target, this.pool.ledger());
			if (this.rawTasks.mayBeIn(this.threads)) {
				WatchedWorkers.install(this.target, this.pool);
			}
		}
		this.passing = PlainExecutors.passOn(this.target);
	}

	/**
	 * Look whether the executor has another pool by now, or that another handler.
	 */
	@Override
	public final void tick() {
		ThreadPoolExecutor threads = ThreadPools.of(this.target);
		if (threads != this.threads) {
			this.threads = threads;
			this.traits = ExecutorTraits.of(this.target);
			this.rawTasks = new RawTasks(this.traits, this.pool, this.nestedSubmissions.forwards());
		}
		standIn();
		this.rawTasks.sample(threads);
	}

	/**
	 * Return a guard that fits the kind of the given executor.
	 */
	public static ExecutorGuard of(Object executor, Pool pool) {
		return kindOf(executor).constructor().apply(executor, pool);
	}

	/**
	 * Return the class of the guard that fits the kind of the given executor.
	 */
	public static Class<? extends ExecutorGuard> typeFor(Object executor) {
		return kindOf(executor).type();
	}

	private static Kind kindOf(Object executor) {
		if (executor instanceof TaskScheduler) {
			return new Kind(TaskSchedulerGuard.class, TaskSchedulerGuard::new);
		}
		if (executor instanceof ForkJoinPool) {
			return new Kind(ForkJoinGuard.class, ForkJoinGuard::new);
		}
		if (executor instanceof ScheduledExecutorService) {
			return new Kind(ScheduledGuard.class, ScheduledGuard::new);
		}
		return (executor instanceof ExecutorService) ? new Kind(ServiceGuard.class, ServiceGuard::new)
				: new Kind(ExecutorGuard.class, ExecutorGuard::new);
	}

	@Override
	public Pool lifeguardPool() {
		return this.pool;
	}

	@Override
	public void execute(Runnable task) {
		if (this.nestedSubmissions.adopt(task)) {
			((Executor) this.target).execute(this.decoration.decorateOnce(task));
			return;
		}
		if (this.rawTasks.isExecuted(task)) {
			this.rawTasks.execute(task, () -> ((Executor) this.target).execute(this.decoration.decorateOnce(task)));
			return;
		}
		RunnableTask executed = newExecutedTask(task);
		handOver(executed, executed, (Executor) this.target);
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
		if (this.nestedSubmissions.adopt(task)) {
			executor.execute(this.decoration.decorateOnce(task), startTimeout);
			return;
		}
		if (this.rawTasks.isExecuted(task)) {
			this.rawTasks.execute(task, () -> executor.execute(this.decoration.decorateOnce(task), startTimeout));
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
		if (this.rawTasks.isSubmitted(task)) {
			return submitRaw(task, 0, () -> delegateSubmit(task));
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
		if (this.rawTasks.isSubmitted(task)) {
			return submitRaw(task, 0, () -> delegateSubmit(task));
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
		if (this.traits.completesOwnFutures() && this.rawTasks.isSubmitted(task)) {
			return submitRaw(task, 0, () -> submitter().submitCompletable(task));
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
		if (this.traits.completesOwnFutures() && this.rawTasks.isSubmitted(task)) {
			return submitRaw(task, 0, () -> submitter().submitCompletable(task));
		}
		return submitCompletable(task, task);
	}

	private <T extends @Nullable Object> CompletableFuture<T> submitCompletable(Object body, Callable<T> callable) {
		CompletableTask<T> task = new CompletableTask<>(this.pool.ledger(), body, callable);
		if (!this.traits.completesOwnFutures()) {
			task.runWithin(this.decoration.around(task, task));
			handOver(task, task, (Executor) this.target);
			return task.future();
		}
		AsyncTaskExecutor executor = (AsyncTaskExecutor) this.target;
		return task.futureLinkedTo(handOver(task, () -> (body == callable)
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
		boolean raw = this.rawTasks.isSubmitted(body);
		boolean guardedBehind = raw && this.nestedSubmissions.forwards();
		try (ForwardingScope inside = raw ? null : this.nestedSubmissions.enter()) {
			if (!raw) {
				return (F) task.scheduled(scheduler.apply(task));
			}
			task.unseen();
			F future = scheduler.apply(body);
			if (!guardedBehind) {
				this.pool.ledger().unseenFutures().hold(future, task);
			}
			return future;
		}
		catch (Throwable ex) {
			if (!guardedBehind) { // or else that has counted it
				task.refused(ex);
			}
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
	 * Hand the pool inside one of Spring's executors out by the given way, which makes of
	 * the pool and a guard of its own another pool of the same type.
	 */
	public final void handOut(BinaryOperator<Object> way) {
		this.wayOut = way;
	}

	/**
	 * Return the pool inside one of Spring's executors: what is submitted there is
	 * guarded too.
	 */
	public ThreadPoolExecutor getThreadPoolExecutor() {
		return handOut(((ThreadPoolTaskExecutor) this.target).getThreadPoolExecutor());
	}

	/**
	 * Return the pool inside one of Spring's schedulers, guarded like others.
	 */
	public ScheduledThreadPoolExecutor getScheduledThreadPoolExecutor() {
		return handOut(((ThreadPoolTaskScheduler) this.target).getScheduledThreadPoolExecutor());
	}

	/**
	 * Return the pool inside one of Spring's schedulers, guarded like others.
	 */
	public ScheduledExecutorService getScheduledExecutor() {
		ScheduledExecutorService inner = ((ThreadPoolTaskScheduler) this.target).getScheduledExecutor();
		return (inner instanceof ScheduledThreadPoolExecutor threads) ? handOut(threads) : inner;
	}

	/**
	 * Return one and the same for as long as the executor has the given pool.
	 */
	@SuppressWarnings("unchecked")
	private synchronized <P extends ThreadPoolExecutor> P handOut(P inner) {
		if (this.handedOutFor != inner) {
			this.handedOut = this.wayOut.apply(inner, of(inner, this.pool));
			this.handedOutFor = inner;
		}
		return (P) Objects.requireNonNull(this.handedOut);
	}

	/**
	 * Let one of Spring's executors make another pool.
	 */
	public void initialize() {
		((ExecutorConfigurationSupport) this.target).initialize();
		tick();
	}

	/**
	 * Let one of Spring's executors make another pool.
	 */
	public void afterPropertiesSet() {
		((ExecutorConfigurationSupport) this.target).afterPropertiesSet();
		tick();
	}

	/**
	 * Return the executor behind the guard.
	 */
	final Object target() {
		return this.target;
	}

	final <V extends @Nullable Object> CallableTask<V> newCallTask(Callable<?> body) {
		return new CallableTask<>(this.pool.ledger(), body, 0, isFailureReadable());
	}

	final <V extends @Nullable Object> CallableTask<V> newCallTask(Runnable body) {
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
	final void handOver(Task task, Runnable shape, Executor executor) {
		try (ForwardingScope inside = this.nestedSubmissions.enter();
				HandOver handOver = this.passing ? HandOver.begin(task) : null) {
			executor.execute(shape);
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
		try (ForwardingScope inside = this.nestedSubmissions.enter();
				HandOver handOver = this.passing ? HandOver.begin(task) : null) {
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
		Future<V> future = guard((Future<V>) handOver(task, submission), task);
		task.endIfLost(); // in the course of its submission
		return future;
	}

	/**
	 * Stand before a future that the executor has made of the task, unless callers may
	 * rely on its kind.
	 */
	final <V extends @Nullable Object> Future<V> guard(Future<V> future, CallableTask<?> task) {
		if (!standsFor(future)) {
			return task.readThrough(ForwardingFuture.of(future, task));
		}
		if (task.isQueued()) {
			this.pool.ledger().unseenFutures().holdUntilCancelled(future, task::cancel);
		}
		return task.readThrough(future);
	}

	/**
	 * Whether callers may rely on the kind of a future that the executor has made.
	 */
	private boolean standsFor(Future<?> future) {
		boolean platform = ExecutorTraits.isPlatform(future.getClass());
		// What the JDK itself makes of a delayed task is no more than a scheduled future
		return !platform || future instanceof Lifeguard.Ignorable || future instanceof CompletionStage
				|| (this.traits.makesOwnFutures() && !(future instanceof ScheduledFuture));
	}

	/**
	 * Let the executor have the application's own task, and return the future that it
	 * makes of it.
	 * @param delay the nanoseconds until it is due
	 */
	final <F extends Future<?>> F submitRaw(Object body, long delay, Callable<F> submission) {
		if (this.nestedSubmissions.forwards()) {
			return this.rawTasks.forward(submission);
		}
		UnseenTask task = new UnseenTask(this.pool.ledger(), body, delay);
		return guardRaw(handOver(task, submission), task);
	}

	/**
	 * Have the future of the application's own task asked from time to time, and stand
	 * before it unless callers may rely on its kind.
	 */
	@SuppressWarnings("unchecked")
	final <F extends Future<?>> F guardRaw(F future, UnseenTask task) {
		F returned = standsFor(future) ? future : (F) ForwardingFuture.of((Future<Object>) future, task);
		task.readThrough(returned);
		if (!this.pool.ledger().unseenFutures().hold(future, task)) {
			task.takeBack();
		}
		return returned;
	}

	final RawTasks rawTasks() {
		return this.rawTasks;
	}

	private <V extends @Nullable Object> GuardedFuture<V> execute(CallableTask<V> call) {
		GuardedFuture<V> future = newFuture(call);
		ThreadPoolExecutor inner = (this.target instanceof ThreadPoolTaskExecutor bean) ? bean.getThreadPoolExecutor()
				: null;
		try {
			// Spring's executor submits to the pool inside, whatever its own execute does
			handOver(call, future, (inner != null) ? inner : (Executor) this.target);
		}
		catch (RejectedExecutionException ex) {
			throw (inner != null) ? new TaskRejectedException(inner, call.body(), ex) : ex;
		}
		return future;
	}

	final <V extends @Nullable Object> GuardedFuture<V> newFuture(CallableTask<V> call) {
		GuardedFuture<V> future = new GuardedFuture<>(call);
		future.runWithin(this.decoration.around(call, future));
		return future;
	}

	@Override
	public String toString() {
		return this.target.toString();
	}

	/**
	 * A kind of guard, whose class is not loaded before there is an executor for it.
	 */
	private record Kind(Class<? extends ExecutorGuard> type, BiFunction<Object, Pool, ExecutorGuard> constructor) {

	}

}
