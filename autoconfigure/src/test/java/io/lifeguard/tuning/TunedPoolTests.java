package io.lifeguard.tuning;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ThreadPoolExecutor;

import io.lifeguard.InvalidLifeguardPropertyException;
import io.lifeguard.autoconfigure.LifeguardAutoConfiguration;
import io.lifeguard.engine.pool.Guarded;
import io.lifeguard.engine.pool.Pool;
import io.lifeguard.engine.pool.PoolRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.EnabledOnJre;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.autoconfigure.task.TaskSchedulingAutoConfiguration;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;
import org.springframework.context.support.SimpleThreadScope;
import org.springframework.scheduling.config.TaskExecutorFactoryBean;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for pools that properties tune, and for values that make no sense.
 */
class TunedPoolTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(TaskExecutionAutoConfiguration.class,
				TaskSchedulingAutoConfiguration.class, LifeguardAutoConfiguration.class));

	@Test
	void setsOnlyWhatIsGiven() {
		this.runner.withUserConfiguration(UserPools.class)
			.withPropertyValues("lifeguard.pools.user-pool.max-size=9", "lifeguard.pools.user-pool.queue-capacity=5")
			.run((context) -> {
				ThreadPoolTaskExecutor pool = context.getBean("userPool", ThreadPoolTaskExecutor.class);
				assertThat(pool.getCorePoolSize()).isEqualTo(3);
				assertThat(pool.getMaxPoolSize()).isEqualTo(9);
				assertThat(pool.getThreadPoolExecutor().getQueue().remainingCapacity()).isEqualTo(5);
				assertThat(context).doesNotHaveBean("user-pool");
			});
	}

	@Test
	void tunesBootsOwnExecutor() {
		this.runner.withPropertyValues("lifeguard.pools.applicationTaskExecutor.core-size=3")
			.run((context) -> assertThat(
					context.getBean("applicationTaskExecutor", ThreadPoolTaskExecutor.class).getCorePoolSize())
				.isEqualTo(3));
	}

	@Test
	void tunesAPlainThreadPool() {
		this.runner.withUserConfiguration(UserPools.class)
			.withPropertyValues("lifeguard.pools.jdk.core-size=6", "lifeguard.pools.jdk.max-size=7")
			.run((context) -> {
				assertThat(context.getBean("jdk", ThreadPoolExecutor.class).getCorePoolSize()).isEqualTo(6);
				assertThat(context.getBean("jdk", ThreadPoolExecutor.class).getMaximumPoolSize()).isEqualTo(7);
			});
	}

	@Test
	void letsTheEnvironmentOverrideTheFile() {
		this.runner.withUserConfiguration(UserPools.class)
			.withPropertyValues("lifeguard.pools.userPool.core-size=2")
			.withInitializer(
					(context) -> context.getEnvironment()
						.getPropertySources()
						.addFirst(new SystemEnvironmentPropertySource(
								StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
								java.util.Map.of("LIFEGUARD_POOLS_USERPOOL_CORESIZE", "4"))))
			.run((context) -> {
				assertThat(context.getBean("userPool", ThreadPoolTaskExecutor.class).getCorePoolSize()).isEqualTo(4);
				assertThat(context.getBean(PoolRegistry.class).pools()).extracting(Pool::name)
					.doesNotContain("userpool");
			});
	}

	@Test
	void tunesAScopedExecutor() {
		this.runner.withUserConfiguration(UserPools.class)
			.withInitializer((context) -> context.getBeanFactory().registerScope("thread", new SimpleThreadScope()))
			.withPropertyValues("lifeguard.pools.scoped.core-size=3")
			.run((context) -> assertThat(context.getBean("scoped", ThreadPoolTaskExecutor.class).getCorePoolSize())
				.isEqualTo(3));
	}

	@Test
	void makesNoPoolInPlaceOfARegisteredSingleton() {
		ExecutorService own = Executors.newFixedThreadPool(1);
		this.runner.withInitializer((context) -> context.getBeanFactory().registerSingleton("mail", own))
			.withPropertyValues("lifeguard.pools.mail.task-timeout=5s")
			.run((context) -> {
				assertThat(context.getBean("mail")).isInstanceOf(Guarded.class).hasToString(own.toString());
				Pool pool = Objects.requireNonNull(context.getBean(PoolRegistry.class).pool("mail"));
				assertThat(pool.executor()).isSameAs(own);
				assertThat(pool.settings().taskTimeout()).isEqualTo(Duration.ofSeconds(5));
			});
		own.shutdown();
	}

	@Test
	void takesAKeyWithoutAValueForUnset() {
		this.runner.withPropertyValues("lifeguard.pools.mail.core-size=2", "lifeguard.pools.mail.task-timeout=")
			.run((context) -> {
				assertThat(context).hasNotFailed().hasBean("mail");
				assertThat(context.getBean(PoolRegistry.class).pool("mail").settings().taskTimeout()).isZero();
			});
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"',
			textBlock = """
					mail.core-size=-1 | lifeguard.pools.mail.core-size | it is less than 0
					mail.max-size=0 | lifeguard.pools.mail.max-size | it is less than 1
					mail.keep-alive=-1s | lifeguard.pools.mail.keep-alive | it is negative
					mail.core-size=5,mail.max-size=4 | lifeguard.pools.mail.core-size | it is larger than max-size, which is 4
					mail.rejection=block,mail.queue-capacity=0 | lifeguard.pools.mail.queue-capacity | with 'rejection: block' and no block-timeout a submitter could wait for ever
					mail.rejection=abort,mail.block-timeout=1s | lifeguard.pools.mail.block-timeout | nobody waits with 'rejection: abort'
					mail.scaling=threads-first,mail.queue-capacity=0 | lifeguard.pools.mail.scaling | there is no queue with 'queue-capacity: 0'
					mail.threads=virtual,mail.core-size=2 | lifeguard.pools.mail.core-size | 'threads: virtual' starts a new thread for each task and has no queue
					userPool.core-size=5 | lifeguard.pools.userPool.core-size | it is larger than the pool's max-size, which is 4
					userPool.scaling=threads-first | lifeguard.pools.userPool.scaling | bean 'userPool' is a org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor, which cannot honour it
					forkJoin.core-size=5 | lifeguard.pools.forkJoin.core-size | bean 'forkJoin' is a java.util.concurrent.ForkJoinPool, which cannot honour it
					mail.keep-alive=0s | lifeguard.pools.mail.keep-alive | with 'allow-core-thread-timeout: true' no thread would stay
					mail.await-termination=40000d | lifeguard.pools.mail.await-termination | it is more than a hundred years
					mail.stuck-after=40000d | lifeguard.pools.mail.stuck-after | it is more than a hundred years
					mail.health.window=200000d | lifeguard.pools.mail.health.window | it is more than a hundred years
					userPool.keep-alive=500ms | lifeguard.pools.userPool.keep-alive | a ThreadPoolTaskExecutor counts it in whole seconds
					userPool.block-timeout=5s | lifeguard.pools.userPool.block-timeout | nobody waits without 'rejection: block'
					jdk.allow-core-thread-timeout=true | lifeguard.pools.jdk.allow-core-thread-timeout | core threads end too, and with a keep-alive of 0 none would stay
					post.core-size=7 | lifeguard.pools.post | it is an alias of bean 'letters'
					made.core-size=7 | lifeguard.pools.made.core-size | bean 'made' is made by a org.springframework.scheduling.config.TaskExecutorFactoryBean
					noExecutor.core-size=5 | lifeguard.pools.noExecutor | bean 'noExecutor' is a java.lang.StringBuilder and no executor
					""")
	void stopsTheStartAndNamesTheProperty(String properties, String property, String reason) {
		String[] values = properties.split(",");
		for (int i = 0; i < values.length; i++) {
			values[i] = "lifeguard.pools." + values[i];
		}
		this.runner.withUserConfiguration(UserPools.class).withPropertyValues(values).run((context) -> {
			assertThat(context).hasFailed();
			InvalidLifeguardPropertyException failure = root(context.getStartupFailure());
			assertThat(failure.property()).isEqualTo(property);
			assertThat(failure.reason()).endsWith(reason);
			assertThat(failure.cure()).endsWith(".");
		});
	}

	@Test
	void advisesOnKeysWithoutEffect() {
		this.runner.withUserConfiguration(UserPools.class)
			.withPropertyValues("lifeguard.pools.userPool.concurrency-limit=5")
			.run((context) -> assertThat(context.getBean(PoolRegistry.class).pool("userPool").advice())
				.contains("concurrency-limit of lifeguard.pools.userPool has no effect on platform threads. "
						+ "Set lifeguard.pools.userPool.max-size instead"));
	}

	@Test
	void advisesOnAMaximumThatAnUnboundedQueueNeverReaches() {
		this.runner.withUserConfiguration(UserPools.class)
			.run((context) -> assertThat(context.getBean(PoolRegistry.class).pool("userPool").advice()).containsExactly(
					"The queue is unbounded: it grows until memory ends. Set lifeguard.pools.userPool.queue-capacity",
					"max-size 4 is never reached, since the unbounded queue takes every task that the 3 core threads"
							+ " have no time for. Set lifeguard.pools.userPool.queue-capacity",
					"Waiting tasks are lost at shutdown, and running ones interrupted."
							+ " Set lifeguard.pools.userPool.await-termination"));
	}

	@Test
	@EnabledForJreRange(min = JRE.JAVA_21)
	void advisesOnKeysThatVirtualThreadsDoNotHave() {
		this.runner.withPropertyValues("spring.threads.virtual.enabled=true", "lifeguard.pools.mail.core-size=5")
			.run((context) -> assertThat(context.getBean(PoolRegistry.class).pool("mail").advice())
				.containsExactly("core-size of lifeguard.pools.mail has no effect on virtual threads. "
						+ "Set 'threads: platform', or lifeguard.pools.mail.concurrency-limit instead"));
	}

	@Test
	void stopsTheStartOnAnUnknownKey() {
		this.runner.withPropertyValues("lifeguard.pools.mail.core-sizes=5")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(InvalidLifeguardPropertyException.class)
				.hasMessageContaining("lifeguard.pools.mail.core-sizes"));
	}

	@Test
	void stopsTheStartOnAnUnknownConstant() {
		this.runner.withPropertyValues("lifeguard.pools.mail.rejection=explode")
			.run((context) -> assertThat(context).getFailure()
				.hasStackTraceContaining(BindException.class.getName())
				.hasStackTraceContaining("lifeguard.pools.mail.rejection"));
	}

	@Test
	@EnabledOnJre(JRE.JAVA_17)
	void stopsTheStartOnVirtualThreadsWhereThereAreNone() {
		this.runner.withPropertyValues("lifeguard.pools.mail.threads=virtual").run((context) -> {
			assertThat(context).hasFailed();
			assertThat(root(context.getStartupFailure()).reason())
				.endsWith("this is Java 17, and virtual threads came with Java 21");
		});
	}

	private static InvalidLifeguardPropertyException root(Throwable failure) {
		Throwable root = failure;
		while (!(root instanceof InvalidLifeguardPropertyException) && root.getCause() != null) {
			root = root.getCause();
		}
		assertThat(root).isInstanceOf(InvalidLifeguardPropertyException.class);
		return (InvalidLifeguardPropertyException) root;
	}

	@Configuration(proxyBeanMethods = false)
	static class UserPools {

		@Bean
		ThreadPoolTaskExecutor userPool() {
			ThreadPoolTaskExecutor executor = new ThreadPoolTaskExecutor();
			executor.setCorePoolSize(3);
			executor.setMaxPoolSize(4);
			return executor;
		}

		@Bean
		ThreadPoolExecutor jdk() {
			return (ThreadPoolExecutor) Executors.newFixedThreadPool(2);
		}

		@Bean({ "letters", "post" })
		ThreadPoolTaskExecutor letters() {
			return new ThreadPoolTaskExecutor();
		}

		@Bean
		TaskExecutorFactoryBean made() {
			return new TaskExecutorFactoryBean();
		}

		@Bean
		@Scope(scopeName = "thread", proxyMode = ScopedProxyMode.TARGET_CLASS)
		ThreadPoolTaskExecutor scoped() {
			return new ThreadPoolTaskExecutor();
		}

		@Bean
		ForkJoinPool forkJoin() {
			return new ForkJoinPool(1);
		}

		@Bean
		StringBuilder noExecutor() {
			return new StringBuilder();
		}

	}

}
