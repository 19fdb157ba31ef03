package io.lifeguard.proxy;

import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;

import io.lifeguard.autoconfigure.LifeguardAutoConfiguration;
import io.lifeguard.engine.pool.Guarded;
import io.lifeguard.engine.pool.Pool;
import io.lifeguard.engine.pool.PoolRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link HandRegisteredExecutors}.
 */
@ExtendWith(OutputCaptureExtension.class)
class HandRegisteredExecutorsTests {

	private final ThreadPoolExecutor executor = (ThreadPoolExecutor) Executors.newFixedThreadPool(1);

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(LifeguardAutoConfiguration.class));

	@AfterEach
	void close() {
		this.executor.shutdownNow();
	}

	@Test
	void guardsWhatIsRegisteredBeforeTheStart(CapturedOutput output) {
		this.runner.withInitializer((context) -> context.getBeanFactory().registerSingleton("mail", this.executor))
			.withUserConfiguration(Mailer.class)
			.run((context) -> {
				ThreadPoolExecutor mail = context.getBean("mail", ThreadPoolExecutor.class);
				assertThat(mail).isInstanceOf(Guarded.class).isSameAs(context.getBean(Mailer.class).executor);
				mail.execute(() -> {
					throw new IllegalStateException("no mailbox");
				});
				Pool pool = context.getBean(PoolRegistry.class).pool("mail");
				await().until(() -> pool.snapshot().failures().uncaught() == 1);
				assertThat(pool.isBean()).isTrue();
			});
		assertThat(output).contains("Lifeguard guards 1 pool: mail").doesNotContain("Not guarded");
		// Nobody has closed it before either
		assertThat(this.executor.isShutdown()).isFalse();
	}

	@Test
	void guardsWhatAnApplicationsPostProcessorRegisters() {
		this.runner.withUserConfiguration(Registrar.class)
			.run((context) -> assertThat(context.getBean("registered")).isInstanceOf(Guarded.class));
	}

	@Test
	void leavesAloneWhatIsExcluded(CapturedOutput output) {
		this.runner.withPropertyValues("lifeguard.exclude=mail")
			.withInitializer((context) -> context.getBeanFactory().registerSingleton("mail", this.executor))
			.run((context) -> assertThat(context.getBean("mail")).isSameAs(this.executor));
		assertThat(output).doesNotContain("Not guarded").doesNotContain("lifeguard.exclude names");
	}

	@Test
	void namesWhatIsRegisteredTooLate(CapturedOutput output) {
		this.runner.withUserConfiguration(LateRegistrar.class)
			.run((context) -> assertThat(context.getBean("late")).isNotInstanceOf(Guarded.class));
		assertThat(output).contains("Not guarded, since they are no beans of their own: late, registered by hand. "
				+ "Make a bean of what is yours, or guard it with Lifeguard.guard");
	}

	@Test
	void doesNotReplaceWhatABeanHasAlready(CapturedOutput output) {
		this.runner.withInitializer((context) -> {
			context.getBeanFactory().registerSingleton("mail", this.executor);
			context.getBeanFactory().registerDependentBean("mail", "early");
		}).run((context) -> assertThat(context.getBean("mail")).isSameAs(this.executor));
		assertThat(output).contains("Not guarded, since they are no beans of their own: mail, registered by hand.");
	}

	@Configuration(proxyBeanMethods = false)
	static class Mailer {

		private final Executor executor;

		Mailer(Executor executor) {
			this.executor = executor;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Registrar {

		@Bean
		static BeanFactoryPostProcessor registrar() {
			return (beanFactory) -> beanFactory.registerSingleton("registered", new ScheduledThreadPoolExecutor(1));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class LateRegistrar {

		@Bean
		Object registrar(ConfigurableListableBeanFactory beanFactory) {
			beanFactory.registerSingleton("late", new ScheduledThreadPoolExecutor(1));
			return new Object();
		}

	}

}
