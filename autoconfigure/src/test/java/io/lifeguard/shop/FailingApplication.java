package io.lifeguard.shop;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.task.TaskExecutor;

/**
 * An application with one task, which fails, and then an end.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class FailingApplication {

	public static void main(String[] arguments) {
		try (ConfigurableApplicationContext context = SpringApplication.run(FailingApplication.class, arguments)) {
			context.getBean("applicationTaskExecutor", TaskExecutor.class).execute(() -> {
				throw new IllegalStateException("no stock");
			});
		}
	}

}
