package io.lifeguard.tuning;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

import io.lifeguard.GuardedApplication;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Scope;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for changes of a pool that several executors of one name share.
 */
@ExtendWith(OutputCaptureExtension.class)
class ScopedPoolChangeTests {

	private final GuardedApplication application = new GuardedApplication().with(Couriers.class);

	private final List<ThreadPoolTaskExecutor> executors = new ArrayList<>();

	@Test
	void changesEachExecutorThereIsAndEachToCome(CapturedOutput output) {
		this.application.run(() -> {
			courier();
			courier();
			resize(new PoolChange(3, 5, null, null, null));
			assertSizes(3, 5);
			resize(new PoolChange(null, 4, null, null, null));
			courier();
			assertSizes(3, 4);
			assertThat(output)
				.containsOnlyOnce("Changed pool courier: coreSize from 1 to 3, maxSize from 2 to 5 (by me)")
				.containsOnlyOnce("Changed pool courier: maxSize from 5 to 4 (by me)");
			shutDown();
		});
	}

	@Test
	void changesNoneIfOneCanNotBeChangedSo() {
		this.application.run(() -> {
			courier().setMaxPoolSize(9);
			courier();
			assertThatExceptionOfType(InvalidPoolChangeException.class)
				.isThrownBy(() -> resize(new PoolChange(7, null, null, null, null)))
				.satisfies((ex) -> assertThat(ex.reason()).isEqualTo("must not be larger than maxSize, which is 2"));
			courier();
			assertThat(this.executors).extracting(ThreadPoolTaskExecutor::getCorePoolSize).containsOnly(1);
			shutDown();
		});
	}

	@Test
	void refusesAChangeOfExecutorsThatAreAllGone() {
		this.application.run(() -> {
			courier();
			shutDown();
			await().untilAsserted(() -> assertThatExceptionOfType(InvalidPoolChangeException.class)
				.isThrownBy(() -> resize(new PoolChange(7, 7, null, null, null)))
				.satisfies((ex) -> assertThat(ex.reason())
					.isEqualTo("has no meaning for a pool that has no executor at present")));
		});
	}

	@Test
	void letsAnExecutorBeThatIsTooUnlikeTheOthers(CapturedOutput output) {
		this.application.run(() -> {
			courier();
			resize(new PoolChange(null, 1, null, null, null));
			Couriers.core = 2;
			try {
				assertThat(courier().getMaxPoolSize()).isEqualTo(2);
			}
			finally {
				Couriers.core = 1;
			}
			assertThat(output).contains("Another executor of pool courier stays as it was made: "
					+ "maxSize 1 must not be smaller than coreSize, which is 2");
			shutDown();
		});
	}

	@Test
	void countsWhatThePoolInsideEachExecutorIsGiven() {
		this.application.run(() -> {
			courier();
			courier();
			CountDownLatch ran = new CountDownLatch(2);
			this.executors.forEach((courier) -> courier.getThreadPoolExecutor().execute(ran::countDown));
			ran.await();
			await().untilAsserted(() -> assertThat(this.application.pool("courier").tasks().succeeded()).isEqualTo(2));
			shutDown();
		});
	}

	private void assertSizes(int core, int max) {
		assertThat(this.executors).extracting(ThreadPoolTaskExecutor::getCorePoolSize).containsOnly(core);
		assertThat(this.executors).extracting((courier) -> courier.getThreadPoolExecutor().getMaximumPoolSize())
			.containsOnly(max);
	}

	private void resize(PoolChange change) {
		PoolResizer.resize(this.application.guarded("courier"), change, "me");
	}

	private ThreadPoolTaskExecutor courier() {
		ThreadPoolTaskExecutor courier = this.application.bean("courier", ThreadPoolTaskExecutor.class);
		this.executors.add(courier);
		return courier;
	}

	private void shutDown() {
		this.executors.forEach(ThreadPoolTaskExecutor::shutdown); // nobody else does
	}

	@Configuration(proxyBeanMethods = false)
	static class Couriers {

		static volatile int core = 1;

		@Bean
		@Scope("prototype")
		ThreadPoolTaskExecutor courier() {
			ThreadPoolTaskExecutor courier = new ThreadPoolTaskExecutor();
			courier.setCorePoolSize(core);
			courier.setMaxPoolSize(2);
			return courier;
		}

	}

}
