package io.lifeguard.proxy;

import java.util.function.Supplier;

import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;

/**
 * Replaces executors that have been registered as singletons by hand, and that no
 * post-processor of beans gets to see: as long as no bean has been made that could have
 * one. Not ordered, so that it comes after those that register some.
 */
public final class HandRegisteredExecutors implements BeanFactoryPostProcessor {

	private final Supplier<ExecutorGuardPostProcessor> guards;

	/**
	 * Create a post-processor.
	 * @param guards provides the guards, not before there is such an executor
	 */
	public HandRegisteredExecutors(Supplier<ExecutorGuardPostProcessor> guards) {
		this.guards = guards;
	}

	@Override
	public void postProcessBeanFactory(ConfigurableListableBeanFactory beanFactory) {
		if (!(beanFactory instanceof DefaultListableBeanFactory factory)) {
			return;
		}
		for (String name : factory.getSingletonNames()) {
			Object bean = factory.containsBeanDefinition(name) ? null : factory.getSingleton(name);
			if (bean != null && ExecutorGuardPostProcessor.isExecutor(bean)
					&& factory.getDependentBeans(name).length == 0) {
				Object guarded = this.guards.get().guard(bean, name);
				if (guarded != bean) {
					factory.destroySingleton(name); // which it does not close
					factory.registerSingleton(name, guarded);
				}
			}
		}
	}

}
