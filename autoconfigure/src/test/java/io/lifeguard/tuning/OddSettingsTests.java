package io.lifeguard.tuning;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

import io.lifeguard.InvalidLifeguardPropertyException;
import io.lifeguard.autoconfigure.LifeguardAutoConfiguration;
import io.lifeguard.autoconfigure.LifeguardPropertiesAutoConfiguration;
import io.lifeguard.engine.pool.Guarded;
import io.lifeguard.engine.pool.PoolRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.autoconfigure.task.TaskSchedulingAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.cloud.context.environment.EnvironmentChangeEvent;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for settings that are hardly meant as they are: each says property, value and
 * cure, once.
 */
@ExtendWith(OutputCaptureExtension.class)
class OddSettingsTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner().withConfiguration(
			AutoConfigurations.of(TaskExecutionAutoConfiguration.class, TaskSchedulingAutoConfiguration.class,
					LifeguardPropertiesAutoConfiguration.class, LifeguardAutoConfiguration.class));

	@Test
	void aPoolWhoseNameIsNearlyABeansIsDeclaredAndSaysSo(CapturedOutput output) {
		this.runner.withBean("mail", ThreadPoolTaskExecutor.class, ThreadPoolTaskExecutor::new)
			.withPropertyValues("lifeguard.pools.mial.core-size=2")
			.run((context) -> assertThat(output)
				.containsOnlyOnce("'lifeguard.pools.mial' names no bean, so it declares a pool of its own. Did you"
						+ " mean 'mail'?")
				.contains("Lifeguard guards 2 pools: mail, mial (declared by properties)"));
	}

	@Test
	void aPoolWithANameOfItsOwnIsNoSurprise(CapturedOutput output) {
		this.runner.withBean("mail", ThreadPoolTaskExecutor.class, ThreadPoolTaskExecutor::new)
			.withPropertyValues("lifeguard.pools.reports.core-size=2")
			.run((context) -> assertThat(output).contains("reports (declared by properties)")
				.doesNotContain("names no bean"));
	}

	@Test
	void aNameThatBootUsesElsewhereSaysWhyThereIsNoBean(CapturedOutput output) {
		this.runner.withBean("mail", ThreadPoolTaskExecutor.class, ThreadPoolTaskExecutor::new)
			.withPropertyValues("lifeguard.pools.applicationTaskExecutor.max-size=16")
			.run((context) -> assertThat(output).containsOnlyOnce(
					"'lifeguard.pools.applicationTaskExecutor' names no bean, so it declares a pool of its own. Spring"
							+ " Boot makes a bean of that name only where the application has no Executor bean: name one"
							+ " of those (mail), or set 'spring.task.execution.mode: force'"));
	}

	@Test
	void aSchedulerThatBootDoesNotMakeSaysWhy(CapturedOutput output) {
		this.runner.withPropertyValues("lifeguard.pools.taskScheduler.core-size=2")
			.run((context) -> assertThat(output).containsOnlyOnce(
					"'lifeguard.pools.taskScheduler' names no bean, so it declares a pool of its own. Spring Boot makes a"
							+ " bean of that name only with @EnableScheduling, and where the application has no scheduler:"
							+ " name one of its beans (applicationTaskExecutor)"));
	}

	@Test
	void excludeWinsOverPools(CapturedOutput output) {
		this.runner.withBean("mail", ThreadPoolTaskExecutor.class, ThreadPoolTaskExecutor::new)
			.withPropertyValues("lifeguard.pools.mail.core-size=7", "lifeguard.exclude=ma*")
			.run((context) -> {
				ThreadPoolTaskExecutor mail = context.getBean("mail", ThreadPoolTaskExecutor.class);
				assertThat(mail).isNotInstanceOf(Guarded.class);
				assertThat(mail.getCorePoolSize()).isEqualTo(1);
				assertThat(output).containsOnlyOnce("'lifeguard.exclude' and 'lifeguard.pools.mail' name one bean, and"
						+ " the first wins: the pool is not guarded, and stays as it is. Remove one of them");
			});
	}

	@Test
	void anExcludedPoolThatIsDeclaredIsThereUnguarded(CapturedOutput output) {
		this.runner.withPropertyValues("lifeguard.pools.mail.core-size=7", "lifeguard.exclude=mail").run((context) -> {
			ThreadPoolTaskExecutor mail = context.getBean("mail", ThreadPoolTaskExecutor.class);
			assertThat(mail).isNotInstanceOf(Guarded.class);
			assertThat(mail.getCorePoolSize()).isEqualTo(7);
			assertThat(output).containsOnlyOnce("name one bean, and the first wins: the pool is not guarded. Remove");
		});
	}

	@Test
	void declaredPoolsAreThereWithoutTheGuard() {
		this.runner.withPropertyValues("lifeguard.pools.mail.core-size=7", "lifeguard.enabled=false").run((context) -> {
			assertThat(context).doesNotHaveBean(PoolRegistry.class);
			ThreadPoolTaskExecutor mail = context.getBean("mail", ThreadPoolTaskExecutor.class);
			assertThat(mail.getCorePoolSize()).isEqualTo(7);
			assertThat(mail.submit(() -> 5).get()).isEqualTo(5);
		});
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			lifeguard.pools.mail.coer-size              | Did you mean 'lifeguard.pools.mail.core-size'?
			lifeguard.pools.mail.health.failures-ratio  | Did you mean 'lifeguard.pools.mail.health.failure-ratio'?
			lifeguard.defaults.stuck-afer               | Did you mean 'lifeguard.defaults.stuck-after'?
			lifeguard.repport.max-per-minute            | Did you mean 'lifeguard.report.max-per-minute'?
			lifeguard.pools.my.pool.core-size           | Did you mean 'lifeguard.pools[my.pool].core-size'?
			lifeguard.pools.my.pool.health.window       | Did you mean 'lifeguard.pools[my.pool].health.window'?
			lifeguard.pools.mail.something-else         | Correct its name, or remove it.
			""")
	void aMisspeltKeyStopsTheStart(String key, String cure) {
		this.runner
			.withInitializer((context) -> context.getEnvironment()
				.getPropertySources()
				.addFirst(new MapPropertySource("file", Map.of(key, "7"))))
			.run((context) -> assertThat(context).hasFailed()
				.getFailure()
				.rootCause()
				.isInstanceOfSatisfying(InvalidLifeguardPropertyException.class, (ex) -> {
					assertThat(ex.property()).isEqualTo(key);
					assertThat(ex.reason()).isEqualTo("value '7' makes no sense: there is no such property");
					assertThat(ex.cure()).isEqualTo(cure);
				}));
	}

	@ParameterizedTest
	@CsvSource({ "LIFEGUARD_POOLS_UNDER_SCORE_CORESIZE", "LIFEGUARD_POOLS_MY_POOL_CORESIZE", "LIFEGUARD_STUCK_AFTER" })
	void aVariableThatReachesNothingIsLogged(String variable, CapturedOutput output) {
		withVariables(Map.of(variable, "6")).run((context) -> assertThat(output).containsOnlyOnce("\"" + variable
				+ "\" from property source \"systemEnvironment\" has no effect: no property of Lifeguard is"
				+ " called so. An environment variable has the letters and digits of a pool's name alone, as in"
				+ " LIFEGUARD_POOLS_MYPOOL_CORESIZE, and can't name a pool with dots: set that in a file, as"
				+ " lifeguard.pools[my.pool].core-size"));
	}

	@ParameterizedTest
	@CsvSource({ "LIFEGUARD_POOLS_UNDERSCORE_CORESIZE", "LIFEGUARD_POOLS_UNDERSCORE_CORE_SIZE" })
	void aVariableThatReachesItsPropertyIsNot(String variable, CapturedOutput output) {
		withVariables(Map.of(variable, "6", "LIFEGUARD_EXCLUDE", "other", "LIFEGUARD_REPORT_IGNORE_0_",
				"java.lang.IllegalStateException"))
			.run((context) -> {
				assertThat(context.getBean("under_score", ThreadPoolTaskExecutor.class).getCorePoolSize()).isEqualTo(6);
				assertThat(output).doesNotContain("has no effect");
			});
	}

	private ApplicationContextRunner withVariables(Map<String, Object> variables) {
		return this.runner.withBean("under_score", ThreadPoolTaskExecutor.class, () -> {
			ThreadPoolTaskExecutor executor = new ThreadPoolTaskExecutor();
			executor.setMaxPoolSize(8);
			return executor;
		})
			.withInitializer((context) -> context.getEnvironment()
				.getPropertySources()
				.replace(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
						new SystemEnvironmentPropertySource(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
								variables)));
	}

	@ParameterizedTest
	@CsvSource({ "task-timeout, 30", "keep-alive, 60", "stuck-after, 5", "health.window, 1" })
	void aDurationWithoutAUnitBelowASecondIsLogged(String key, String value, CapturedOutput output) {
		this.runner.withPropertyValues("lifeguard.pools.mail." + key + "=" + value)
			.run((context) -> assertThat(output).containsOnlyOnce("'lifeguard.pools.mail." + key + "' is " + value
					+ " milliseconds, since it has no unit. Write " + value + "s for seconds, or " + value + "ms"));
	}

	@ParameterizedTest
	@CsvSource({ "30ms", "0", "1000", "PT0.03S" })
	void aDurationThatIsMeantSoIsNot(String value, CapturedOutput output) {
		this.runner.withPropertyValues("lifeguard.pools.mail.task-timeout=" + value)
			.run((context) -> assertThat(output).doesNotContain("milliseconds, since"));
	}

	@Test
	void anUnknownClassIsLogged(CapturedOutput output) {
		this.runner
			.withPropertyValues("lifeguard.report.ignore=java.lang.IllegalStateException,com.example.GoneException")
			.run((context) -> assertThat(output)
				.containsOnlyOnce("'lifeguard.report.ignore' names 'com.example.GoneException', but there is no such"
						+ " class: correct the name, or remove it")
				.doesNotContain("names 'java.lang"));
	}

	@Test
	@EnabledForJreRange(min = JRE.JAVA_21)
	void keysThatBootsKindOfExecutorCanNotTakeAreLogged(CapturedOutput output) {
		this.runner
			.withPropertyValues("spring.threads.virtual.enabled=true",
					"lifeguard.pools.applicationTaskExecutor.max-size=16",
					"lifeguard.pools.applicationTaskExecutor.queue-capacity=500",
					"lifeguard.pools.applicationTaskExecutor.concurrency-limit=50")
			.run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(output)
					.containsOnlyOnce("max-size, queue-capacity of 'lifeguard.pools.applicationTaskExecutor'"
							+ " has no effect: Spring Boot has made bean 'applicationTaskExecutor' a SimpleAsyncTaskExecutor"
							+ " here, which takes await-termination, concurrency-limit, rejection, thread-name-prefix, threads"
							+ " alone");
			});
	}

	@Test
	void whatARefreshCanNotChangeSaysWhenItWill(CapturedOutput output) {
		Map<String, Object> source = new HashMap<>(Map.of("lifeguard.pools.mail.core-size", "2"));
		this.runner
			.withInitializer((context) -> context.getEnvironment()
				.getPropertySources()
				.addFirst(new MapPropertySource("remote", source)))
			.run((context) -> {
				Map<String, Object> changes = Map.of("lifeguard.pools.mail.core-size", "3",
						"lifeguard.pools.mail.rejection", "caller-runs", "lifeguard.pools.newpool.core-size", "2",
						"lifeguard.defaults.stuck-after", "1m", "server.port", "1");
				source.putAll(changes);
				context.publishEvent(new EnvironmentChangeEvent(context, changes.keySet()));
				assertThat(context.getBean(PoolRegistry.class).pool("mail").snapshot().size()).extracting("core")
					.isEqualTo(3);
				assertThat(output).containsOnlyOnce("Takes effect at the next start: lifeguard.defaults.stuck-after,"
						+ " lifeguard.pools.mail.rejection, lifeguard.pools.newpool.core-size");
			});
	}

	@Test
	void whatADisabledGuardDiscardsIsCancelled() {
		this.runner
			.withPropertyValues("lifeguard.enabled=false", "lifeguard.pools.mail.core-size=1",
					"lifeguard.pools.mail.max-size=1", "lifeguard.pools.mail.queue-capacity=1",
					"lifeguard.pools.mail.rejection=discard")
			.run((context) -> {
				ThreadPoolTaskExecutor mail = context.getBean("mail", ThreadPoolTaskExecutor.class);
				CountDownLatch release = new CountDownLatch(1);
				mail.execute(() -> await(release));
				mail.execute(() -> await(release));
				assertThat(mail.submit(() -> 1).isCancelled()).isTrue();
				release.countDown();
			});
	}

	private static void await(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
