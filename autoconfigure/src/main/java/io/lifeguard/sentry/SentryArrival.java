package io.lifeguard.sentry;

import io.lifeguard.engine.pool.PoolRegistry;
import io.sentry.IScopes;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryAware;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/**
 * Creates the reporter as soon as Sentry is there, which with a web server is long before
 * the application's own beans: so it is there for the failures of an application that
 * does not start. Also makes Sentry close after its reporter, and that after the
 * registry.
 */
public final class SentryArrival implements BeanPostProcessor, BeanFactoryAware {

	private final ObjectProvider<SentryTaskFailureReporter> reporter;

	private final String reporterName;

	@SuppressWarnings("NullAway.Init") // set before all else
	private ConfigurableListableBeanFactory beanFactory;

	/**
	 * Create a post-processor.
	 * @param reporter provides the reporter, not before Sentry is there
	 * @param reporterName the name of the reporter's bean
	 */
	public SentryArrival(ObjectProvider<SentryTaskFailureReporter> reporter, String reporterName) {
		this.reporter = reporter;
		this.reporterName = reporterName;
	}

	@Override
	public void setBeanFactory(BeanFactory beanFactory) {
		this.beanFactory = (ConfigurableListableBeanFactory) beanFactory;
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (bean instanceof IScopes) {
			this.beanFactory.registerDependentBean(beanName, this.reporterName);
			this.reporter.getObject().sentryArrived();
		}
		else if (beanName.equals(this.reporterName)) {
			this.beanFactory.registerDependentBean(beanName, PoolRegistry.BEAN_NAME);
		}
		return bean;
	}

}
