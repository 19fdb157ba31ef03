package io.lifeguard.autoconfigure;

import io.lifeguard.engine.pool.PoolRegistry;
import io.lifeguard.metrics.PoolMetrics;
import io.lifeguard.metrics.ScheduleMetrics;
import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration of the meters of pools and schedules.
 */
@AutoConfiguration(after = LifeguardAutoConfiguration.class)
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnBean(name = PoolRegistry.BEAN_NAME)
public final class LifeguardMetricsAutoConfiguration {

	@Bean
	PoolMetrics lifeguardPoolMetrics(PoolRegistry lifeguardPoolRegistry) {
		return new PoolMetrics(lifeguardPoolRegistry);
	}

	@Bean
	ScheduleMetrics lifeguardScheduleMetrics(PoolRegistry lifeguardPoolRegistry) {
		return new ScheduleMetrics(lifeguardPoolRegistry);
	}

}
