package io.lifeguard.proxy;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ThreadPoolExecutor;

import io.lifeguard.ExecutorGuard;
import io.lifeguard.Guarded;
import io.lifeguard.Pool;
import io.lifeguard.PoolRegistry;
import org.jspecify.annotations.Nullable;

import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.scheduling.concurrent.ConcurrentTaskScheduler;
import org.springframework.scheduling.concurrent.ExecutorConfigurationSupport;
import org.springframework.util.CustomizableThreadCreator;
import org.springframework.util.PatternMatchUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Decides which executors get a guard, and makes it.
 */
public final class ExecutorGuards {

	private static final int FORWARDING_DEPTH = 3;

	private final PoolRegistry registry;

	private final List<String> exclude;

	private final Set<String> matched = ConcurrentHashMap.newKeySet();

	private final Map<Object, Boolean> excluded = Collections.synchronizedMap(new WeakHashMap<>());

	private final Map<Object, ExecutorGuard> guards = new ConcurrentHashMap<>();

	/**
	 * Create guards for the pools of the given registry.
	 * @param exclude names of beans left alone, in which {@code *} stands for anything
	 */
	public ExecutorGuards(PoolRegistry registry, List<String> exclude) {
		this.registry = registry;
		this.exclude = List.copyOf(exclude);
	}

	/**
	 * Return a guard for an executor bean, or {@code null} if it needs none or is
	 * excluded.
	 * @param prototype whether there are other beans of that name, which share the pool
	 */
	@Nullable ExecutorGuard guardBean(String beanName, Object bean, boolean prototype) {
		if (isGuarded(bean) || isExcluded(beanName, bean)) {
			return null;
		}
		Pool shared = prototype ? this.registry.pool(beanName) : null;
		return (shared != null) ? ExecutorGuard.of(bean, shared) : newGuard(beanName, bean);
	}

	/**
	 * Return a guard for an executor that is no bean, or the executor itself if it needs
	 * none.
	 */
	<T> T guard(T executor, Class<T> type) {
		if (isGuarded(executor) || this.excluded.containsKey(executor)) {
			return executor;
		}
		return type
			.cast(this.guards.computeIfAbsent(executor, (key) -> newGuard(threadNamePrefix(executor), executor)));
	}

	/**
	 * Return the patterns that have matched no executor so far.
	 */
	List<String> unmatchedExcludes() {
		List<String> unmatched = new ArrayList<>(this.exclude);
		unmatched.removeAll(this.matched);
		return unmatched;
	}

	PoolRegistry registry() {
		return this.registry;
	}

	private ExecutorGuard newGuard(String name, Object executor) {
		Pool behind = poolBehind(executor);
		return ExecutorGuard.of(executor, (behind != null) ? behind : this.registry.register(name, executor));
	}

	private static boolean isGuarded(Object executor) {
		return executor instanceof Guarded;
	}

	private boolean isExcluded(String beanName, Object bean) {
		boolean excluded = false;
		for (String pattern : this.exclude) {
			if (PatternMatchUtils.simpleMatch(pattern, beanName)) {
				this.matched.add(pattern);
				excluded = true;
			}
		}
		if (excluded) {
			this.excluded.put(bean, Boolean.TRUE);
		}
		return excluded;
	}

	private static String threadNamePrefix(Object executor) {
		String prefix = null;
		if (executor instanceof CustomizableThreadCreator creator) { // most of Spring's
																		// executors are
																		// one
			prefix = creator.getThreadNamePrefix();
		}
		else if (executor instanceof ThreadPoolExecutor pool
				&& pool.getThreadFactory() instanceof CustomizableThreadCreator creator) {
			prefix = creator.getThreadNamePrefix();
		}
		String name = (prefix != null) ? prefix : executor.getClass().getSimpleName();
		return name.endsWith("-") ? name.substring(0, name.length() - 1) : name;
	}

	/**
	 * Return the pool of the guarded executor that the given one forwards to, if it is
	 * one that does nothing else.
	 */
	private static @Nullable Pool poolBehind(Object executor) {
		boolean hasThreads = executor instanceof ThreadPoolExecutor || executor instanceof ForkJoinPool
				|| executor instanceof ExecutorConfigurationSupport || executor instanceof SimpleAsyncTaskExecutor
				|| (executor instanceof TaskScheduler && !(executor instanceof ConcurrentTaskScheduler));
		return hasThreads ? null : poolBehind(executor, FORWARDING_DEPTH);
	}

	private static @Nullable Pool poolBehind(Object executor, int depth) {
		if (executor instanceof Guarded guarded) {
			return guarded.lifeguardPool();
		}
		for (Class<?> type = executor.getClass(); depth > 0 && type != null; type = type.getSuperclass()) {
			for (Field field : type.getDeclaredFields()) {
				if (!Modifier.isStatic(field.getModifiers()) && !field.getType().isPrimitive()
						&& field.trySetAccessible()
						&& ReflectionUtils.getField(field, executor) instanceof Executor next && next != executor) {
					Pool pool = poolBehind(next, depth - 1);
					if (pool != null) {
						return pool;
					}
				}
			}
		}
		return null;
	}

}
