package io.lifeguard.autoconfigure;

import io.lifeguard.engine.pool.PoolRegistry;
import io.lifeguard.sentry.AheadOfTimeCheck;
import io.lifeguard.sentry.CheckIns;
import io.lifeguard.sentry.OwnCheckIns;
import io.lifeguard.sentry.SentryArrival;
import io.lifeguard.sentry.SentryTaskFailureReporter;
import io.sentry.Sentry;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Role;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;

/**
 * Auto-configuration of reports to Sentry. Works with the Sentry of its own starter as
 * well as with one that the application has initialized by hand.
 */
@AutoConfiguration(after = LifeguardAutoConfiguration.class,
		afterName = "io.sentry.spring.boot4.SentryAutoConfiguration")
@ConditionalOnClass(Sentry.class)
@ConditionalOnBean(name = PoolRegistry.BEAN_NAME)
@ConditionalOnBooleanProperty(name = "lifeguard.report.sentry.enabled", matchIfMissing = true)
public final class LifeguardSentryAutoConfiguration {

	private static final String REPORTER = "sentryTaskFailureReporter";

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static SentryArrival sentryArrival(ObjectProvider<SentryTaskFailureReporter> sentryTaskFailureReporter) {
		return new SentryArrival(sentryTaskFailureReporter, REPORTER);
	}

	@Bean(REPORTER)
	@Order(0)
	static SentryTaskFailureReporter sentryTaskFailureReporter(PoolRegistry lifeguardPoolRegistry) {
		return new SentryTaskFailureReporter(lifeguardPoolRegistry);
	}

	/**
	 * Looks at the start only. Not lazy: nothing needs it.
	 */
	@Bean
	@Lazy(false)
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static AheadOfTimeCheck sentryAheadOfTimeCheck(Environment environment) {
		return new AheadOfTimeCheck(environment);
	}

	/**
	 * Checks schedules in. Not lazy: nothing needs it.
	 */
	@Bean
	@Lazy(false)
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	@ConditionalOnBooleanProperty("lifeguard.report.sentry.check-ins")
	static CheckIns sentryCheckIns(PoolRegistry lifeguardPoolRegistry, ListableBeanFactory beanFactory) {
		return new CheckIns(lifeguardPoolRegistry, new OwnCheckIns(beanFactory));
	}

}
