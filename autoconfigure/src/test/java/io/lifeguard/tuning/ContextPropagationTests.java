package io.lifeguard.tuning;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import io.lifeguard.Handling;
import io.lifeguard.autoconfigure.LifeguardAutoConfiguration;
import io.lifeguard.engine.pool.Pool;
import io.lifeguard.engine.pool.PoolRegistry;
import io.micrometer.context.ContextRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for tasks that run in the context of their submitter.
 */
class ContextPropagationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(LifeguardAutoConfiguration.class))
		.withUserConfiguration(Pools.class)
		.withPropertyValues("lifeguard.defaults.propagate-context=true", "lifeguard.pools.declared.core-size=1",
				"lifeguard.pools.declared.max-size=1");

	@AfterEach
	void clear() {
		MDC.clear();
	}

	@Test
	void theTaskHasTheSubmittersContextAndLeavesNoneBehind() {
		this.runner.run((context) -> {
			AsyncTaskExecutor executor = context.getBean("declared", AsyncTaskExecutor.class);
			Callable<String> user = () -> MDC.get("user");
			MDC.put("user", "first");
			assertThat(executor.submit(user).get()).isEqualTo("first");
			assertThat(executor.submitCompletable(user).get()).isEqualTo("first");
			MDC.put("user", "second");
			assertThat(executor.submit(user).get()).isEqualTo("second");
			MDC.clear();
			assertThat(executor.submit(user).get()).isNull();
		});
	}

	@Test
	void theApplicationsOwnDecoratorStillApplies() {
		this.runner.run((context) -> {
			AsyncTaskExecutor executor = context.getBean("decorated", AsyncTaskExecutor.class);
			MDC.put("user", "first");
			assertThat(executor.submit(() -> MDC.get("user") + MDC.get("job")).get()).isEqualTo("firstnightly");
		});
	}

	@Test
	void aScheduledTaskHasIt() {
		this.runner.run((context) -> {
			ScheduledExecutorService scheduler = context.getBean(ScheduledExecutorService.class);
			MDC.put("user", "first");
			assertThat(scheduler.schedule(() -> MDC.get("user"), 1, TimeUnit.MILLISECONDS).get()).isEqualTo("first");
			assertThat(scheduler.submit(() -> MDC.get("user")).get()).isEqualTo("first");
		});
	}

	@Test
	void theTaskIsMeasuredInIt() {
		this.runner.run((context) -> {
			AsyncTaskExecutor executor = context.getBean("declared", AsyncTaskExecutor.class);
			BlockingQueue<String> users = new LinkedBlockingQueue<>();
			context.getBean(PoolRegistry.class)
				.pool("declared")
				.addListener((outcome, waited, ran) -> users.add(String.valueOf(MDC.get("user"))));
			MDC.put("user", "first");
			executor.execute(() -> {
			});
			assertThat(users.poll(10, TimeUnit.SECONDS)).isEqualTo("first");
			executor.submit(() -> {
			});
			assertThat(users.poll(10, TimeUnit.SECONDS)).isEqualTo("first");
			executor.submitCompletable(() -> {
			});
			assertThat(users.poll(10, TimeUnit.SECONDS)).isEqualTo("first");
		});
	}

	@Test
	void aTaskThatCannotBeGivenItFails() {
		ThreadLocal<String> tenant = new ThreadLocal<>();
		ContextRegistry.getInstance().registerThreadLocalAccessor("tenant", tenant::get, (value) -> {
			throw new IllegalStateException("No such tenant");
		}, tenant::remove);
		tenant.set("first");
		try {
			this.runner.run((context) -> {
				context.getBean("declared", Executor.class).execute(() -> {
				});
				Pool pool = context.getBean(PoolRegistry.class).pool("declared");
				await().untilAsserted(() -> assertThat(pool.failures(Handling.UNCAUGHT)).isEqualTo(1));
				await().untilAsserted(
						() -> assertThat(pool.snapshot().tasks().queued() + pool.snapshot().tasks().running())
							.isZero());
			});
		}
		finally {
			tenant.remove();
			ContextRegistry.getInstance().removeThreadLocalAccessor("tenant");
		}
	}

	@Test
	void isOffUnlessAskedFor() {
		this.runner.withPropertyValues("lifeguard.defaults.propagate-context=false").run((context) -> {
			MDC.put("user", "first");
			assertThat(context.getBean("declared", AsyncTaskExecutor.class).submit(() -> MDC.get("user")).get())
				.isNull();
		});
	}

	@Configuration(proxyBeanMethods = false)
	static class Pools {

		@Bean
		Executor decorated() {
			ThreadPoolTaskExecutor executor = new ThreadPoolTaskExecutor();
			executor.setTaskDecorator((task) -> () -> {
				MDC.put("job", "nightly");
				try {
					task.run();
				}
				finally {
					MDC.remove("job");
				}
			});
			return executor;
		}

		@Bean
		ScheduledExecutorService scheduler() {
			return java.util.concurrent.Executors.newScheduledThreadPool(1);
		}

	}

}
