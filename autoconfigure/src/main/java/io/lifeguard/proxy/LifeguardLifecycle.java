package io.lifeguard.proxy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executor;

import io.lifeguard.DeclaredPool;
import io.lifeguard.TaskFailureReporter;
import io.lifeguard.engine.pool.Pool;
import io.lifeguard.engine.pool.PoolRegistry;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryAware;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.core.Ordered;
import org.springframework.util.PatternMatchUtils;

/**
 * Begins to report once all singletons are there, says what is guarded, and sees to it
 * that the registry closes before the reporters.
 */
public final class LifeguardLifecycle
		implements SmartInitializingSingleton, ApplicationListener<ContextClosedEvent>, BeanFactoryAware, Ordered {

	private static final Log logger = LogFactory.getLog(LifeguardLifecycle.class);

	private final ExecutorGuardFactory guards;

	private final ObjectProvider<TaskFailureReporter> reporters;

	@SuppressWarnings("NullAway.Init") // set before all else
	private ConfigurableListableBeanFactory beanFactory;

	/**
	 * Create the life cycle.
	 */
	public LifeguardLifecycle(ExecutorGuardFactory guards, ObjectProvider<TaskFailureReporter> reporters) {
		this.guards = guards;
		this.reporters = reporters;
	}

	@Override
	public void setBeanFactory(BeanFactory beanFactory) {
		this.beanFactory = (ConfigurableListableBeanFactory) beanFactory;
	}

	/**
	 * Come before the executors, which begin to close with the same event.
	 */
	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE;
	}

	/**
	 * Never on an executor that closes with the same event.
	 */
	@Override
	public boolean supportsAsyncExecution() {
		return false;
	}

	@Override
	public void onApplicationEvent(ContextClosedEvent event) {
		// A child's event reaches its parent too
		if (event.getApplicationContext().getAutowireCapableBeanFactory() == this.beanFactory) {
			this.guards.registry().closing();
		}
	}

	@Override
	public void afterSingletonsInstantiated() {
		for (String reporter : this.beanFactory.getBeanNamesForType(TaskFailureReporter.class, true, false)) {
			this.beanFactory.registerDependentBean(reporter, PoolRegistry.BEAN_NAME);
		}
		this.guards.registry().report(this.reporters.orderedStream().toList());
		for (String pattern : this.guards.excludes().unmatched()) {
			boolean lazy = Arrays.stream(this.beanFactory.getBeanNamesForType(Executor.class, true, false))
				.anyMatch((name) -> PatternMatchUtils.simpleMatch(pattern, name));
			if (!lazy) {
				logger.warn("lifeguard.exclude names '" + pattern
						+ "', but no executor bean is called so: correct the name or remove it");
			}
		}
		List<String> pools = new ArrayList<>();
		for (Pool pool : this.guards.registry().pools()) {
			pools.add(pool.name() + ((pool.executor() instanceof DeclaredPool) ? " (declared by properties)" : ""));
			List<String> advice = pool.advice();
			if (!advice.isEmpty()) {
				logger.warn("Pool " + pool.name() + ": " + String.join(". ", advice));
			}
		}
		logger.info(pools.isEmpty() ? "Lifeguard guards no pool yet" : "Lifeguard guards " + pools.size()
				+ ((pools.size() == 1) ? " pool: " : " pools: ") + String.join(", ", pools));
		List<String> unguarded = UnguardedExecutors.among(this.beanFactory, this.guards);
		if (!unguarded.isEmpty()) {
			logger.info("Not guarded, since they are no beans of their own: " + String.join("; ", unguarded)
					+ ". Make a bean of what is yours, or guard it with Lifeguard.guard");
		}
	}

}
