package io.lifeguard.tuning;

import java.util.HashMap;
import java.util.Map;

import io.lifeguard.autoconfigure.LifeguardAutoConfiguration;
import io.lifeguard.engine.pool.PoolRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.cloud.context.environment.EnvironmentChangeEvent;
import org.springframework.core.env.MapPropertySource;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for pools whose environment changes while they run.
 */
@ExtendWith(OutputCaptureExtension.class)
class EnvironmentChangeTests {

	private final Map<String, Object> source = new HashMap<>(
			Map.of("lifeguard.pools.mail.core-size", "2", "lifeguard.pools.mail.max-size", "4"));

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(LifeguardAutoConfiguration.class))
		.withInitializer((context) -> context.getEnvironment()
			.getPropertySources()
			.addFirst(new MapPropertySource("remote", this.source)));

	@Test
	void changesTheRunningPool(CapturedOutput output) {
		this.runner.run((context) -> {
			this.source.put("lifeguard.pools.mail.core-size", "6");
			this.source.put("lifeguard.pools.mail.max-size", "9");
			context.publishEvent(new EnvironmentChangeEvent(context, this.source.keySet()));
			assertThat(context.getBean(PoolRegistry.class).pool("mail").snapshot().size()).extracting("core", "max")
				.containsExactly(6, 9);
			assertThat(output)
				.contains("Changed pool mail: coreSize from 2 to 6, maxSize from 4 to 9 (by the environment)");
		});
	}

	@Test
	void makesOfThePoolWhatARestartWould() {
		this.source.remove("lifeguard.pools.mail.max-size");
		this.runner.run((context) -> {
			this.source.put("lifeguard.pools.mail.core-size", "20");
			context.publishEvent(new EnvironmentChangeEvent(context, this.source.keySet()));
			assertThat(context.getBean(PoolRegistry.class).pool("mail").snapshot().size()).extracting("core", "max")
				.containsExactly(20, 20);
		});
	}

	@Test
	void leavesThePoolAsItIsIfAValueMakesNoSense(CapturedOutput output) {
		this.runner.run((context) -> {
			this.source.put("lifeguard.pools.mail.core-size", "-6");
			context.publishEvent(new EnvironmentChangeEvent(context, this.source.keySet()));
			assertThat(context.getBean(PoolRegistry.class).pool("mail").snapshot().size()).extracting("core")
				.isEqualTo(2);
			assertThat(output).contains("Pools stay as they are").contains("lifeguard.pools.mail.core-size");
		});
	}

	@Test
	void changesTheOtherPoolsIfOneCanNotBeChanged(CapturedOutput output) {
		this.source.put("lifeguard.pools.before.core-size", "2");
		this.runner.withBean("before", ThreadPoolTaskExecutor.class, Stubborn::new).run((context) -> {
			this.source.put("lifeguard.pools.before.core-size", "3");
			this.source.put("lifeguard.pools.mail.core-size", "3");
			context.publishEvent(new EnvironmentChangeEvent(context, this.source.keySet()));
			assertThat(context.getBean(PoolRegistry.class).pool("mail").snapshot().size()).extracting("core")
				.isEqualTo(3);
			assertThat(output).contains("Pool before could not be changed").contains("Stays as it is");
		});
	}

	@Test
	@EnabledForJreRange(min = JRE.JAVA_21)
	void leavesThreadsAsTheyAre() {
		this.source.put("lifeguard.pools.other.core-size", "2");
		this.runner.run((context) -> {
			this.source.remove("lifeguard.pools.mail.core-size");
			this.source.remove("lifeguard.pools.mail.max-size");
			this.source.put("lifeguard.pools.mail.threads", "virtual");
			this.source.put("lifeguard.pools.other.core-size", "3");
			context.publishEvent(new EnvironmentChangeEvent(context, this.source.keySet()));
			assertThat(context.getBean(PoolRegistry.class).pool("mail").snapshot().threads()).isEqualTo("platform");
			assertThat(context.getBean(PoolRegistry.class).pool("other").snapshot().size()).extracting("core")
				.isEqualTo(3);
		});
	}

	/**
	 * Can't be changed once it runs.
	 */
	private static final class Stubborn extends ThreadPoolTaskExecutor {

		@Override
		public void setCorePoolSize(int corePoolSize) {
			if (corePoolSize == 3) {
				throw new IllegalStateException("Stays as it is");
			}
			super.setCorePoolSize(corePoolSize);
		}

	}

}
