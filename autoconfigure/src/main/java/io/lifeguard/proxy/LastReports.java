package io.lifeguard.proxy;

import java.util.ArrayList;
import java.util.List;

import io.lifeguard.LoggingTaskFailureReporter;
import io.lifeguard.PoolRegistry;
import io.lifeguard.TaskFailureReporter;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryAware;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.config.DestructionAwareBeanPostProcessor;

/**
 * Sees to it that failures are told where the application never got as far as to have
 * reporters: those that are there by the time the registry closes are used, and the log
 * in any case. No effect on an application that did start.
 */
public final class LastReports implements DestructionAwareBeanPostProcessor, BeanFactoryAware {

	@SuppressWarnings("NullAway.Init") // set before all else
	private ConfigurableListableBeanFactory beanFactory;

	@Override
	public void setBeanFactory(BeanFactory beanFactory) {
		this.beanFactory = (ConfigurableListableBeanFactory) beanFactory;
	}

	@Override
	public boolean requiresDestruction(Object bean) {
		return bean instanceof PoolRegistry;
	}

	@Override
	public void postProcessBeforeDestruction(Object bean, String beanName) {
		if (bean instanceof PoolRegistry registry) {
			registry.report(reporters());
		}
	}

	private List<TaskFailureReporter> reporters() {
		List<TaskFailureReporter> reporters = new ArrayList<>();
		reporters.add(new LoggingTaskFailureReporter());
		for (String name : this.beanFactory.getBeanNamesForType(TaskFailureReporter.class, true, false)) {
			// No bean can be created any more
			if (this.beanFactory.getSingleton(name) instanceof TaskFailureReporter reporter
					&& !(reporter instanceof LoggingTaskFailureReporter)) {
				reporters.add(reporter);
			}
		}
		return reporters;
	}

}
