package io.lifeguard.proxy;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ForkJoinPool;

import io.lifeguard.engine.pool.Guarded;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.util.ReflectionUtils;

/**
 * Finds the executors that nobody guards, since they are no beans of their own: those
 * that beans have in a field, and those registered by hand when it was too late.
 */
final class UnguardedExecutors {

	private static final Log logger = LogFactory.getLog(UnguardedExecutors.class);

	private final Set<Object> found = Collections.newSetFromMap(new IdentityHashMap<>());

	private final ExecutorGuardFactory guards;

	private final List<String> texts = new ArrayList<>();

	private UnguardedExecutors(ExecutorGuardFactory guards) {
		this.guards = guards;
	}

	/**
	 * Return what to call each of them.
	 */
	static List<String> among(ConfigurableListableBeanFactory beanFactory, ExecutorGuardFactory guards) {
		UnguardedExecutors executors = new UnguardedExecutors(guards);
		for (String name : beanFactory.getSingletonNames()) {
			Object bean = beanFactory.getSingleton(name);
			if (bean == null) {
				continue;
			}
			if (ExecutorGuardPostProcessor.isExecutor(bean)) {
				if (!beanFactory.containsBeanDefinition(name)) {
					executors.add(name + ", registered by hand", bean);
				}
			}
			else if (!(bean instanceof FactoryBean<?>)) {
				Object target = AopProxyUtils.getSingletonTarget(bean);
				executors.lookInto((target != null) ? target : bean, name);
			}
		}
		return executors.texts;
	}

	private void lookInto(Object bean, String name) {
		Class<?> type = bean.getClass();
		if (type.getName().startsWith("java.")) {
			return;
		}
		try {
			// Spring keeps the fields that it has looked at already
			ReflectionUtils.doWithFields(type, (field) -> {
				Object value = field.trySetAccessible() ? ReflectionUtils.getField(field, bean) : null;
				if (value != null) {
					add(field.getName() + " of " + name, value);
				}
			}, UnguardedExecutors::mayHoldExecutor);
		}
		catch (IllegalStateException ex) {
			// A field is of a type that this application lacks
			logger.debug("The fields of bean '" + name + "' can't be looked at", ex);
		}
	}

	private static boolean mayHoldExecutor(Field field) {
		return !Modifier.isStatic(field.getModifiers()) && (Executor.class.isAssignableFrom(field.getType())
				|| TaskScheduler.class.isAssignableFrom(field.getType()));
	}

	private void add(String text, Object executor) {
		boolean threads = executor instanceof ExecutorService || executor instanceof AsyncTaskExecutor
				|| executor instanceof TaskScheduler;
		if (threads && !(executor instanceof Guarded) && executor != ForkJoinPool.commonPool()
				&& !this.guards.knows(executor) && this.found.add(executor)) {
			this.texts.add(text);
		}
	}

}
