package io.lifeguard.autoconfigure;

import java.util.concurrent.ExecutorService;

import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.NoUniqueBeanDefinitionException;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link DeclaredPoolInjectionFailureAnalyzer}.
 */
class DeclaredPoolInjectionFailureAnalyzerTests {

	private ConfigurableApplicationContext started;

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(LifeguardAutoConfiguration.class))
		.withInitializer((context) -> this.started = context);

	@Test
	void saysHowADeclaredPoolIsInjected() {
		this.runner.withPropertyValues("lifeguard.pools.mail.core-size=1")
			.withUserConfiguration(NeedsAnExecutorService.class)
			.run((context) -> {
				FailureAnalysis analysis = analyze(context.getStartupFailure());
				assertThat(analysis).isNotNull();
				assertThat(analysis.getDescription())
					.isEqualTo("No bean of type java.util.concurrent.ExecutorService could"
							+ " be injected. Properties declare these pools: mail.");
				assertThat(analysis.getAction()).startsWith(
						"Inject such a pool by its name, as @Qualifier(\"mail\") AsyncTaskExecutor: by type alone none is")
					.endsWith("ask it for one: ((ThreadPoolTaskExecutor) executor).getThreadPoolExecutor().");
			});
	}

	@Test
	void leavesOtherFailuresToOthers() {
		this.runner.withUserConfiguration(NeedsAnExecutorService.class)
			.run((context) -> assertThat(analyze(context.getStartupFailure())).isNull());
	}

	@Test
	void leavesItToSpringBootToNameSeveralThatCouldBeInjected() {
		this.runner.withPropertyValues("lifeguard.pools.mail.core-size=1")
			.withUserConfiguration(NeedsOneOfTwo.class)
			.run((context) -> {
				assertThat(context.getStartupFailure()).rootCause().isInstanceOf(NoUniqueBeanDefinitionException.class);
				assertThat(analyze(context.getStartupFailure())).isNull();
			});
	}

	@Test
	void theWayThatItNamesWorks() {
		this.runner.withPropertyValues("lifeguard.pools.mail.core-size=1")
			.withUserConfiguration(NeedsATaskExecutor.class)
			.run((context) -> assertThat(context).hasNotFailed().hasBean("user"));
	}

	private FailureAnalysis analyze(Throwable failure) {
		return new DeclaredPoolInjectionFailureAnalyzer(this.started.getBeanFactory()).analyze(failure);
	}

	@Configuration(proxyBeanMethods = false)
	static class NeedsAnExecutorService {

		@Bean
		String user(@Qualifier("mail") ExecutorService mail) {
			return mail.toString();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class NeedsOneOfTwo {

		@Bean
		ThreadPoolTaskExecutor one() {
			return new ThreadPoolTaskExecutor();
		}

		@Bean
		ThreadPoolTaskExecutor other() {
			return new ThreadPoolTaskExecutor();
		}

		@Bean
		String user(AsyncTaskExecutor executor) {
			return executor.toString();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class NeedsATaskExecutor {

		@Bean
		String user(@Qualifier("mail") AsyncTaskExecutor mail) {
			return mail.toString();
		}

	}

}
