package io.lifeguard.proxy;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.function.BiFunction;

import io.lifeguard.engine.guard.ExecutorGuard;
import io.lifeguard.engine.guard.HandGuard;
import io.lifeguard.engine.pool.Guarded;
import io.lifeguard.engine.pool.Pool;
import io.lifeguard.engine.pool.PoolRegistry;
import org.jspecify.annotations.Nullable;

import org.springframework.util.ClassUtils;
import org.springframework.util.CustomizableThreadCreator;
import org.springframework.util.StringUtils;

/**
 * Decides which executors get a guard, and makes it.
 */
public final class ExecutorGuardFactory {

	private final PoolRegistry registry;

	private final Excludes excludes;

	private final Map<Object, ExecutorGuard> guards = new ConcurrentHashMap<>();

	/**
	 * Create guards for the pools of the given registry.
	 * @param exclude names of beans left alone, in which {@code *} stands for anything
	 */
	public ExecutorGuardFactory(PoolRegistry registry, List<String> exclude) {
		this.registry = registry;
		this.excludes = new Excludes(exclude);
		HandGuard.attach(registry);
	}

	/**
	 * Whether an executor bean needs no guard, or is excluded.
	 */
	boolean leavesAlone(String beanName, Object bean) {
		return bean instanceof Guarded || this.excludes.add(beanName, bean);
	}

	/**
	 * Return a guard for an executor bean.
	 * @param scoped whether there may be other beans of that name, which share the pool
	 */
	ExecutorGuard guardBean(String beanName, Object bean, boolean scoped) {
		Pool behind = DelegatePools.poolBehind(bean);
		if (behind != null) {
			return ExecutorGuard.of(bean, behind);
		}
		return ExecutorGuard.of(bean,
				scoped ? this.registry.registerShared(beanName, bean) : this.registry.register(beanName, bean));
	}

	/**
	 * Return a guard for an executor that is no bean, or the executor itself if it needs
	 * none.
	 */
	<T> T guard(T executor, Class<T> type) {
		if (executor instanceof Guarded || this.excludes.contains(executor)) {
			return executor;
		}
		return type.cast(this.guards.computeIfAbsent(executor, (key) -> {
			Pool behind = DelegatePools.poolBehind(executor);
			return ExecutorGuard.of(executor,
					(behind != null) ? behind : this.registry.registerBeside(threadNamePrefix(executor), executor));
		}));
	}

	/**
	 * Guard the executors that are no beans, and to which an executor forwards that
	 * cannot be guarded itself.
	 * @param name names their pools
	 */
	void guardWithin(String name, Object view) {
		DelegatePools.replaceDelegates(view, (delegate, type) -> {
			if (delegate instanceof Guarded || this.excludes.contains(delegate)) {
				return delegate;
			}
			try {
				BiFunction<Object, ExecutorGuard, Object> proxies = type
					.isAssignableFrom(ExecutorGuard.typeFor(delegate)) ? (executor, guard) -> guard
							: ExecutorProxies.plan(delegate.getClass(), ExecutorGuard.typeFor(delegate), type);
				return proxies.apply(delegate, this.guards.computeIfAbsent(delegate,
						(key) -> ExecutorGuard.of(key, this.registry.registerBeside(name, key))));
			}
			catch (UnsupportedOperationException ex) {
				return delegate;
			}
		});
	}

	/**
	 * Whether the given executor is one that is guarded, or to be left alone.
	 */
	boolean knows(Object executor) {
		return this.guards.containsKey(executor) || this.excludes.contains(executor)
				|| this.registry.pools().stream().anyMatch((pool) -> pool.guards(executor));
	}

	Excludes excludes() {
		return this.excludes;
	}

	PoolRegistry registry() {
		return this.registry;
	}

	private static String threadNamePrefix(Object executor) {
		String prefix = null;
		// Most of Spring's executors are one
		if (executor instanceof CustomizableThreadCreator creator) {
			prefix = creator.getThreadNamePrefix();
		}
		else if (executor instanceof ThreadPoolExecutor pool
				&& pool.getThreadFactory() instanceof CustomizableThreadCreator creator) {
			prefix = creator.getThreadNamePrefix();
		}
		String name = (prefix != null && prefix.endsWith("-")) ? prefix.substring(0, prefix.length() - 1) : prefix;
		return StringUtils.hasText(name) ? name : className(executor);
	}

	/**
	 * Return a name also for what has no simple one, and the same at each start.
	 */
	private static String className(Object executor) {
		String name = ClassUtils.getShortName(executor.getClass());
		int lambda = name.indexOf("$$Lambda");
		return (lambda >= 0) ? name.substring(0, lambda) : name;
	}

}
