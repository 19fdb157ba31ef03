package io.lifeguard.autoconfigure;

import io.lifeguard.LoggingTaskFailureReporter;
import io.lifeguard.TaskFailureReporter;
import io.lifeguard.engine.pool.PoolRegistry;
import io.lifeguard.proxy.AsyncConfigurerPostProcessor;
import io.lifeguard.proxy.ExecutorGuardPostProcessor;
import io.lifeguard.proxy.ExecutorGuardFactory;
import io.lifeguard.proxy.GuardingAsyncConfigurer;
import io.lifeguard.proxy.GuardingSchedulingConfigurer;
import io.lifeguard.proxy.HandRegisteredExecutors;
import io.lifeguard.proxy.LastReporters;
import io.lifeguard.proxy.LifeguardLifecycle;
import io.lifeguard.tuning.EnvironmentChangeListener;
import io.lifeguard.tuning.MicrometerContextPropagation;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurationPackages;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Role;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.scheduling.annotation.AsyncConfigurer;

/**
 * Auto-configuration of the guard around all executors. Here and in those that build on
 * it, a bean whose type has a common name is called after Lifeguard, since applications
 * have beans of common names too; and a parameter has the name of the bean that it takes,
 * so that Spring need not look for it by type among all the beans of an application.
 */
// Of several configurers of scheduling without an order, the one registered last comes
// last
@AutoConfiguration(after = LifeguardPropertiesAutoConfiguration.class,
		afterName = "org.springframework.boot.micrometer.observation.autoconfigure.ScheduledTasksObservationAutoConfiguration")
@ConditionalOnBooleanProperty(name = "lifeguard.enabled", matchIfMissing = true)
@Import(LifeguardPropertiesAutoConfiguration.class)
@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
public final class LifeguardAutoConfiguration {

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static PoolRegistry lifeguardPoolRegistry(LifeguardProperties lifeguardProperties,
			ConfigurableListableBeanFactory beanFactory) {
		PoolRegistry registry = new PoolRegistry(lifeguardProperties::poolSettings,
				lifeguardProperties.reportSettings());
		// No method reference: it would need the library that properties have been
		// checked for
		registry.setContextPropagation(() -> new MicrometerContextPropagation());
		if (AutoConfigurationPackages.has(beanFactory)) {
			registry.setApplicationPackages(AutoConfigurationPackages.get(beanFactory));
		}
		registry.setLastReporters(new LastReporters(beanFactory));
		registry.setScheduleSettings(lifeguardProperties.getSchedules()::settings);
		registry.onPool(lifeguardProperties.poolSpecs()::advise);
		return registry;
	}

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static ExecutorGuardFactory lifeguardExecutorGuardFactory(PoolRegistry lifeguardPoolRegistry,
			LifeguardProperties lifeguardProperties) {
		return new ExecutorGuardFactory(lifeguardPoolRegistry, lifeguardProperties.getExclude());
	}

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static ExecutorGuardPostProcessor executorGuardPostProcessor(
			ObjectProvider<ExecutorGuardFactory> lifeguardExecutorGuardFactory) {
		return new ExecutorGuardPostProcessor(lifeguardExecutorGuardFactory);
	}

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static HandRegisteredExecutors handRegisteredExecutors(
			ObjectProvider<ExecutorGuardPostProcessor> executorGuardPostProcessor) {
		return new HandRegisteredExecutors(executorGuardPostProcessor::getObject);
	}

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static AsyncConfigurerPostProcessor asyncConfigurerPostProcessor(
			ObjectProvider<ExecutorGuardFactory> lifeguardExecutorGuardFactory) {
		return new AsyncConfigurerPostProcessor(lifeguardExecutorGuardFactory);
	}

	@Bean
	@Lazy // not needed without @EnableAsync
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	// Not a parent context's own, which would look for executors there
	@ConditionalOnMissingBean(value = AsyncConfigurer.class, ignored = GuardingAsyncConfigurer.class)
	GuardingAsyncConfigurer guardingAsyncConfigurer(ExecutorGuardFactory lifeguardExecutorGuardFactory,
			BeanFactory beanFactory) {
		return new GuardingAsyncConfigurer(null, lifeguardExecutorGuardFactory, beanFactory);
	}

	@Bean
	@Lazy // not needed without @EnableScheduling
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	GuardingSchedulingConfigurer guardingSchedulingConfigurer(ExecutorGuardFactory lifeguardExecutorGuardFactory,
			BeanFactory beanFactory) {
		return new GuardingSchedulingConfigurer(lifeguardExecutorGuardFactory, beanFactory);
	}

	@Bean
	@Order(Ordered.HIGHEST_PRECEDENCE)
	LoggingTaskFailureReporter loggingTaskFailureReporter() {
		return new LoggingTaskFailureReporter();
	}

	@Bean
	LifeguardLifecycle lifeguardLifecycle(ExecutorGuardFactory lifeguardExecutorGuardFactory,
			ObjectProvider<TaskFailureReporter> reporters) {
		return new LifeguardLifecycle(lifeguardExecutorGuardFactory, reporters);
	}

	/**
	 * Follows Spring Cloud's changes of the environment.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(name = "org.springframework.cloud.context.environment.EnvironmentChangeEvent")
	static class EnvironmentChangeConfiguration {

		@Bean
		EnvironmentChangeListener lifeguardEnvironmentChangeListener(PoolRegistry lifeguardPoolRegistry,
				LifeguardProperties lifeguardProperties, Environment environment) {
			return new EnvironmentChangeListener(lifeguardPoolRegistry,
					() -> LifeguardProperties.from(environment, lifeguardProperties.warnings()).poolSpecs());
		}

	}

}
