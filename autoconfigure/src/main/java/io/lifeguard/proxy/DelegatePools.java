package io.lifeguard.proxy;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.function.BiFunction;

import io.lifeguard.engine.pool.Guarded;
import io.lifeguard.engine.pool.Pool;
import org.jspecify.annotations.Nullable;

import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.scheduling.concurrent.ExecutorConfigurationSupport;
import org.springframework.util.ReflectionUtils;

/**
 * Finds the pool behind executors that have no threads of their own.
 */
final class DelegatePools {

	private static final int MAX_DEPTH = 3;

	private DelegatePools() {
	}

	/**
	 * Return the pool of the guarded executor that the given one forwards to, if it is
	 * one that does nothing else.
	 */
	static @Nullable Pool poolBehind(Object executor) {
		return hasThreads(executor) ? null : poolBehind(executor, MAX_DEPTH);
	}

	private static boolean hasThreads(Object executor) {
		return executor instanceof ThreadPoolExecutor || executor instanceof ForkJoinPool
				|| executor instanceof ExecutorConfigurationSupport || executor instanceof SimpleAsyncTaskExecutor;
	}

	/**
	 * Replace the executors to which the given one forwards, where its fields allow that.
	 * @param replacement returns what takes an executor's place in a field of the given
	 * type
	 */
	static void replaceDelegates(Object executor, BiFunction<Object, Class<?>, Object> replacement) {
		boolean settable = !executor.getClass().isRecord() && !executor.getClass().isHidden();
		if (hasThreads(executor) || !settable) {
			return;
		}
		for (Class<?> type = executor.getClass(); type != null; type = type.getSuperclass()) {
			for (Field field : type.getDeclaredFields()) {
				Object delegate = executorIn(field, executor);
				boolean candidate = delegate instanceof Executor || delegate instanceof TaskScheduler;
				if (delegate != null && candidate && delegate != executor) {
					ReflectionUtils.setField(field, executor, replacement.apply(delegate, field.getType()));
				}
			}
		}
	}

	/**
	 * Return the pool to which all executors lead that the given one has.
	 */
	private static @Nullable Pool poolBehind(Object executor, int depth) {
		if (executor instanceof Guarded guarded) {
			return guarded.lifeguardPool();
		}
		Pool behind = null;
		for (Class<?> type = executor.getClass(); depth > 0 && type != null; type = type.getSuperclass()) {
			for (Field field : type.getDeclaredFields()) {
				if (executorIn(field, executor) instanceof Executor next && next != executor) {
					Pool pool = poolBehind(next, depth - 1);
					if (pool == null) {
						return null; // that one may have threads
					}
					behind = (behind != null) ? behind : pool;
				}
			}
		}
		return behind;
	}

	private static @Nullable Object executorIn(Field field, Object executor) {
		boolean candidate = !Modifier.isStatic(field.getModifiers()) && !field.getType().isPrimitive();
		return (candidate && field.trySetAccessible()) ? ReflectionUtils.getField(field, executor) : null;
	}

}
