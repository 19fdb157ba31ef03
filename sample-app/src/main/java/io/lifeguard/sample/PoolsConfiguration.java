package io.lifeguard.sample;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;

import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

/**
 * The pools the shop makes itself, as an application would without Lifeguard: one of
 * Spring's, and two of the JDK's. A further one, {@code invoices}, is declared in
 * {@code application.yml}.
 */
@Configuration(proxyBeanMethods = false)
class PoolsConfiguration {

	@Bean
	ThreadPoolTaskExecutor mail() {
		ThreadPoolTaskExecutor executor = new ThreadPoolTaskExecutor();
		executor.setThreadNamePrefix("mail-");
		executor.setCorePoolSize(2);
		executor.setMaxPoolSize(4);
		executor.setQueueCapacity(300);
		return executor;
	}

	/**
	 * Stands in for the declared pool where Lifeguard is switched off to compare.
	 */
	@Bean
	@ConditionalOnProperty(name = "lifeguard.enabled", havingValue = "false")
	ThreadPoolTaskExecutor invoices() {
		ThreadPoolTaskExecutor executor = new ThreadPoolTaskExecutor();
		executor.setCorePoolSize(2);
		executor.setMaxPoolSize(2);
		executor.setQueueCapacity(200);
		return executor;
	}

	@Bean(destroyMethod = "shutdownNow")
	ExecutorService stock() {
		return Executors.newFixedThreadPool(3, threads("stock-"));
	}

	/**
	 * No default candidate: Spring Boot's {@code taskScheduler} would make way for it.
	 */
	@Bean(destroyMethod = "shutdownNow", defaultCandidate = false)
	ScheduledExecutorService feed() {
		return Executors.newScheduledThreadPool(1, threads("feed-"));
	}

	private static ThreadFactory threads(String prefix) {
		return new CustomizableThreadFactory(prefix);
	}

}
