package io.lifeguard.paths;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import org.springframework.boot.autoconfigure.condition.ConditionalOnJava;
import org.springframework.boot.system.JavaVersion;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.core.task.VirtualThreadTaskExecutor;
import org.springframework.scheduling.concurrent.SimpleAsyncTaskScheduler;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

/**
 * Executor beans with virtual threads.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnJava(JavaVersion.TWENTY_ONE)
class VirtualThreadBeans {

	@Bean
	VirtualThreadTaskExecutor virtualThreads() {
		return new VirtualThreadTaskExecutor("virtual-");
	}

	@Bean
	SimpleAsyncTaskExecutor simpleAsyncVirtual() {
		SimpleAsyncTaskExecutor executor = new SimpleAsyncTaskExecutor("simple-virtual-");
		executor.setVirtualThreads(true);
		return executor;
	}

	@Bean
	ThreadPoolTaskExecutor threadPoolVirtual() {
		ThreadPoolTaskExecutor executor = new ThreadPoolTaskExecutor();
		executor.setCorePoolSize(2);
		executor.setVirtualThreads(true);
		return executor;
	}

	@Bean
	SimpleAsyncTaskScheduler simpleAsyncSchedulerVirtual() {
		SimpleAsyncTaskScheduler scheduler = new SimpleAsyncTaskScheduler();
		scheduler.setVirtualThreads(true);
		return scheduler;
	}

	@Bean
	ExecutorService virtualService() throws ReflectiveOperationException {
		return (ExecutorService) Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
	}

}
