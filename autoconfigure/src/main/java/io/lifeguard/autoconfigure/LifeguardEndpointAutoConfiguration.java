package io.lifeguard.autoconfigure;

import io.lifeguard.actuate.PoolsEndpoint;
import io.lifeguard.actuate.UnknownFieldAdvisor;
import io.lifeguard.engine.pool.PoolRegistry;

import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration of the endpoint {@code pools}.
 */
@AutoConfiguration(after = LifeguardAutoConfiguration.class)
@ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
@ConditionalOnBean(name = PoolRegistry.BEAN_NAME)
@ConditionalOnAvailableEndpoint(PoolsEndpoint.class)
@EnableConfigurationProperties(PoolsEndpointProperties.class)
public final class LifeguardEndpointAutoConfiguration {

	@Bean
	PoolsEndpoint poolsEndpoint(PoolRegistry lifeguardPoolRegistry, PoolsEndpointProperties properties) {
		return new PoolsEndpoint(lifeguardPoolRegistry, properties.getShowValues(), properties.getRoles());
	}

	@Bean
	UnknownFieldAdvisor lifeguardUnknownFieldAdvisor() {
		return new UnknownFieldAdvisor();
	}

}
