package io.lifeguard.autoconfigure;

import io.lifeguard.PoolRegistry;
import io.lifeguard.tuning.EnvironmentChangeListener;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/**
 * Auto-configuration of what follows Spring Cloud's changes of the environment.
 */
@AutoConfiguration(after = LifeguardAutoConfiguration.class)
@ConditionalOnClass(name = "org.springframework.cloud.context.environment.EnvironmentChangeEvent")
@ConditionalOnBean(name = LifeguardAutoConfiguration.POOL_REGISTRY)
public final class LifeguardRefreshAutoConfiguration {

	@Bean
	EnvironmentChangeListener environmentChangeListener(PoolRegistry poolRegistry, Environment environment) {
		return new EnvironmentChangeListener(poolRegistry, () -> LifeguardProperties.from(environment).poolSpecs());
	}

}
