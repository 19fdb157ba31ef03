package io.lifeguard.proxy;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.concurrent.Executor;

import io.lifeguard.engine.guard.ExecutorGuard;
import io.lifeguard.engine.pool.Pool;
import io.lifeguard.engine.pool.PoolRegistry;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.scope.ScopedObject;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryAware;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.config.DestructionAwareBeanPostProcessor;
import org.springframework.beans.factory.config.SmartInstantiationAwareBeanPostProcessor;
import org.springframework.core.Ordered;
import org.springframework.core.PriorityOrdered;
import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.scheduling.TaskScheduler;

/**
 * Replaces each executor bean by a guarded one of the same type. The bean itself lives on
 * behind it: its life cycle and its destruction are its own.
 */
public final class ExecutorGuardPostProcessor implements SmartInstantiationAwareBeanPostProcessor,
		DestructionAwareBeanPostProcessor, BeanFactoryAware, PriorityOrdered {

	private static final Log logger = LogFactory.getLog(ExecutorGuardPostProcessor.class);

	private final ObjectProvider<ExecutorGuardFactory> guards;

	@SuppressWarnings("NullAway.Init") // set before all else
	private ConfigurableListableBeanFactory beanFactory;

	private final FactoryTasks factoryTasks = new FactoryTasks();

	private final Map<Object, Object> earlyReferences = Collections.synchronizedMap(new IdentityHashMap<>());

	/**
	 * Create a post-processor.
	 * @param guards provides the guards, not before the first executor is created
	 */
	public ExecutorGuardPostProcessor(ObjectProvider<ExecutorGuardFactory> guards) {
		this.guards = guards;
	}

	@Override
	public void setBeanFactory(BeanFactory beanFactory) {
		this.beanFactory = (ConfigurableListableBeanFactory) beanFactory;
	}

	/**
	 * Do beforehand what takes a moment for the first executor of the given class. Can be
	 * called by any thread.
	 */
	public static void prepare(Class<? extends AsyncTaskExecutor> type) {
		ExecutorProxies.prepare(type, ExecutorGuard.class);
	}

	/**
	 * Run before all others, so that no executor is created without a guard.
	 */
	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE;
	}

	@Override
	public Object getEarlyBeanReference(Object bean, String beanName) {
		if (!isExecutor(bean)) {
			return bean;
		}
		Object reference = guard(bean, beanName);
		this.earlyReferences.put(bean, reference);
		return reference;
	}

	@Override
	public Object postProcessBeforeInitialization(Object bean, String beanName) {
		this.factoryTasks.keep(bean);
		return bean;
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (!isExecutor(bean)) {
			this.factoryTasks.schedule(bean, (executor) -> guard(executor, beanName));
			return bean;
		}
		Object guarded = this.factoryTasks.guarded(bean);
		if (guarded != null) {
			return guarded;
		}
		Object reference = this.earlyReferences.remove(bean);
		if (reference != null) {
			ExecutorProxies.refresh(reference, bean);
			return bean;
		}
		return guard(bean, beanName);
	}

	@Override
	public boolean requiresDestruction(Object bean) {
		return isExecutor(bean) || bean instanceof FactoryBean<?>;
	}

	/**
	 * {@inheritDoc} What a factory has made is closed by closing the factory.
	 */
	@Override
	public void postProcessBeforeDestruction(Object bean, String beanName) {
		Pool pool = this.guards.getObject().registry().pool(poolName(beanName));
		if (pool != null && (bean instanceof FactoryBean<?> || pool.guards(bean))) {
			Object executor = isExecutor(bean) ? bean : pool.executor();
			pool.closing(executor, bean, isDestroyedBy(beanName, "shutdownNow"));
		}
	}

	private boolean isDestroyedBy(String beanName, String method) {
		return this.beanFactory.containsBeanDefinition(beanName)
				&& method.equals(this.beanFactory.getMergedBeanDefinition(beanName).getDestroyMethodName());
	}

	static boolean isExecutor(Object bean) {
		return (bean instanceof Executor || bean instanceof TaskScheduler) && !(bean instanceof ScopedObject);
	}

	private boolean isScoped(String beanName) {
		return this.beanFactory.containsBeanDefinition(beanName)
				&& !this.beanFactory.getMergedBeanDefinition(beanName).isSingleton();
	}

	private static String poolName(String beanName) {
		return beanName.startsWith("scopedTarget.") ? beanName.substring("scopedTarget.".length()) : beanName;
	}

	Object guard(Object bean, String beanName) {
		ExecutorGuardFactory guards = this.guards.getObject();
		String poolName = poolName(beanName);
		if (guards.leavesAlone(poolName, bean)) {
			return bean;
		}
		// The registry closes after its pools
		this.beanFactory.registerDependentBean(PoolRegistry.BEAN_NAME, beanName);
		BiFunction<Object, ExecutorGuard, Object> proxies;
		try {
			proxies = ExecutorProxies.plan(bean.getClass(), ExecutorGuard.typeFor(bean),
					DeclaredTypes.of(beanName, bean, this.beanFactory));
		}
		catch (UnsupportedOperationException ex) {
			logger.warn("Executor bean '" + beanName + "' of type " + bean.getClass().getName() + " stays unguarded: "
					+ ex.getMessage());
			guards.guardWithin(poolName, bean);
			return bean;
		}
		ExecutorGuard guard = guards.guardBean(poolName, bean, isScoped(beanName));
		guard.handOut(ExecutorProxies::createInner);
		return proxies.apply(bean, guard);
	}

}
