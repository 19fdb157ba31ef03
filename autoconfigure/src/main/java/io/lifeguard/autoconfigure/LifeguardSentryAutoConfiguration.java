package io.lifeguard.autoconfigure;

import io.lifeguard.PoolRegistry;
import io.lifeguard.sentry.SentryTaskFailureReporter;
import io.sentry.IScopes;
import io.sentry.Sentry;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.core.annotation.Order;

/**
 * Auto-configuration of reports to Sentry. Works with the Sentry of its own starter as
 * well as with one that the application has initialized by hand.
 */
@AutoConfiguration(after = LifeguardAutoConfiguration.class,
		afterName = "io.sentry.spring.boot4.SentryAutoConfiguration")
@ConditionalOnClass(Sentry.class)
@ConditionalOnBean(PoolRegistry.class)
@ConditionalOnBooleanProperty(name = "lifeguard.report.sentry.enabled", matchIfMissing = true)
public final class LifeguardSentryAutoConfiguration {

	@Bean
	@Order(0)
	SentryTaskFailureReporter sentryTaskFailureReporter(PoolRegistry registry,
			ConfigurableListableBeanFactory beanFactory) {
		for (String scopes : beanFactory.getBeanNamesForType(IScopes.class, false, false)) {
			// Sentry is to be there before, and to close after whoever reports to it
			beanFactory.getBean(scopes);
			beanFactory.registerDependentBean(scopes, "sentryTaskFailureReporter");
		}
		return new SentryTaskFailureReporter(registry);
	}

}
