package io.lifeguard.autoconfigure;

import io.lifeguard.ContextPropagation;
import io.lifeguard.LoggingTaskFailureReporter;
import io.lifeguard.PoolRegistry;
import io.lifeguard.TaskFailureReporter;
import io.lifeguard.proxy.AsyncConfigurerPostProcessor;
import io.lifeguard.proxy.ExecutorGuardPostProcessor;
import io.lifeguard.proxy.ExecutorGuards;
import io.lifeguard.proxy.GuardingAsyncConfigurer;
import io.lifeguard.proxy.GuardingSchedulingConfigurer;
import io.lifeguard.proxy.LastReports;
import io.lifeguard.proxy.LifeguardLifecycle;
import io.lifeguard.tuning.DeclaredPoolRegistrar;
import io.lifeguard.tuning.EnvironmentChangeListener;
import io.lifeguard.tuning.MicrometerContextPropagation;
import io.lifeguard.tuning.PoolSpec;
import io.lifeguard.tuning.PoolSpecs;
import io.lifeguard.tuning.TuningPostProcessor;

import io.micrometer.context.ContextSnapshotFactory;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.autoconfigure.task.TaskSchedulingAutoConfiguration;
import org.springframework.boot.thread.Threading;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Role;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.scheduling.annotation.AsyncConfigurer;

/**
 * Auto-configuration of the guard around all executors.
 */
@AutoConfiguration(after = { TaskExecutionAutoConfiguration.class, TaskSchedulingAutoConfiguration.class })
@ConditionalOnBooleanProperty(name = "lifeguard.enabled", matchIfMissing = true)
@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
public final class LifeguardAutoConfiguration {

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static LifeguardProperties lifeguardProperties(Environment environment) {
		// Bound here and not by a post-processor, which may come after the first executor
		return LifeguardProperties.from(environment);
	}

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static PoolRegistry poolRegistry(LifeguardProperties properties, PoolSpecs specs,
			ObjectProvider<ContextPropagation> propagation) {
		PoolRegistry registry = new PoolRegistry(properties::poolSettings, properties.reportSettings());
		registry.setContextPropagation(propagation::getIfAvailable);
		registry.onPool(specs::advise);
		return registry;
	}

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static PoolSpecs poolSpecs(Environment environment) {
		// Not of the properties bean, which the post-processor that asks for it looks at
		return LifeguardProperties.from(environment).poolSpecs();
	}

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static DeclaredPoolRegistrar declaredPoolRegistrar(PoolSpecs specs, Environment environment) {
		boolean virtual = Threading.VIRTUAL.isActive(environment);
		return new DeclaredPoolRegistrar(specs, virtual ? PoolSpec.Threads.VIRTUAL : PoolSpec.Threads.PLATFORM);
	}

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static TuningPostProcessor tuningPostProcessor(PoolSpecs specs) {
		return new TuningPostProcessor(specs);
	}

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static ExecutorGuards executorGuards(PoolRegistry registry, LifeguardProperties properties) {
		return new ExecutorGuards(registry, properties.getExclude());
	}

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static ExecutorGuardPostProcessor executorGuardPostProcessor(ObjectProvider<ExecutorGuards> guards,
			ConfigurableListableBeanFactory beanFactory) {
		return new ExecutorGuardPostProcessor(guards, beanFactory);
	}

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static LastReports lastReports(ConfigurableListableBeanFactory beanFactory) {
		return new LastReports(beanFactory);
	}

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static AsyncConfigurerPostProcessor asyncConfigurerPostProcessor(ObjectProvider<ExecutorGuards> guards,
			ConfigurableListableBeanFactory beanFactory) {
		return new AsyncConfigurerPostProcessor(guards, beanFactory);
	}

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	@ConditionalOnMissingBean(AsyncConfigurer.class)
	GuardingAsyncConfigurer guardingAsyncConfigurer(ExecutorGuards guards, BeanFactory beanFactory) {
		return new GuardingAsyncConfigurer(null, guards, beanFactory);
	}

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	GuardingSchedulingConfigurer guardingSchedulingConfigurer(ExecutorGuards guards, BeanFactory beanFactory) {
		return new GuardingSchedulingConfigurer(guards, beanFactory);
	}

	@Bean
	@Order(Ordered.HIGHEST_PRECEDENCE)
	LoggingTaskFailureReporter loggingTaskFailureReporter() {
		return new LoggingTaskFailureReporter();
	}

	@Bean
	LifeguardLifecycle lifeguardLifecycle(ExecutorGuards guards, ObjectProvider<TaskFailureReporter> reporters,
			ConfigurableListableBeanFactory beanFactory) {
		return new LifeguardLifecycle(guards, reporters, beanFactory);
	}

	/**
	 * Propagates context by Micrometer's library.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(ContextSnapshotFactory.class)
	static class ContextPropagationConfiguration {

		@Bean
		@Lazy // hardly any application uses it
		@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
		@ConditionalOnMissingBean
		static ContextPropagation lifeguardContextPropagation() {
			return new MicrometerContextPropagation();
		}

	}

	/**
	 * Follows Spring Cloud's changes of the environment.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(name = "org.springframework.cloud.context.environment.EnvironmentChangeEvent")
	static class EnvironmentChangeConfiguration {

		@Bean
		EnvironmentChangeListener environmentChangeListener(PoolRegistry registry, Environment environment) {
			return new EnvironmentChangeListener(registry, () -> LifeguardProperties.from(environment).poolSpecs());
		}

	}

}
