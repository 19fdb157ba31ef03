package io.lifeguard.engine.pool;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.lifeguard.LostTasks;
import io.lifeguard.PoolSnapshot;
import io.lifeguard.TaskFailure;
import io.lifeguard.TaskFailureReporter;
import io.lifeguard.autoconfigure.LifeguardAutoConfiguration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.SimpleApplicationEventMulticaster;
import org.springframework.context.support.DefaultLifecycleProcessor;
import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.scheduling.concurrent.ThreadPoolExecutorFactoryBean;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for what an application is told of the tasks that its shutdown meets.
 */
@ExtendWith(OutputCaptureExtension.class)
class ShutdownTests {

	private final Reports reports = new Reports();

	private final CountDownLatch started = new CountDownLatch(1);

	private final CountDownLatch release = new CountDownLatch(1);

	private PoolSnapshot.Tasks tasks;

	private ApplicationContextRunner application = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(LifeguardAutoConfiguration.class))
		.withBean("reports", Reports.class, () -> this.reports)
		.withBean("lifecycleProcessor", DefaultLifecycleProcessor.class, ShutdownTests::impatient);

	/**
	 * Return what waits for tasks that are held, as Spring does for ten seconds.
	 */
	private static DefaultLifecycleProcessor impatient() {
		DefaultLifecycleProcessor processor = new DefaultLifecycleProcessor();
		processor.setTimeoutPerShutdownPhase(500);
		return processor;
	}

	@AfterEach
	void release() {
		this.release.countDown();
	}

	@Test
	void whatAPoolThrowsAwayIsLostByName() {
		close("mail", ThreadPoolTaskExecutor.class, single(new ThreadPoolTaskExecutor()), (mail) -> {
			mail.execute(this::hold);
			mail.execute(new Letter());
			mail.submit(new Letter());
			mail.submitCompletable(new Letter());
		});
		assertThat(this.reports.lost).containsExactly(new LostTasks("mail", 3, Map.of("ShutdownTests.Letter", 3L)));
	}

	@Test
	void whatItsOwnerCancelsIsNotLost() {
		List<Future<?>> futures = new ArrayList<>();
		this.application.withBean("owner", DisposableBean.class, () -> () -> {
			futures.forEach((future) -> future.cancel(true));
			this.release.countDown();
		})
			.withBean("mail", ThreadPoolTaskExecutor.class, () -> single(new ThreadPoolTaskExecutor()),
					(definition) -> definition.setDependsOn("reports"))
			.withInitializer((context) -> context.getBeanFactory().registerDependentBean("mail", "owner"))
			.run((context) -> {
				context.getBean("owner");
				ThreadPoolTaskExecutor mail = context.getBean(ThreadPoolTaskExecutor.class);
				mail.execute(this::hold);
				futures.add(mail.submit(new Letter()));
				futures.add(mail.submitCompletable(new Letter()));
				this.started.await();
			});
		assertThat(this.reports.lost).isEmpty();
		assertThat(this.reports.failures).isEmpty();
	}

	@Test
	void whatADelayedTasksOwnerCancelsIsNotLostAndWhatNobodyCancelsIsByName() {
		this.application.withUserConfiguration(Scheduling.class).run((context) -> {
			ThreadPoolTaskScheduler jobs = context.getBean(ThreadPoolTaskScheduler.class);
			jobs.schedule(new Letter(), Instant.now().plusSeconds(3600));
			jobs.schedule(() -> {
			}, Instant.now().plusSeconds(3600)).cancel(false);
			jobs.scheduleAtFixedRate(() -> {
			}, Duration.ofHours(1));
		});
		assertThat(this.reports.lost).containsExactly(new LostTasks("jobs", 1, Map.of("ShutdownTests.Letter", 1L)));
	}

	@Test
	void whatTheProductOfAFactoryThrowsAwayIsLostByName() {
		for (boolean unconfigurable : new boolean[] { false, true }) {
			this.reports.lost.clear();
			this.application.withBean("mail", ThreadPoolExecutorFactoryBean.class, () -> {
				ThreadPoolExecutorFactoryBean mail = new ThreadPoolExecutorFactoryBean();
				mail.setMaxPoolSize(1);
				mail.setExposeUnconfigurableExecutor(unconfigurable);
				return mail;
			}).run((context) -> {
				ExecutorService mail = context.getBean("mail", ExecutorService.class);
				mail.execute(this::hold);
				mail.execute(new Letter());
				mail.submit(new Letter(), null);
				this.started.await();
			});
			assertThat(this.reports.lost).as("unconfigurable %s", unconfigurable)
				.containsExactly(new LostTasks("mail", 2, Map.of("ShutdownTests.Letter", 2L)));
		}
	}

	@Test
	void aPoolThatOutlivesTheApplicationHasLostNothing() throws Exception {
		ThreadPoolExecutor shared = new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>());
		this.application
			.withBean("mail", ThreadPoolExecutor.class, () -> shared,
					(definition) -> ((AbstractBeanDefinition) definition).setDestroyMethodName(""))
			.run((context) -> {
				ThreadPoolExecutor mail = context.getBean(ThreadPoolExecutor.class);
				mail.execute(this::hold);
				mail.execute(new Letter());
				this.started.await();
			});
		assertThat(shared.isShutdown()).isFalse();
		assertThat(this.reports.lost).isEmpty();
		this.release.countDown();
		await().until(() -> shared.getCompletedTaskCount() == 2);
		shared.shutdownNow();
	}

	@Test
	void whatATaskThrowsOnBeingInterruptedIsToldAsThat(CapturedOutput output) {
		close("mail", ThreadPoolTaskExecutor.class, single(new ThreadPoolTaskExecutor()),
				(mail) -> mail.execute(this::giveUp));
		assertThat(this.reports.failures).singleElement().satisfies((failure) -> {
			assertThat(failure.interrupted()).isTrue();
			assertThat(failure.throwable()).hasMessage("gave up");
		});
		assertThat(output).contains("was interrupted by the shutdown of its pool mail");
	}

	@Test
	void aPoolOfTheJdkThatIsStoppedInterruptsItsTasksToo() {
		this.application
			.withBean("mail", ThreadPoolExecutor.class,
					() -> new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>()),
					(definition) -> ((AbstractBeanDefinition) definition).setDestroyMethodName("shutdownNow"))
			.run((context) -> {
				context.getBean(ThreadPoolExecutor.class).execute(this::giveUp);
				this.started.await();
			});
		assertThat(this.reports.failures).singleElement().matches(TaskFailure::interrupted);
	}

	@Test
	void aTaskThatFailsWhileItsPoolWaitsForItHasFailedByItself() {
		ThreadPoolTaskExecutor patient = single(new ThreadPoolTaskExecutor());
		patient.setWaitForTasksToCompleteOnShutdown(true);
		patient.setAwaitTerminationSeconds(10);
		patient.setStrictEarlyShutdown(true);
		close("mail", ThreadPoolTaskExecutor.class, patient, (mail) -> mail.execute(() -> {
			this.started.countDown();
			await().until(() -> mail.getThreadPoolExecutor().isShutdown());
			throw new IllegalStateException("by itself");
		}));
		assertThat(this.reports.failures).singleElement().matches((failure) -> !failure.interrupted());
	}

	@Test
	void anOrdinaryOneTellsNothing(CapturedOutput output) {
		this.application.withUserConfiguration(Ordinary.class).run((context) -> {
			context.getBean(ThreadPoolTaskScheduler.class)
				.scheduleWithFixedDelay(this.started::countDown, Duration.ofMillis(1));
			context.publishEvent(new Moved(context));
			context.getBean("workers", AsyncTaskExecutor.class).submit(() -> "done").get();
			this.started.await();
		});
		assertThat(this.reports.lost).isEmpty();
		assertThat(this.reports.failures).isEmpty();
		assertThat(output).doesNotContain("ERROR");
	}

	@Test
	void cancelledTasksOfAForkJoinPoolAreLostOnlyOnceItIsStopped() {
		ForkJoinPool pool = new ForkJoinPool(1);
		this.application.withBean("mail", ForkJoinPool.class, () -> pool).run((context) -> {
			ForkJoinPool mail = context.getBean(ForkJoinPool.class);
			mail.execute(this::hold);
			this.started.await();
			Future<?> unwanted = mail.submit(new Letter());
			mail.submit(new Letter());
			mail.shutdown();
			unwanted.cancel(false);
			this.tasks = context.getBean(PoolRegistry.class).pool("mail").snapshot().tasks();
			assertThat(this.tasks.cancelled()).isOne();
			mail.shutdownNow();
			this.tasks = context.getBean(PoolRegistry.class).pool("mail").snapshot().tasks();
			assertThat(this.tasks.cancelled()).isOne();
		});
		assertThat(this.reports.lost).singleElement().satisfies((lost) -> assertThat(lost.count()).isOne());
	}

	private <T> void close(String name, Class<T> type, T executor, Consumer<T> use) {
		this.application.withBean(name, type, () -> executor).run((context) -> {
			use.accept(context.getBean(type));
			this.started.await();
		});
	}

	private static ThreadPoolTaskExecutor single(ThreadPoolTaskExecutor executor) {
		executor.setCorePoolSize(1);
		executor.setMaxPoolSize(1);
		executor.setQueueCapacity(10);
		return executor;
	}

	private void hold() {
		this.started.countDown();
		try {
			this.release.await();
		}
		catch (InterruptedException ex) {
			// ends, as it should
		}
	}

	private void giveUp() {
		hold();
		throw new IllegalStateException("gave up");
	}

	private static final class Letter implements Runnable {

		@Override
		public void run() {
		}

	}

	private static final class Moved extends ApplicationEvent {

		Moved(Object source) {
			super(source);
		}

	}

	private static final class Reports implements TaskFailureReporter {

		private final Queue<TaskFailure> failures = new ConcurrentLinkedQueue<>();

		private final Queue<LostTasks> lost = new ConcurrentLinkedQueue<>();

		@Override
		public void report(TaskFailure failure) {
			this.failures.add(failure);
		}

		@Override
		public void reportLost(List<LostTasks> lost) {
			this.lost.addAll(lost);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableScheduling
	static class Scheduling {

		@Bean
		ThreadPoolTaskScheduler jobs() {
			return new ThreadPoolTaskScheduler();
		}

		@Scheduled(initialDelay = 3600000)
		void once() {
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableScheduling
	static class Ordinary {

		@Bean
		ThreadPoolTaskScheduler jobs() {
			return new ThreadPoolTaskScheduler();
		}

		@Bean
		ThreadPoolTaskExecutor workers() {
			return new ThreadPoolTaskExecutor();
		}

		@Bean
		SimpleApplicationEventMulticaster applicationEventMulticaster(ThreadPoolTaskExecutor workers) {
			SimpleApplicationEventMulticaster multicaster = new SimpleApplicationEventMulticaster();
			multicaster.setTaskExecutor(workers);
			return multicaster;
		}

		@Bean
		ApplicationListener<ApplicationEvent> listener(ApplicationContext context) {
			return (event) -> context.getId();
		}

		@Scheduled(initialDelay = 3600000)
		void cleanUp() {
		}

		@Scheduled(fixedRate = 1)
		void poll() {
		}

	}

}
