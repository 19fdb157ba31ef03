package io.lifeguard.test;

import io.lifeguard.engine.pool.PoolRegistry;

import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Role;

/**
 * Auto-configuration of what tests look at tasks with.
 */
@AutoConfiguration(afterName = "io.lifeguard.autoconfigure.LifeguardAutoConfiguration")
@ConditionalOnBean(name = PoolRegistry.BEAN_NAME)
public final class LifeguardTestAutoConfiguration {

	/**
	 * Comes before the first executor, whichever bean wants that.
	 */
	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	@ConditionalOnBooleanProperty(name = TestSettings.ENABLED, matchIfMissing = true)
	static BeanFactoryPostProcessor lifeguardTaskOwners() {
		return (beanFactory) -> beanFactory.addBeanPostProcessor(new TaskOwnersPostProcessor());
	}

	@Bean
	@Lazy
	Pools lifeguardTestPools(PoolRegistry lifeguardPoolRegistry) {
		return new Pools(lifeguardPoolRegistry);
	}

	/**
	 * Lets tests own the tasks of an application.
	 */
	private static final class TaskOwnersPostProcessor implements BeanPostProcessor {

		@Override
		public Object postProcessBeforeInitialization(Object bean, String beanName) {
			if (bean instanceof PoolRegistry registry) {
				registry.setTaskOwners(RunningTests.INSTANCE::current);
			}
			return bean;
		}

	}

}
