package io.lifeguard.autoconfigure;

import io.lifeguard.engine.pool.PoolRegistry;
import io.lifeguard.jdbc.ConnectionAdvice;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.jdbc.metadata.DataSourcePoolMetadataProvider;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Lazy;

/**
 * Auto-configuration of the advice on pools whose tasks wait for connections.
 */
@AutoConfiguration(after = LifeguardAutoConfiguration.class,
		afterName = "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration")
@ConditionalOnClass(DataSourcePoolMetadataProvider.class)
@ConditionalOnBean(name = PoolRegistry.BEAN_NAME, value = DataSourcePoolMetadataProvider.class)
public final class LifeguardDataSourceAutoConfiguration {

	@Bean
	@Lazy(false) // nothing needs it
	ConnectionAdvice lifeguardConnectionAdvice(PoolRegistry lifeguardPoolRegistry,
			ConfigurableApplicationContext context) {
		return new ConnectionAdvice(lifeguardPoolRegistry, context);
	}

}
