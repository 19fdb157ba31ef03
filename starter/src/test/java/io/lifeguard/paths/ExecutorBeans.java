package io.lifeguard.paths;

import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.scheduling.concurrent.ConcurrentTaskExecutor;
import org.springframework.scheduling.concurrent.ConcurrentTaskScheduler;
import org.springframework.scheduling.concurrent.SimpleAsyncTaskScheduler;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

/**
 * An executor bean of each kind.
 */
@Configuration(proxyBeanMethods = false)
class ExecutorBeans {

	@Bean
	@Primary
	ThreadPoolTaskExecutor threadPool() {
		ThreadPoolTaskExecutor executor = new ThreadPoolTaskExecutor();
		executor.setCorePoolSize(2);
		executor.initialize(); // as many do by habit
		return executor;
	}

	@Bean
	ThreadPoolTaskExecutor decorated() {
		ThreadPoolTaskExecutor executor = new ThreadPoolTaskExecutor();
		executor.setCorePoolSize(2);
		executor.setTaskDecorator((task) -> () -> task.run());
		return executor;
	}

	@Bean
	MailExecutor userSubclass() {
		MailExecutor executor = new MailExecutor();
		executor.setCorePoolSize(2);
		return executor;
	}

	@Bean
	ThreadPoolTaskExecutor finalSubclass() {
		FinalExecutor executor = new FinalExecutor();
		executor.setCorePoolSize(2);
		return executor;
	}

	@Bean
	SimpleAsyncTaskExecutor simpleAsync() {
		return new SimpleAsyncTaskExecutor("simple-");
	}

	@Bean
	SimpleAsyncTaskExecutor simpleAsyncDecorated() {
		SimpleAsyncTaskExecutor executor = new SimpleAsyncTaskExecutor("simple-decorated-");
		executor.setTaskDecorator((task) -> () -> task.run());
		executor.setConcurrencyLimit(8);
		return executor;
	}

	@Bean
	ConcurrentTaskExecutor concurrent() {
		return new ConcurrentTaskExecutor(Executors.newFixedThreadPool(2));
	}

	@Bean
	ConcurrentTaskExecutor overThreadPool(ThreadPoolTaskExecutor threadPool) {
		return new ConcurrentTaskExecutor(threadPool);
	}

	@Bean
	Executor lambdaOverThreadPool(ThreadPoolTaskExecutor threadPool) {
		return (task) -> threadPool.execute(() -> task.run());
	}

	@Bean
	ExecutorService unconfigurable(ThreadPoolExecutor jdkThreadPool) {
		return Executors.unconfigurableExecutorService(jdkThreadPool);
	}

	@Bean
	ThreadPoolExecutor jdkThreadPool() {
		return new ThreadPoolExecutor(2, 2, 1, TimeUnit.MINUTES, new LinkedBlockingQueue<>());
	}

	@Bean
	ScheduledThreadPoolExecutor jdkScheduledThreadPool() {
		return new ScheduledThreadPoolExecutor(2);
	}

	@Bean
	ForkJoinPool forkJoinPool() {
		return new ForkJoinPool(2);
	}

	@Bean
	ExecutorService fixedService() {
		return Executors.newFixedThreadPool(2);
	}

	@Bean
	ExecutorService singleService() {
		return Executors.newSingleThreadExecutor();
	}

	@Bean
	ScheduledExecutorService scheduledService() {
		return Executors.newSingleThreadScheduledExecutor();
	}

	@Bean
	ScheduledExecutorService scheduledPoolService() {
		return Executors.newScheduledThreadPool(2);
	}

	@Bean
	Executor lambda() {
		return (task) -> new Thread(task).start();
	}

	@Bean
	Executor finalClass() {
		return new FinalPlainExecutor();
	}

	@Bean
	PackagePrivateExecutor packagePrivate() {
		return new PackagePrivateExecutor();
	}

	@Bean
	ThreadPoolTaskScheduler scheduler() {
		ThreadPoolTaskScheduler scheduler = new ThreadPoolTaskScheduler();
		scheduler.setPoolSize(2);
		return scheduler;
	}

	@Bean
	ThreadPoolTaskScheduler schedulerWithErrorHandler() {
		ThreadPoolTaskScheduler scheduler = new ThreadPoolTaskScheduler();
		scheduler.setErrorHandler((failure) -> {
		});
		return scheduler;
	}

	@Bean
	SimpleAsyncTaskScheduler simpleAsyncScheduler() {
		return new SimpleAsyncTaskScheduler();
	}

	@Bean
	ConcurrentTaskScheduler concurrentScheduler() {
		return new ConcurrentTaskScheduler(Executors.newScheduledThreadPool(2));
	}

	static class MailExecutor extends ThreadPoolTaskExecutor {

	}

	static final class FinalExecutor extends ThreadPoolTaskExecutor {

	}

	static final class FinalPlainExecutor implements Executor {

		@Override
		public void execute(Runnable task) {
			new Thread(task).start();
		}

	}

	static class PackagePrivateExecutor implements Executor {

		@Override
		public void execute(Runnable task) {
			new Thread(task).start();
		}

	}

}
