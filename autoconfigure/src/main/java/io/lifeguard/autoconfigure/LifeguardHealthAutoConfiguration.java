package io.lifeguard.autoconfigure;

import java.util.List;

import io.lifeguard.actuate.DegradedHealthEndpointGroups;
import io.lifeguard.actuate.DegradedStatusAggregator;
import io.lifeguard.actuate.PoolsHealthContributor;
import io.lifeguard.actuate.SchedulesHealthIndicator;
import io.lifeguard.engine.pool.PoolRegistry;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.health.actuate.endpoint.StatusAggregator;
import org.springframework.boot.health.autoconfigure.actuate.endpoint.HealthEndpointProperties;
import org.springframework.boot.health.autoconfigure.actuate.endpoint.HealthEndpointProperties.Group;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthContributor;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/**
 * Auto-configuration of the health contributors {@code pools} and {@code schedules}.
 */
@AutoConfiguration(after = LifeguardAutoConfiguration.class,
		beforeName = "org.springframework.boot.health.autoconfigure.actuate.endpoint.HealthEndpointAutoConfiguration")
@ConditionalOnClass(HealthContributor.class)
@ConditionalOnBean(name = PoolRegistry.BEAN_NAME)
public final class LifeguardHealthAutoConfiguration {

	@Bean
	@ConditionalOnEnabledHealthIndicator("pools")
	@ConditionalOnMissingBean(name = { "poolsHealthContributor", "poolsHealthIndicator" })
	PoolsHealthContributor poolsHealthContributor(PoolRegistry lifeguardPoolRegistry) {
		return new PoolsHealthContributor(lifeguardPoolRegistry);
	}

	@Bean
	@ConditionalOnEnabledHealthIndicator("schedules")
	@ConditionalOnMissingBean(name = { "schedulesHealthContributor", "schedulesHealthIndicator" })
	SchedulesHealthIndicator schedulesHealthIndicator(PoolRegistry lifeguardPoolRegistry) {
		return new SchedulesHealthIndicator(lifeguardPoolRegistry);
	}

	@Bean
	@ConditionalOnMissingBean(StatusAggregator.class)
	DegradedStatusAggregator degradedStatusAggregator(Environment environment) {
		return new DegradedStatusAggregator(Binder.get(environment)
			.bind("management.endpoint.health.status.order", Bindable.listOf(String.class))
			.orElse(List.of()));
	}

	@Bean
	DegradedHealthEndpointGroups degradedHealthEndpointGroups(ObjectProvider<HealthEndpointProperties> properties) {
		return new DegradedHealthEndpointGroups((group) -> order(properties.getIfAvailable(), group));
	}

	private static List<String> order(@Nullable HealthEndpointProperties properties, String groupName) {
		Group group = (properties != null) ? properties.getGroup().get(groupName) : null;
		return (group != null && group.getStatus().getOrder() != null) ? group.getStatus().getOrder() : List.of();
	}

}
