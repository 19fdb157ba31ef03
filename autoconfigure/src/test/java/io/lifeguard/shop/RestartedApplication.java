package io.lifeguard.shop;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

/**
 * An application with pools of the JDK's, of Spring's and of its own classes, in all of
 * which tasks fail. It closes as soon as they have.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@EnableAsync
@EnableScheduling
public class RestartedApplication {

	private final CountDownLatch failures = new CountDownLatch(11);

	public static void main(String[] arguments) throws InterruptedException {
		try (ConfigurableApplicationContext context = new SpringApplicationBuilder(RestartedApplication.class)
			.registerShutdownHook(false)
			.run(arguments)) {
			context.getBean(RestartedApplication.class).failEverywhere(context);
		}
	}

	private void failEverywhere(ConfigurableApplicationContext context) throws InterruptedException {
		context.getBean(Mailer.class).send();
		for (String pool : new String[] { "open", "closed" }) {
			AsyncTaskExecutor executor = context.getBean(pool, AsyncTaskExecutor.class);
			executor.execute(this::fail);
			executor.submit(this::fail);
			CompletableFuture.runAsync(this::fail, executor);
		}
		context.getBean(ForkJoinPool.class).execute(this::fail);
		context.getBean("single", ExecutorService.class).submit(this::fail);
		context.getBean(ScheduledThreadPoolExecutor.class).schedule(this::fail, 1, TimeUnit.MILLISECONDS);
		CompletableFuture<Void> unread = context.getBean("open", AsyncTaskExecutor.class).submitCompletable(this::fail);
		this.failures.await();
		unread.handle((result, failure) -> failure).join();
	}

	private void fail() {
		this.failures.countDown();
		throw new OrderException();
	}

	@Bean
	OpenExecutor open() {
		return new OpenExecutor();
	}

	@Bean
	ThreadPoolTaskExecutor closed() {
		return new ClosedExecutor();
	}

	@Bean
	ForkJoinPool forkJoin() {
		return new ForkJoinPool(1);
	}

	@Bean
	ExecutorService single() {
		return Executors.newSingleThreadExecutor();
	}

	@Bean
	ScheduledThreadPoolExecutor scheduled() {
		return new ScheduledThreadPoolExecutor(1);
	}

	@Bean
	Mailer mailer() {
		return new Mailer(this.failures);
	}

	/**
	 * Can have a subclass.
	 */
	public static class OpenExecutor extends ThreadPoolTaskExecutor {

	}

	/**
	 * Can have none.
	 */
	private static final class ClosedExecutor extends ThreadPoolTaskExecutor {

	}

	/**
	 * What only this application can throw.
	 */
	static final class OrderException extends RuntimeException {

	}

	/**
	 * Has tasks of its own.
	 */
	public static class Mailer {

		private final CountDownLatch failures;

		Mailer(CountDownLatch failures) {
			this.failures = failures;
		}

		@Async("open")
		public void send() {
			this.failures.countDown();
			throw new OrderException();
		}

		@Scheduled(fixedDelay = Long.MAX_VALUE / 2, timeUnit = TimeUnit.NANOSECONDS)
		void clean() {
			throw new OrderException();
		}

	}

}
