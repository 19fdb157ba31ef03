package io.lifeguard.shop;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Delayed;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.RejectedExecutionHandler;
import java.util.concurrent.RunnableFuture;
import java.util.concurrent.RunnableScheduledFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.scheduling.concurrent.ConcurrentTaskExecutor;
import org.springframework.scheduling.concurrent.ConcurrentTaskScheduler;
import org.springframework.scheduling.concurrent.SimpleAsyncTaskScheduler;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;
import org.springframework.test.util.ReflectionTestUtils;

/**
 * Executors of an application that override all that they may, and note what each of
 * their hooks is given.
 */
public final class Calls {

	private final ConcurrentLinkedQueue<String> noted = new ConcurrentLinkedQueue<>();

	/**
	 * Return what was noted, and forget it.
	 */
	List<String> take() {
		List<String> taken = new ArrayList<>(this.noted);
		this.noted.clear();
		return taken;
	}

	void note(String hook, Object... arguments) {
		StringBuilder text = new StringBuilder(hook);
		for (Object argument : arguments) {
			text.append(' ').append(kind(argument));
		}
		this.noted.add(text.toString());
	}

	/**
	 * Return what an application can tell an object by.
	 */
	static String kind(Object object) {
		if (object == null) {
			return "null";
		}
		if (object instanceof Mail || object instanceof Named<?> || object instanceof OwnFuture<?>) {
			return object.getClass().getSimpleName();
		}
		List<String> kinds = new ArrayList<>();
		for (Class<?> kind : List.of(FutureTask.class, RunnableScheduledFuture.class, RunnableFuture.class,
				Future.class, Callable.class, Runnable.class, Throwable.class)) {
			if (kind.isInstance(object)) {
				kinds.add((kind == Throwable.class) ? object.toString() : kind.getSimpleName());
				break;
			}
		}
		return kinds.isEmpty() ? object.getClass().getSimpleName() : kinds.get(0);
	}

	/**
	 * A task of the application's own class.
	 */
	static class Mail implements Runnable, Callable<String> {

		private final Runnable body;

		Mail(Runnable body) {
			this.body = body;
		}

		@Override
		public void run() {
			this.body.run();
		}

		@Override
		public String call() {
			this.body.run();
			return "sent";
		}

		@Override
		public String toString() {
			return "Mail";
		}

	}

	static class OwnFuture<V> extends FutureTask<V> {

		private final Calls calls;

		OwnFuture(Callable<V> task, Calls calls) {
			super(task);
			this.calls = calls;
		}

		OwnFuture(Runnable task, V result, Calls calls) {
			super(task, result);
			this.calls = calls;
		}

		@Override
		public boolean cancel(boolean mayInterrupt) {
			this.calls.note("cancel");
			return super.cancel(mayInterrupt);
		}

		@Override
		public V get() throws InterruptedException, ExecutionException {
			this.calls.note("get");
			return super.get();
		}

	}

	static class Named<V> implements RunnableScheduledFuture<V> {

		private final RunnableScheduledFuture<V> delegate;

		private final Calls calls;

		Named(RunnableScheduledFuture<V> delegate, Calls calls) {
			this.delegate = delegate;
			this.calls = calls;
		}

		@Override
		public void run() {
			this.delegate.run();
		}

		@Override
		public boolean isPeriodic() {
			return this.delegate.isPeriodic();
		}

		@Override
		public long getDelay(TimeUnit unit) {
			return this.delegate.getDelay(unit);
		}

		@Override
		public int compareTo(Delayed other) {
			return this.delegate.compareTo((other instanceof Named<?> named) ? named.delegate : other);
		}

		@Override
		public boolean cancel(boolean mayInterrupt) {
			this.calls.note("cancel");
			return this.delegate.cancel(mayInterrupt);
		}

		@Override
		public boolean isCancelled() {
			return this.delegate.isCancelled();
		}

		@Override
		public boolean isDone() {
			return this.delegate.isDone();
		}

		@Override
		public V get() throws InterruptedException, ExecutionException {
			this.calls.note("get");
			return this.delegate.get();
		}

		@Override
		public V get(long timeout, TimeUnit unit) throws InterruptedException, ExecutionException, TimeoutException {
			return this.delegate.get(timeout, unit);
		}

	}

	static class OwnQueue extends LinkedBlockingQueue<Runnable> {

		private final transient Calls calls;

		OwnQueue(int capacity, Calls calls) {
			super(capacity);
			this.calls = calls;
		}

		@Override
		public boolean offer(Runnable task) {
			this.calls.note("offer", task);
			return super.offer(task);
		}

	}

	static class OwnHandler implements RejectedExecutionHandler {

		private final Calls calls;

		OwnHandler(Calls calls) {
			this.calls = calls;
		}

		@Override
		public void rejectedExecution(Runnable task, ThreadPoolExecutor pool) {
			this.calls.note("rejected", task);
			throw new RejectedExecutionException("own words about " + task);
		}

	}

	static class OwnThreads implements ThreadFactory {

		private final Calls calls;

		OwnThreads(Calls calls) {
			this.calls = calls;
		}

		@Override
		public Thread newThread(Runnable worker) {
			return new Thread(() -> {
				try {
					worker.run();
				}
				catch (RuntimeException ex) {
					this.calls.note("worker died", ex);
				}
			}, "own");
		}

	}

	/** Overrides all of a pool that it may. */
	static class OwnPool extends ThreadPoolExecutor {

		private final Calls calls;

		OwnPool(int capacity, Calls calls) {
			super(1, 1, 0, TimeUnit.SECONDS, new OwnQueue(capacity, calls), new OwnThreads(calls),
					new OwnHandler(calls));
			this.calls = calls;
		}

		@Override
		protected <T> RunnableFuture<T> newTaskFor(Callable<T> task) {
			this.calls.note("newTaskFor", task);
			return new OwnFuture<>(task, this.calls);
		}

		@Override
		protected <T> RunnableFuture<T> newTaskFor(Runnable task, T result) {
			this.calls.note("newTaskFor", task);
			return new OwnFuture<>(task, result, this.calls);
		}

		@Override
		protected void beforeExecute(Thread thread, Runnable task) {
			this.calls.note("beforeExecute", task);
		}

		@Override
		protected void afterExecute(Runnable task, Throwable thrown) {
			this.calls.note("afterExecute", task, thrown);
		}

		@Override
		protected void terminated() {
			this.calls.note("terminated");
		}

		@Override
		public void execute(Runnable task) {
			this.calls.note("execute", task);
			super.execute(task);
		}

		@Override
		public Future<?> submit(Runnable task) {
			this.calls.note("submit", task);
			return super.submit(task);
		}

		@Override
		public <T> Future<T> submit(Callable<T> task) {
			this.calls.note("submit", task);
			return super.submit(task);
		}

		@Override
		public <T> Future<T> submit(Runnable task, T result) {
			this.calls.note("submit", task);
			return super.submit(task, result);
		}

		@Override
		public <T> List<Future<T>> invokeAll(Collection<? extends Callable<T>> tasks) throws InterruptedException {
			tasks.forEach((task) -> this.calls.note("invokeAll", task));
			return super.invokeAll(tasks);
		}

		@Override
		public boolean remove(Runnable task) {
			this.calls.note("remove", task);
			return super.remove(task);
		}

	}

	/** Overrides all of a scheduled pool that it may. */
	static class OwnScheduler extends ScheduledThreadPoolExecutor {

		private final Calls calls;

		OwnScheduler(Calls calls) {
			super(1, new OwnThreads(calls));
			this.calls = calls;
		}

		@Override
		protected <V> RunnableScheduledFuture<V> decorateTask(Runnable task, RunnableScheduledFuture<V> future) {
			this.calls.note("decorateTask", task);
			return new Named<>(future, this.calls);
		}

		@Override
		protected <V> RunnableScheduledFuture<V> decorateTask(Callable<V> task, RunnableScheduledFuture<V> future) {
			this.calls.note("decorateTask", task);
			return new Named<>(future, this.calls);
		}

		@Override
		protected void beforeExecute(Thread thread, Runnable task) {
			this.calls.note("beforeExecute", task);
		}

		@Override
		protected void afterExecute(Runnable task, Throwable thrown) {
			this.calls.note("afterExecute", task, thrown);
		}

		@Override
		public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
			this.calls.note("schedule", task);
			return super.schedule(task, delay, unit);
		}

		@Override
		public <V> ScheduledFuture<V> schedule(Callable<V> task, long delay, TimeUnit unit) {
			this.calls.note("schedule", task);
			return super.schedule(task, delay, unit);
		}

	}

	/** Overrides much of Spring's executor, and has a pool of its own inside. */
	static class OwnSpringPool extends ThreadPoolTaskExecutor {

		private final transient Calls calls;

		private final int capacity;

		OwnSpringPool(int capacity, Calls calls) {
			this.capacity = capacity;
			this.calls = calls;
		}

		@Override
		protected ExecutorService initializeExecutor(ThreadFactory threads, RejectedExecutionHandler handler) {
			super.initializeExecutor(threads, handler).shutdown();
			OwnPool pool = new OwnPool(this.capacity, this.calls);
			ReflectionTestUtils.setField(this, ThreadPoolTaskExecutor.class, "threadPoolExecutor", pool,
					ThreadPoolExecutor.class);
			return pool;
		}

		@Override
		public void execute(Runnable task) {
			this.calls.note("bean execute", task);
			super.execute(task);
		}

		@Override
		public <T> Future<T> submit(Callable<T> task) {
			this.calls.note("bean submit", task);
			return super.submit(task);
		}

	}

	/** Overrides the hooks that Spring's own executor has. */
	static class HookedSpringPool extends ThreadPoolTaskExecutor {

		private final transient Calls calls;

		HookedSpringPool(int capacity, Calls calls) {
			this.calls = calls;
			setMaxPoolSize(1);
			setQueueCapacity(capacity);
		}

		@Override
		protected BlockingQueue<Runnable> createQueue(int capacity) {
			return new OwnQueue(capacity, this.calls);
		}

		@Override
		protected void beforeExecute(Thread thread, Runnable task) {
			this.calls.note("beforeExecute", task);
		}

		@Override
		protected void afterExecute(Runnable task, Throwable thrown) {
			this.calls.note("afterExecute", task, thrown);
		}

		@Override
		protected void cancelRemainingTask(Runnable task) {
			this.calls.note("cancelRemainingTask", task);
			super.cancelRemainingTask(task);
		}

		@Override
		public Future<?> submit(Runnable task) {
			this.calls.note("bean submit", task);
			return super.submit(task);
		}

		@Override
		public <T> CompletableFuture<T> submitCompletable(Callable<T> task) {
			this.calls.note("bean submitCompletable", task);
			return super.submitCompletable(task);
		}

	}

	/** Overrides what Spring's scheduler lets it. */
	static class OwnSpringScheduler extends ThreadPoolTaskScheduler {

		private final transient Calls calls;

		OwnSpringScheduler(Calls calls) {
			this.calls = calls;
		}

		@Override
		protected void beforeExecute(Thread thread, Runnable task) {
			this.calls.note("beforeExecute", task);
			super.beforeExecute(thread, task);
		}

		@Override
		protected void afterExecute(Runnable task, Throwable thrown) {
			this.calls.note("afterExecute", task, thrown);
			super.afterExecute(task, thrown);
		}

		@Override
		public void execute(Runnable task) {
			this.calls.note("bean execute", task);
			super.execute(task);
		}

		@Override
		public <T> Future<T> submit(Callable<T> task) {
			this.calls.note("bean submit", task);
			return super.submit(task);
		}

		@Override
		public ScheduledFuture<?> schedule(Runnable task, Instant start) {
			this.calls.note("bean schedule", task);
			return super.schedule(task, start);
		}

		@Override
		public ScheduledFuture<?> scheduleWithFixedDelay(Runnable task, Duration delay) {
			this.calls.note("bean scheduleWithFixedDelay", task);
			return super.scheduleWithFixedDelay(task, delay);
		}

	}

	/** Overrides what Spring's scheduler with a thread for each run lets it. */
	static class OwnSimpleScheduler extends SimpleAsyncTaskScheduler {

		private final transient Calls calls;

		OwnSimpleScheduler(Calls calls) {
			this.calls = calls;
		}

		@Override
		public void execute(Runnable task) {
			this.calls.note("bean execute", task);
			super.execute(task);
		}

		@Override
		protected void doExecute(Runnable task) {
			this.calls.note("doExecute", task);
			super.doExecute(task);
		}

		@Override
		public ScheduledFuture<?> schedule(Runnable task, Instant start) {
			this.calls.note("bean schedule", task);
			return super.schedule(task, start);
		}

	}

	/** Overrides what Spring's scheduler over one of the JDK's lets it. */
	static class OwnConcurrentScheduler extends ConcurrentTaskScheduler {

		private final Calls calls;

		OwnConcurrentScheduler(ScheduledExecutorService scheduler, Calls calls) {
			super(scheduler);
			this.calls = calls;
		}

		@Override
		public void execute(Runnable task) {
			this.calls.note("bean execute", task);
			super.execute(task);
		}

		@Override
		public ScheduledFuture<?> schedule(Runnable task, Instant start) {
			this.calls.note("bean schedule", task);
			return super.schedule(task, start);
		}

	}

	/** Overrides all of Spring's executor with a thread for each task that it may. */
	static class OwnSimpleExecutor extends SimpleAsyncTaskExecutor {

		private final transient Calls calls;

		OwnSimpleExecutor(Calls calls) {
			super("simple-");
			this.calls = calls;
		}

		@Override
		public void execute(Runnable task) {
			this.calls.note("bean execute", task);
			super.execute(task);
		}

		@Override
		protected void doExecute(Runnable task) {
			this.calls.note("doExecute", task);
			super.doExecute(task);
		}

		@Override
		public Future<?> submit(Runnable task) {
			this.calls.note("bean submit", task);
			return super.submit(task);
		}

		@Override
		public <T> Future<T> submit(Callable<T> task) {
			this.calls.note("bean submit", task);
			return super.submit(task);
		}

		@Override
		public <T> CompletableFuture<T> submitCompletable(Callable<T> task) {
			this.calls.note("bean submitCompletable", task);
			return super.submitCompletable(task);
		}

	}

	/** Overrides all of Spring's executor over another one that it may. */
	static class OwnConcurrentExecutor extends ConcurrentTaskExecutor {

		private final Calls calls;

		OwnConcurrentExecutor(Executor executor, Calls calls) {
			super(executor);
			this.calls = calls;
		}

		@Override
		public void execute(Runnable task) {
			this.calls.note("bean execute", task);
			super.execute(task);
		}

		@Override
		public Future<?> submit(Runnable task) {
			this.calls.note("bean submit", task);
			return super.submit(task);
		}

		@Override
		public <T> Future<T> submit(Callable<T> task) {
			this.calls.note("bean submit", task);
			return super.submit(task);
		}

	}

	/** Overrides all of the JDK's pool for small tasks that it may. */
	static class OwnForkJoinPool extends ForkJoinPool {

		private final Calls calls;

		OwnForkJoinPool(Calls calls) {
			super(1);
			this.calls = calls;
		}

		@Override
		public void execute(Runnable task) {
			this.calls.note("execute", task);
			super.execute(task);
		}

		@Override
		public ForkJoinTask<?> submit(Runnable task) {
			this.calls.note("submit", task);
			return super.submit(task);
		}

		@Override
		public <T> ForkJoinTask<T> submit(Callable<T> task) {
			this.calls.note("submit", task);
			return super.submit(task);
		}

		@Override
		public <T> List<Future<T>> invokeAll(Collection<? extends Callable<T>> tasks) {
			tasks.forEach((task) -> this.calls.note("invokeAll", task));
			return super.invokeAll(tasks);
		}

	}

	/** Closed as Kotlin's classes are. */
	static final class ClosedPool extends ThreadPoolExecutor {

		ClosedPool() {
			super(1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(3));
		}

	}

	/** Closed, and one of Spring's. */
	static final class ClosedSpringPool extends ThreadPoolTaskExecutor {

		ClosedSpringPool() {
			setMaxPoolSize(1);
			setQueueCapacity(3);
		}

	}

}
