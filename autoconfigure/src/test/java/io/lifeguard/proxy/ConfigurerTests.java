package io.lifeguard.proxy;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

import io.lifeguard.Handling;
import io.lifeguard.autoconfigure.LifeguardAutoConfiguration;
import io.lifeguard.engine.pool.Pool;
import io.lifeguard.engine.pool.PoolRegistry;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.aop.interceptor.AsyncUncaughtExceptionHandler;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.autoconfigure.task.TaskSchedulingAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.AsyncConfigurer;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.scheduling.annotation.SchedulingConfigurer;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;
import org.springframework.scheduling.config.ScheduledTaskRegistrar;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the guard around what an {@link AsyncConfigurer} or a
 * {@link SchedulingConfigurer} of the application returns.
 */
class ConfigurerTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(LifeguardAutoConfiguration.class, TaskExecutionAutoConfiguration.class,
				TaskSchedulingAutoConfiguration.class));

	@Test
	void guardsSchedulerOfConfigurer() {
		this.runner.withUserConfiguration(Schedules.class, SchedulerBean.class)
			.run((context) -> assertUncaught(context, "by-configurer"));
	}

	@Test
	void guardsSchedulerOfConfigurerThatIsAnAsyncConfigurerToo() {
		this.runner.withUserConfiguration(Schedules.class, UserPool.class, Both.class)
			.run((context) -> assertUncaught(context, "by-configurer"));
	}

	@Test
	void guardsSchedulerOfConfigurerThatIsABean() {
		this.runner.withUserConfiguration(Schedules.class, SchedulerOfBean.class)
			.run((context) -> assertUncaught(context, "by-configurer"));
	}

	@Test
	void runsAsyncMethodsOnAnExecutorThatCanOnlyExecute() {
		this.runner.withUserConfiguration(AsyncMethods.class, UserPool.class, PlainExecutor.class).run((context) -> {
			Work work = context.getBean(Work.class);
			work.work();
			assertThat(work.future().get()).isEqualTo("plain");
			assertThat(context.getBean(PoolRegistry.class).pools()).extracting(Pool::name)
				.contains("ConfigurerTests.PlainExecutor.1")
				.noneMatch(String::isBlank);
		});
	}

	@Test
	void seesWhatAsyncMethodsOfAChildContextThrow() {
		this.runner.withBean("parentPool", ThreadPoolTaskExecutor.class)
			.run((parent) -> this.runner.withParent(parent)
				.withUserConfiguration(AsyncMethods.class, UserPool.class)
				.run((context) -> {
					context.getBean(Work.class).fail();
					assertUncaught(context, "userPool");
					context.getBean(Work.class).failInParent();
					assertUncaught(parent, "parentPool");
				}));
	}

	@Test
	void hidesNoPoolOfTheSameName() {
		this.runner.withUserConfiguration(AsyncMethods.class, UserPool.class, SameName.class).run((context) -> {
			Pool bean = context.getBean(PoolRegistry.class).pool("pool");
			assertThat(context.getBean(Work.class).future().get()).startsWith("pool-");
			assertThat(context.getBean(PoolRegistry.class).pool("pool")).isSameAs(bean);
			assertThat(context.getBean(PoolRegistry.class).pool("pool-2").snapshot().tasks().submitted()).isOne();
		});
	}

	@Test
	void keepsTypeAndBeansOfConfiguration() {
		this.runner.withUserConfiguration(AsyncMethods.class, UserPool.class, UserConfiguration.class)
			.run((context) -> {
				assertThat(context).hasNotFailed().hasSingleBean(UserConfiguration.class).hasBean("other");
				AtomicInteger handled = context.getBean(AtomicInteger.class);
				context.getBean(Work.class).fail();
				assertUncaught(context, "by-configurer");
				Awaitility.await().untilAsserted(() -> assertThat(handled).hasValue(1));
			});
	}

	@Test
	void guardsExecutorOfConfigurerThatCannotBeSubclassed() {
		this.runner.withUserConfiguration(AsyncMethods.class, UserPool.class, FinalConfigurer.class).run((context) -> {
			assertThat(context).hasNotFailed();
			context.getBean(Work.class).fail();
			assertUncaught(context, "by-configurer");
		});
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void leavesConfigurationThatCannotBeSubclassedAsItIsAndSaysSo(CapturedOutput output) {
		this.runner.withUserConfiguration(AsyncMethods.class, UserPool.class, FinalConfiguration.class)
			.run((context) -> {
				assertThat(context).hasNotFailed().hasSingleBean(FinalConfiguration.class).hasBean("more");
				assertThat(output).containsOnlyOnce("stays unguarded")
					.contains(FinalConfiguration.class.getName())
					.contains("Make its class non-final");
			});
	}

	private static void assertUncaught(ApplicationContext context, String name) {
		PoolRegistry registry = context.getBean(PoolRegistry.class);
		Awaitility.await().untilAsserted(() -> {
			Pool pool = registry.pool(name);
			assertThat(pool).as("among " + registry.pools()).isNotNull();
			assertThat(pool.failures(Handling.UNCAUGHT)).isOne();
		});
	}

	@Configuration(proxyBeanMethods = false)
	@EnableScheduling
	static class Schedules {

		@Scheduled(fixedRate = 3_600_000)
		void fail() {
			throw new IllegalStateException();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class SchedulerBean implements SchedulingConfigurer {

		@Override
		public void configureTasks(ScheduledTaskRegistrar registrar) {
			ThreadPoolTaskScheduler scheduler = new ThreadPoolTaskScheduler();
			scheduler.setThreadNamePrefix("by-configurer-");
			scheduler.initialize();
			registrar.setTaskScheduler(scheduler);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Both extends SchedulerBean implements AsyncConfigurer {

	}

	@Configuration
	static class SchedulerOfBean implements SchedulingConfigurer {

		@Override
		public void configureTasks(ScheduledTaskRegistrar registrar) {
			registrar.setTaskScheduler(configured());
		}

		@Bean("by-configurer")
		ThreadPoolTaskScheduler configured() {
			return new ThreadPoolTaskScheduler();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAsync
	static class AsyncMethods {

		@Bean
		Work work() {
			return new Work();
		}

	}

	/** Without an executor bean, Boot would put a configurer of another type in place. */
	@Configuration(proxyBeanMethods = false)
	static class UserPool {

		@Bean
		ThreadPoolTaskExecutor userPool() {
			return new ThreadPoolTaskExecutor();
		}

	}

	static class Work {

		@Async
		public void work() {
		}

		@Async
		public Future<String> future() {
			return CompletableFuture.completedFuture(Thread.currentThread().getName());
		}

		@Async
		public void fail() {
			throw new IllegalStateException();
		}

		@Async("parentPool")
		public void failInParent() {
			throw new IllegalStateException();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class PlainExecutor implements AsyncConfigurer {

		@Override
		public Executor getAsyncExecutor() {
			return new Executor() {

				@Override
				public void execute(Runnable task) {
					new Thread(task, "plain").start();
				}

			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class SameName implements AsyncConfigurer {

		@Bean
		ThreadPoolTaskExecutor pool() {
			return new ThreadPoolTaskExecutor();
		}

		@Override
		public Executor getAsyncExecutor() {
			return new SimpleAsyncTaskExecutor("pool-");
		}

	}

	@Configuration
	static class UserConfiguration implements AsyncConfigurer {

		private final AtomicInteger handled = new AtomicInteger();

		@Override
		public Executor getAsyncExecutor() {
			return new SimpleAsyncTaskExecutor("by-configurer-");
		}

		@Override
		public AsyncUncaughtExceptionHandler getAsyncUncaughtExceptionHandler() {
			return (failure, method, arguments) -> this.handled.incrementAndGet();
		}

		@Bean
		AtomicInteger other() {
			return this.handled;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class FinalConfigurer {

		@Bean
		AsyncConfigurer configurer() {
			return new Configurer("by-configurer-");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static final class FinalConfiguration implements AsyncConfigurer {

		@Override
		public Executor getAsyncExecutor() {
			return new SimpleAsyncTaskExecutor("by-configurer-");
		}

		@Bean
		StringBuilder more() {
			return new StringBuilder("more");
		}

	}

	record Configurer(String prefix) implements AsyncConfigurer {

		@Override
		public Executor getAsyncExecutor() {
			return new SimpleAsyncTaskExecutor(this.prefix);
		}

	}

}
