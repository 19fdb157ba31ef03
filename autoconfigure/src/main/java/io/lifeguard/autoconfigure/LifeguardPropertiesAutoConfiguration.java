package io.lifeguard.autoconfigure;

import io.lifeguard.tuning.PoolSpec;
import io.lifeguard.tuning.PoolSpecsPostProcessor;

import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.autoconfigure.task.TaskSchedulingAutoConfiguration;
import org.springframework.boot.thread.Threading;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Role;
import org.springframework.core.env.Environment;

/**
 * Auto-configuration of what properties say of pools, whether they are guarded or not: an
 * application needs the pools that it has declared.
 */
@AutoConfiguration(after = { TaskExecutionAutoConfiguration.class, TaskSchedulingAutoConfiguration.class })
@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
public final class LifeguardPropertiesAutoConfiguration {

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static LifeguardProperties lifeguardProperties(Environment environment) {
		// Bound here and not by a post-processor, which may come after the first executor
		return LifeguardProperties.from(environment);
	}

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static PoolSpecsPostProcessor lifeguardPoolSpecsPostProcessor(LifeguardProperties lifeguardProperties,
			Environment environment) {
		boolean virtual = Threading.VIRTUAL.isActive(environment);
		return new PoolSpecsPostProcessor(lifeguardProperties.poolSpecs(),
				virtual ? PoolSpec.Threads.VIRTUAL : PoolSpec.Threads.PLATFORM, lifeguardProperties.warnings());
	}

}
