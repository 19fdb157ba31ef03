package io.lifeguard.engine.guard;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.DelayQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.RunnableScheduledFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;

import io.lifeguard.DeclaredPool;
import io.lifeguard.support.Recognition;
import io.lifeguard.engine.executor.TaskQueue;
import io.lifeguard.engine.executor.ThreadPools;
import io.lifeguard.engine.pool.Guarded;
import io.lifeguard.support.Fields;
import org.jspecify.annotations.Nullable;

import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.scheduling.concurrent.ConcurrentTaskExecutor;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * What the guard has to know of an executor's class so as to change nothing about it.
 *
 * @param runsOurFutures whether {@code submit} only wraps the task into a future and
 * executes that, so that the guard's own future can take its place
 * @param makesOwnFutures whether futures are of a kind that callers may rely on, and that
 * the guard must not stand before
 * @param completesOwnFutures whether {@code submitCompletable} is the application's own
 * @param rethrows whether the executor does something about what an executed task throws
 * @param seesExecuted whether code of the application gets to see executed tasks, and
 * what they throw ends a thread of the pool
 * @param seesSubmitted whether code of the application gets to see tasks that have a
 * future
 * @param invokesAnyAsPlatform whether {@code invokeAny} is that of the JDK's pools
 */
record ExecutorTraits(boolean runsOurFutures, boolean makesOwnFutures, boolean completesOwnFutures, boolean rethrows,
		boolean seesExecuted, boolean seesSubmitted, boolean invokesAnyAsPlatform) {

	/** The methods that see what is given to {@code execute}. */
	private static final Set<String> EXECUTED = Set.of("execute", "beforeExecute", "afterExecute", "remove",
			"cancelRemainingTask");

	/** The methods that see tasks which are to have a future. */
	private static final Set<String> SUBMITTED = Set.of("newTaskFor", "decorateTask", "submit", "submitCompletable",
			"schedule", "scheduleAtFixedRate", "scheduleWithFixedDelay", "invokeAll");

	static ExecutorTraits of(Object executor) {
		boolean scheduler = executor instanceof TaskScheduler || executor instanceof ScheduledExecutorService;
		boolean known = executor instanceof ThreadPoolExecutor || executor instanceof AsyncTaskExecutor;
		ThreadPoolExecutor pool = ThreadPools.of(executor);
		boolean plain = (pool != null || isPlatformMethod(executor, "execute", Runnable.class))
				&& submitsByExecuting(executor) && (pool == null || submitsByExecuting(pool));
		boolean completes = isApplication(declarer(executor, "submitCompletable", Callable.class))
				|| isApplication(declarer(executor, "submitCompletable", Runnable.class));
		return new ExecutorTraits(known && plain && !scheduler,
				makesOwnFutures(executor) || (pool != null && makesOwnTasks(pool)), completes, rethrows(executor),
				seesExecuted(executor, pool), seesSubmitted(executor, pool),
				executor == pool && isPlatformMethod(executor, "invokeAny", Collection.class));
	}

	/**
	 * Whether the given executor makes futures as the JDK does, and executes those.
	 */
	private static boolean submitsByExecuting(Object executor) {
		return isPlatformMethod(executor, "submit", Callable.class)
				&& !isApplication(declarer(executor, "submit", Runnable.class))
				&& !isApplication(declarer(executor, "invokeAll", Collection.class)) && !makesOwnTasks(executor);
	}

	/**
	 * Whether what runs in the given executor's queue is of the application's own making.
	 */
	private static boolean makesOwnTasks(Object executor) {
		return isApplication(declarer(executor, "newTaskFor", Callable.class))
				|| isApplication(declarer(executor, "newTaskFor", Runnable.class, Object.class))
				|| isApplication(declarer(executor, "decorateTask", Callable.class, RunnableScheduledFuture.class))
				|| isApplication(declarer(executor, "decorateTask", Runnable.class, RunnableScheduledFuture.class));
	}

	/**
	 * Return the application's own method that makes a future of a task of the given
	 * type, {@code null} where the JDK does.
	 */
	static @Nullable Method ownTaskMethod(Object executor, Class<?> type) {
		Method method = (type == Callable.class)
				? ReflectionUtils.findMethod(executor.getClass(), "newTaskFor", Callable.class)
				: ReflectionUtils.findMethod(executor.getClass(), "newTaskFor", Runnable.class, Object.class);
		return (method != null && isApplication(method.getDeclaringClass())) ? method : null;
	}

	private static boolean seesExecuted(Object executor, @Nullable ThreadPoolExecutor pool) {
		if (pool == null || pool instanceof ScheduledThreadPoolExecutor) {
			return false;
		}
		BlockingQueue<Runnable> queue = ThreadPools.queue(pool);
		return overrides(executor, EXECUTED) || overrides(pool, EXECUTED)
				|| (Recognition.isApplication(queue.getClass()) && !(queue instanceof TaskQueue));
	}

	private static boolean seesSubmitted(Object executor, @Nullable ThreadPoolExecutor pool) {
		// Spring's schedulers have handlers that keep what a task throws to themselves
		return !(executor instanceof TaskScheduler)
				&& (overrides(executor, SUBMITTED) || (pool != null && overrides(pool, SUBMITTED)));
	}

	/**
	 * Whether the application has a hand in one of the named methods of an executor.
	 */
	private static boolean overrides(Object executor, Set<String> names) {
		for (Class<?> type = executor.getClass(); type != null
				&& Recognition.isApplication(type); type = type.getSuperclass()) {
			for (Method method : type.getDeclaredMethods()) {
				if (names.contains(method.getName()) && takesTasks(method)) {
					return true;
				}
			}
		}
		return false;
	}

	/**
	 * Whether the given method may override one of the JDK's or of Spring's.
	 */
	private static boolean takesTasks(Method method) {
		int modifiers = method.getModifiers();
		if (Modifier.isPrivate(modifiers) || Modifier.isStatic(modifiers) || method.getParameterCount() == 0) {
			return false;
		}
		Class<?> first = method.getParameterTypes()[0];
		return first == Runnable.class || first == Callable.class || first == Collection.class || first == Thread.class;
	}

	/**
	 * Whether the named method comes from the JDK, from Spring or from the guard itself.
	 */
	static boolean isPlatformMethod(Object executor, String name, Class<?>... parameterTypes) {
		Class<?> declarer = declarer(executor, name, parameterTypes);
		return declarer != null && isPlatform(declarer);
	}

	private static boolean makesOwnFutures(Object executor) {
		if (!(executor instanceof ExecutorService || executor instanceof AsyncTaskExecutor)) {
			return false;
		}
		Method submit = ClassUtils.getMethodIfAvailable(executor.getClass(), "submit", Callable.class);
		return (submit != null && !submit.getReturnType().isAssignableFrom(ScheduledFuture.class))
				|| makesOwnTasks(executor);
	}

	private static boolean rethrows(Object executor) {
		boolean known = isPlatform(executor.getClass()) || executor instanceof ThreadPoolExecutor
				|| executor instanceof ForkJoinPool || executor instanceof AsyncTaskExecutor;
		// A scheduled executor keeps it in a future, and calls no handler
		boolean keeps = executor instanceof ScheduledExecutorService && !(executor instanceof ForkJoinPool);
		if (!known || keeps || executor instanceof TaskScheduler) {
			return true;
		}
		if (executor instanceof ConcurrentTaskExecutor adapter) {
			Object inner = Fields.get(adapter, "adaptedExecutor");
			Executor behind = adapter.getConcurrentExecutor();
			return (inner != null && Fields.get(inner, "taskDecorator") != null)
					|| (!(behind instanceof Guarded) && rethrows(behind));
		}
		return isApplication(declarer(executor, "execute", Runnable.class))
				|| isApplication(declarer(executor, "afterExecute", Runnable.class, Throwable.class))
				|| (executor instanceof ThreadPoolTaskExecutor bean && isApplication(
						declarer(ThreadPools.of(bean), "afterExecute", Runnable.class, Throwable.class)));
	}

	/**
	 * Whether the queue orders tasks by what only the application's own types have: it
	 * hands them to a comparator, or asks them for their delay.
	 */
	static boolean ordersTasks(Object executor) {
		ThreadPoolExecutor pool = ThreadPools.of(executor);
		if (pool == null || pool instanceof ScheduledThreadPoolExecutor) {
			return false;
		}
		BlockingQueue<?> waiting = ThreadPools.queue(pool);
		return waiting instanceof DelayQueue
				|| (waiting instanceof PriorityBlockingQueue<?> queue && queue.comparator() != null);
	}

	private static @Nullable Class<?> declarer(@Nullable Object executor, String name, Class<?>... parameterTypes) {
		if (executor == null) {
			return null;
		}
		Method method = ReflectionUtils.findMethod(executor.getClass(), name, parameterTypes);
		return (method != null) ? method.getDeclaringClass() : null;
	}

	static boolean isPlatform(Class<?> type) {
		return type.getName().startsWith("java.") || type.getName().startsWith("org.springframework.")
				|| DeclaredPool.class.isAssignableFrom(type);
	}

	private static boolean isApplication(@Nullable Class<?> type) {
		return type != null && !isPlatform(type);
	}

}
