package io.lifeguard.proxy;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.List;
import java.util.Set;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadPoolExecutor;

import io.lifeguard.engine.pool.Guarded;
import org.jspecify.annotations.Nullable;

import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.scheduling.concurrent.ExecutorConfigurationSupport;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;
import org.springframework.util.ReflectionUtils;

/**
 * Tells which methods of an executor lead to its guard, and takes them there.
 */
final class GuardRoutes {

	private static final Set<String> SUBMITTING = Set.of("execute", "submit", "submitCompletable", "invokeAll",
			"invokeAny", "schedule", "scheduleAtFixedRate", "scheduleWithFixedDelay", "invoke", "externalSubmit",
			"lazySubmit", "submitWithTimeout", "invokeAllUninterruptibly");

	private static final Set<String> OTHERS = Set.of("newTaskFor", "remove", "shutdownNow", "setTaskDecorator",
			"getRejectedExecutionHandler", "setRejectedExecutionHandler", "getThreadFactory", "setThreadFactory",
			"initialize", "afterPropertiesSet", "getThreadPoolExecutor", "getScheduledThreadPoolExecutor",
			"getScheduledExecutor", "lifeguardPool");

	/**
	 * The types whose methods of these names submit a task, take one back, or change what
	 * becomes of one.
	 */
	private static final List<Class<?>> DECLARING = List.of(Executor.class, ExecutorService.class,
			ScheduledExecutorService.class, AbstractExecutorService.class, ThreadPoolExecutor.class, ForkJoinPool.class,
			AsyncTaskExecutor.class, ThreadPoolTaskExecutor.class, SimpleAsyncTaskExecutor.class, TaskScheduler.class,
			ThreadPoolTaskScheduler.class, ExecutorConfigurationSupport.class, Guarded.class);

	private GuardRoutes() {
	}

	/**
	 * Return the guard's own method for the given one, or {@code null} if that is the
	 * executor's business alone: an application's class may have methods of its own that
	 * are called the same.
	 */
	static @Nullable Method find(Class<?> guardType, Class<?> executorType, Method method) {
		boolean candidate = SUBMITTING.contains(method.getName()) || OTHERS.contains(method.getName());
		if (!candidate || Modifier.isStatic(method.getModifiers()) || !isDeclared(executorType, method)) {
			return null;
		}
		return ReflectionUtils.findMethod(guardType, method.getName(), method.getParameterTypes());
	}

	/**
	 * Whether the given method of an application's submits a task, and no subclass can
	 * take that to the guard.
	 */
	static boolean isClosed(Class<?> guardType, Class<?> executorType, Method method) {
		return Modifier.isFinal(method.getModifiers()) && Modifier.isPublic(method.getModifiers())
				&& SUBMITTING.contains(method.getName()) && !method.getDeclaringClass().getName().startsWith("java.")
				&& find(guardType, executorType, method) != null;
	}

	private static boolean isDeclared(Class<?> executorType, Method method) {
		for (Class<?> type : DECLARING) {
			if ((type.isAssignableFrom(executorType) || type == method.getDeclaringClass())
					&& ReflectionUtils.findMethod(type, method.getName(), method.getParameterTypes()) != null) {
				return true;
			}
		}
		return false;
	}

	static @Nullable Object invoke(Method method, Object target, @Nullable Object @Nullable [] arguments)
			throws Throwable {
		try {
			return method.invoke(target, arguments);
		}
		catch (InvocationTargetException ex) {
			throw ex.getTargetException();
		}
	}

}
