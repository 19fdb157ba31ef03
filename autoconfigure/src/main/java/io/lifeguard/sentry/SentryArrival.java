package io.lifeguard.sentry;

import io.sentry.IScopes;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/**
 * Creates the reporter as soon as Sentry is there, which with a web server is long before
 * the application's own beans: so it is there for the failures of an application that
 * does not start. Also makes Sentry close after its reporter.
 */
public final class SentryArrival implements BeanPostProcessor {

	private final ObjectProvider<SentryTaskFailureReporter> reporter;

	private final String reporterName;

	private final ConfigurableListableBeanFactory beanFactory;

	/**
	 * Create a post-processor.
	 * @param reporter provides the reporter, not before Sentry is there
	 * @param reporterName the name of the reporter's bean
	 */
	public SentryArrival(ObjectProvider<SentryTaskFailureReporter> reporter, String reporterName,
			ConfigurableListableBeanFactory beanFactory) {
		this.reporter = reporter;
		this.reporterName = reporterName;
		this.beanFactory = beanFactory;
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (bean instanceof IScopes) {
			this.beanFactory.registerDependentBean(beanName, this.reporterName);
			if (!this.beanFactory.isCurrentlyInCreation(this.reporterName)) {
				this.reporter.getObject();
			}
		}
		return bean;
	}

}
