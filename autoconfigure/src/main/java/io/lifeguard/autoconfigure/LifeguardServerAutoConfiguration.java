package io.lifeguard.autoconfigure;

import io.lifeguard.engine.pool.PoolRegistry;
import io.lifeguard.server.JettyThreads;
import io.lifeguard.server.ReactorPools;
import io.lifeguard.server.TomcatThreads;
import io.lifeguard.server.WebServerPools;
import org.apache.catalina.startup.Tomcat;
import org.eclipse.jetty.server.Server;
import reactor.core.scheduler.Schedulers;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.jetty.JettyWebServer;
import org.springframework.boot.tomcat.TomcatWebServer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;

/**
 * Auto-configuration of the pools that are not the application's.
 */
@AutoConfiguration(after = LifeguardAutoConfiguration.class)
@ConditionalOnBean(name = PoolRegistry.BEAN_NAME)
public final class LifeguardServerAutoConfiguration {

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ Tomcat.class, TomcatWebServer.class })
	static class TomcatConfiguration {

		@Bean
		WebServerPools lifeguardTomcatPools(PoolRegistry lifeguardPoolRegistry) {
			return new WebServerPools(lifeguardPoolRegistry, TomcatThreads::of, "server.tomcat.threads.max");
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ Server.class, JettyWebServer.class })
	static class JettyConfiguration {

		@Bean
		WebServerPools lifeguardJettyPools(PoolRegistry lifeguardPoolRegistry) {
			return new WebServerPools(lifeguardPoolRegistry, JettyThreads::of, "server.jetty.threads.max");
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(Schedulers.class)
	static class ReactorConfiguration {

		/**
		 * Looks for schedulers. Not lazy: nothing needs it.
		 */
		@Bean
		@Lazy(false)
		ReactorPools lifeguardReactorPools(PoolRegistry lifeguardPoolRegistry) {
			return new ReactorPools(lifeguardPoolRegistry);
		}

	}

}
