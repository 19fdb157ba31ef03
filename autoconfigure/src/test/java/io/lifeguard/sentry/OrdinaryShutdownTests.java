package io.lifeguard.sentry;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.sentry.Sentry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.SimpleApplicationEventMulticaster;
import org.springframework.integration.config.EnableIntegration;
import org.springframework.integration.dsl.IntegrationFlow;
import org.springframework.integration.dsl.Pollers;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Closes applications that have Sentry and much to do, as they are closed every day.
 */
@ExtendWith(OutputCaptureExtension.class)
class OrdinaryShutdownTests {

	private final SentryReceiver sentry = SentryReceiver.start();

	@AfterEach
	void close() {
		this.sentry.close();
		Sentry.close();
	}

	@Test
	void tellsNothing(CapturedOutput output) throws Exception {
		String before;
		try (ConfigurableApplicationContext context = start()) {
			awaitWork(context);
			before = output.getAll();
		}
		assertThat(output.getAll()
			.substring(before.length())
			.lines()
			.filter((line) -> line.contains("ERROR") || line.contains("WARN"))).isEmpty();
		assertThat(this.sentry.events()).isEmpty();
	}

	@Test
	void tellsOfADelayedTaskThatNobodyCancelledByName(CapturedOutput output) throws Exception {
		try (ConfigurableApplicationContext context = start()) {
			awaitWork(context);
			TaskScheduler scheduler = context.getBean(TaskScheduler.class);
			scheduler.schedule(new Reminder(), Instant.now().plusSeconds(3600));
			scheduler.schedule(new Reminder(), Instant.now().plusSeconds(3600)).cancel(false);
		}
		assertThat(output).containsOnlyOnce("Lost ").contains("taskScheduler: 1 (1 x OrdinaryShutdownTests.Reminder)");
		List<JsonNode> events = this.sentry.events();
		assertThat(events).singleElement()
			.satisfies((event) -> assertThat(event.path("contexts").path("Lost Tasks").path("taskScheduler").asString())
				.isEqualTo("taskScheduler: 1 (1 x OrdinaryShutdownTests.Reminder)"));
	}

	/**
	 * Wait until each part is at work, there is more to do than threads, and all have
	 * heard that the application has started.
	 */
	private static void awaitWork(ConfigurableApplicationContext context) throws InterruptedException {
		context.getBean(Busy.class).atWork.await();
		ThreadPoolTaskExecutor pollers = context.getBean("pollers", ThreadPoolTaskExecutor.class);
		await().pollInterval(Duration.ofMillis(1)).until(() -> pollers.getQueueSize() > 0);
		ThreadPoolTaskExecutor workers = context.getBean("workers", ThreadPoolTaskExecutor.class);
		await().until(() -> workers.getActiveCount() == 0 && workers.getQueueSize() == 0);
	}

	private ConfigurableApplicationContext start() {
		return SpringApplication.run(Application.class, "--spring.main.web-application-type=none",
				"--spring.main.banner-mode=off", "--sentry.dsn=" + this.sentry.dsn(), "--sentry.logging.enabled=true",
				"--spring.task.scheduling.pool.size=4");
	}

	private static final class Reminder implements Runnable {

		@Override
		public void run() {
		}

	}

	/**
	 * Where all that the application does meets.
	 */
	static final class Busy {

		private final CountDownLatch atWork = new CountDownLatch(3);

		private final AtomicInteger events = new AtomicInteger();

		private final BlockingQueue<String> orders = new ArrayBlockingQueue<>(1);

		/**
		 * Wait for an order, as a consumer does.
		 */
		String poll() throws InterruptedException {
			this.atWork.countDown();
			return this.orders.poll(1, TimeUnit.MINUTES);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@EnableIntegration
	@EnableScheduling
	static class Application {

		@Bean
		Busy busy() {
			return new Busy();
		}

		@Bean
		ThreadPoolTaskExecutor workers() {
			return new ThreadPoolTaskExecutor();
		}

		@Bean
		ThreadPoolTaskExecutor pollers() {
			return new ThreadPoolTaskExecutor();
		}

		@Bean
		SimpleApplicationEventMulticaster applicationEventMulticaster(ThreadPoolTaskExecutor workers) {
			SimpleApplicationEventMulticaster multicaster = new SimpleApplicationEventMulticaster();
			multicaster.setTaskExecutor(workers);
			return multicaster;
		}

		@Bean
		ApplicationListener<ApplicationEvent> listener(Busy busy) {
			return (event) -> busy.events.incrementAndGet();
		}

		@Bean
		IntegrationFlow waiting(Busy busy) {
			return IntegrationFlow.fromSupplier(() -> ask(busy), (endpoint) -> endpoint.poller(Pollers.fixedDelay(1)))
				.handle((message) -> busy.events.incrementAndGet())
				.get();
		}

		@Bean
		IntegrationFlow waitingElsewhere(Busy busy, ThreadPoolTaskExecutor pollers) {
			return IntegrationFlow
				.fromSupplier(() -> ask(busy),
						(endpoint) -> endpoint.poller(Pollers.fixedDelay(1).taskExecutor(pollers)))
				.handle((message) -> busy.events.incrementAndGet())
				.get();
		}

		private static String ask(Busy busy) {
			try {
				return busy.poll();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				return null;
			}
		}

		@Bean
		Housekeeping housekeeping(Busy busy) {
			return new Housekeeping(busy);
		}

	}

	/**
	 * Does what is due again and again.
	 */
	static final class Housekeeping {

		private final Busy busy;

		private boolean begun;

		Housekeeping(Busy busy) {
			this.busy = busy;
		}

		@Scheduled(fixedRate = 1)
		void count() {
			if (!this.begun) {
				this.begun = true;
				this.busy.atWork.countDown();
			}
		}

		@Scheduled(initialDelay = 3600000, fixedDelay = 3600000)
		void keepHouse() {
			throw new IllegalStateException("an hour too early");
		}

	}

}
