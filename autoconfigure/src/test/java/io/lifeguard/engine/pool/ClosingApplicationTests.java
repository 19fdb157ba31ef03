package io.lifeguard.engine.pool;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import io.lifeguard.PoolHealth;
import io.lifeguard.autoconfigure.LifeguardAutoConfiguration;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for pools of an application that closes.
 */
class ClosingApplicationTests {

	@Test
	void areWellThoughTheyAreTerminated() {
		AtomicReference<PoolHealth> health = new AtomicReference<>();
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(LifeguardAutoConfiguration.class))
			.withUserConfiguration(Mail.class)
			.withBean(SlowToStop.class, () -> new SlowToStop(health))
			.run((context) -> context.getBean(SlowToStop.class).registry = context.getBean(PoolRegistry.class));
		assertThat(health.get()).isNotNull();
		assertThat(health.get().status()).isEqualTo(PoolHealth.Status.UP);
	}

	@Configuration(proxyBeanMethods = false)
	static class Mail {

		@Bean
		ThreadPoolTaskExecutor mail() {
			ThreadPoolTaskExecutor mail = new ThreadPoolTaskExecutor();
			mail.setStrictEarlyShutdown(true);
			return mail;
		}

	}

	/**
	 * Stops when the executors have begun to close, and before they are destroyed.
	 */
	static class SlowToStop implements SmartLifecycle {

		private final AtomicReference<PoolHealth> health;

		private PoolRegistry registry;

		private boolean running;

		SlowToStop(AtomicReference<PoolHealth> health) {
			this.health = health;
		}

		@Override
		public void start() {
			this.running = true;
		}

		@Override
		public void stop() {
			this.running = false;
			Pool pool = this.registry.pool("mail");
			await().until(pool.lifecycle()::isTerminated);
			pool.tick(System.nanoTime() + TimeUnit.SECONDS.toNanos(1));
			this.health.set(pool.health());
		}

		@Override
		public boolean isRunning() {
			return this.running;
		}

		@Override
		public int getPhase() {
			return 0;
		}

	}

}
