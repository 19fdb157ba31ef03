package io.lifeguard.tuning;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import io.lifeguard.engine.pool.Pool;
import io.lifeguard.engine.pool.PoolRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.cloud.context.refresh.ContextRefresher;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for a refresh by Spring Cloud in a running application.
 */
class SpringCloudRefreshTests {

	@Test
	void changesARunningPool(@TempDir Path directory) throws IOException {
		Path file = directory.resolve("pools.properties");
		Files.writeString(file, "lifeguard.pools.mail.core-size=2\nlifeguard.pools.mail.max-size=4\n");
		SpringApplication application = new SpringApplication(Application.class);
		application.setWebApplicationType(WebApplicationType.NONE);
		try (ConfigurableApplicationContext context = application.run("--spring.main.banner-mode=off",
				"--spring.config.import=file:" + file)) {
			Pool pool = context.getBean(PoolRegistry.class).pool("mail");
			assertThat(pool).isNotNull();
			assertThat(pool.snapshot().size()).extracting("core", "max").containsExactly(2, 4);
			Files.writeString(file, "lifeguard.pools.mail.core-size=6\nlifeguard.pools.mail.max-size=9\n");
			context.getBean(ContextRefresher.class).refresh();
			assertThat(pool.snapshot().size()).extracting("core", "max").containsExactly(6, 9);
			assertThat(context.getBean(PoolRegistry.class).pool("mail")).isSameAs(pool);
		}
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}
