package io.lifeguard.autoconfigure;

import java.util.List;

import io.lifeguard.PoolRegistry;
import io.lifeguard.actuate.DegradedHealthEndpointGroups;
import io.lifeguard.actuate.DegradedStatusAggregator;
import io.lifeguard.actuate.PoolsHealthContributor;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.health.actuate.endpoint.StatusAggregator;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthContributor;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/**
 * Auto-configuration of the health contributor {@code pools}.
 */
@AutoConfiguration(after = LifeguardAutoConfiguration.class,
		beforeName = "org.springframework.boot.health.autoconfigure.actuate.endpoint.HealthEndpointAutoConfiguration")
@ConditionalOnClass(HealthContributor.class)
@ConditionalOnBean(PoolRegistry.class)
@ConditionalOnEnabledHealthIndicator("pools")
public final class LifeguardHealthAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean(name = { "poolsHealthContributor", "poolsHealthIndicator" })
	PoolsHealthContributor poolsHealthContributor(PoolRegistry registry) {
		return new PoolsHealthContributor(registry);
	}

	@Bean
	@ConditionalOnMissingBean(StatusAggregator.class)
	DegradedStatusAggregator degradedStatusAggregator(Environment environment) {
		return new DegradedStatusAggregator(order(environment, "management.endpoint.health"));
	}

	@Bean
	DegradedHealthEndpointGroups degradedHealthEndpointGroups(Environment environment) {
		return new DegradedHealthEndpointGroups(
				(group) -> order(environment, "management.endpoint.health.group." + group));
	}

	private static List<String> order(Environment environment, String prefix) {
		return Binder.get(environment).bind(prefix + ".status.order", Bindable.listOf(String.class)).orElse(List.of());
	}

}
