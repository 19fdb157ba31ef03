package io.lifeguard.autoconfigure;

import io.lifeguard.actuate.SchedulesEndpoint;
import io.lifeguard.engine.pool.PoolRegistry;

import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration of the endpoint {@code schedules}.
 */
@AutoConfiguration(after = LifeguardAutoConfiguration.class)
@ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
@ConditionalOnBean(name = PoolRegistry.BEAN_NAME)
@ConditionalOnAvailableEndpoint(SchedulesEndpoint.class)
public final class LifeguardSchedulesEndpointAutoConfiguration {

	@Bean
	SchedulesEndpoint schedulesEndpoint(PoolRegistry lifeguardPoolRegistry) {
		return new SchedulesEndpoint(lifeguardPoolRegistry);
	}

}
