package io.lifeguard.server;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import io.lifeguard.HealthSettings;
import io.lifeguard.PoolHealth.Status;
import io.lifeguard.PoolSettings;
import io.lifeguard.ReportSettings;
import io.lifeguard.ThreadsSnapshot;
import io.lifeguard.engine.pool.PoolRegistry;
import io.lifeguard.engine.pool.ReadOnlyPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link ReactorPools}, with the schedulers that all users of Reactor share.
 */
class ReactorPoolsTests {

	private static final Map<String, Supplier<Scheduler>> SCHEDULERS = Map.of("reactor-parallel", Schedulers::parallel,
			"reactor-bounded-elastic", Schedulers::boundedElastic, "reactor-single", Schedulers::single);

	private final CountDownLatch release = new CountDownLatch(1);

	private final PoolRegistry registry = new PoolRegistry(
			(name) -> new PoolSettings(Duration.ofMinutes(1), true, Duration.ZERO, Duration.ZERO, Duration.ZERO, false,
					new HealthSettings(0.5, 0.1, 20, Duration.ofMinutes(1), 0.9, Duration.ofMillis(300))),
			ReportSettings.DEFAULT);

	@BeforeEach
	void show() {
		Schedulers.shutdownNow();
		new ReactorPools(this.registry);
	}

	@AfterEach
	void close() {
		this.release.countDown();
		this.registry.close();
		Schedulers.shutdownNow();
	}

	@Test
	void makesNoScheduler() throws InterruptedException {
		awaitLooks(3);
		assertThat(this.registry.readOnlyPools().all()).isEmpty();
	}

	@ParameterizedTest
	@CsvSource({ "reactor-parallel, ParallelScheduler", "reactor-bounded-elastic, BoundedElasticScheduler",
			"reactor-single, SingleScheduler" })
	void showsASchedulerFromItsFirstUseUntilItIsDisposedOf(String name, String type) {
		Scheduler scheduler = SCHEDULERS.get(name).get();
		scheduler.schedule(this::awaitRelease);
		await().until(() -> pool(name) != null);
		await().untilAsserted(() -> {
			ThreadsSnapshot snapshot = pool(name).snapshot();
			assertThat(snapshot.type()).isEqualTo("reactor.core.scheduler." + type);
			assertThat(snapshot.threads()).isEqualTo("platform");
			assertThat(snapshot.active()).isOne();
			assertThat(snapshot.size().current()).isOne();
			assertThat(snapshot.queue().size()).isZero();
		});
		assertThat(this.registry.readOnlyPools().all()).hasSize(1);
		Schedulers.shutdownNow();
		await().until(() -> pool(name) == null);
	}

	@ParameterizedTest
	@CsvSource({ "reactor-parallel", "reactor-bounded-elastic", "reactor-single" })
	void isDegradedWhileEveryThreadIsBusyAndSomethingWaits(String name) {
		Scheduler scheduler = SCHEDULERS.get(name).get();
		await().until(() -> pool(name) != null);
		int most = pool(name).snapshot().size().max();
		for (int i = 0; i < 2 * most; i++) {
			scheduler.schedule(this::awaitRelease);
		}
		await().until(() -> pool(name).health().status() == Status.DEGRADED);
		assertThat(pool(name).health().reasons()).singleElement()
			.asString()
			.startsWith("Every thread has been at work while others wait, now " + most + ", for ");
		ThreadsSnapshot snapshot = pool(name).snapshot();
		assertThat(snapshot.active()).isEqualTo(most);
		assertThat(snapshot.size().current()).isEqualTo(most);
		this.release.countDown();
		await().until(() -> pool(name).health().status() == Status.UP);
	}

	@Test
	void aTimerThatIsNotDueWaitsForNoThread() throws InterruptedException {
		Scheduler scheduler = Schedulers.single();
		scheduler.schedule(this::awaitRelease);
		scheduler.schedule(this::awaitRelease, 1, TimeUnit.HOURS);
		await().until(() -> pool("reactor-single") != null);
		await().until(() -> pool("reactor-single").snapshot().active() == 1);
		assertThat(pool("reactor-single").snapshot().queue().size()).isZero();
		assertThat(pool("reactor-single").snapshot().saturated()).isFalse();
	}

	@Test
	void oneOfSeveralBusyThreadsIsNotAllOfThem() {
		Scheduler.Worker worker = Schedulers.parallel().createWorker();
		worker.schedule(this::awaitRelease);
		worker.schedule(this::awaitRelease);
		await().until(() -> pool("reactor-parallel") != null);
		await().until(() -> pool("reactor-parallel").snapshot().queue().size() == 1);
		assertThat(pool("reactor-parallel").snapshot().active()).isOne();
		assertThat(pool("reactor-parallel").snapshot().saturated()).isFalse();
	}

	@Test
	void saysWhatItKnowsOfExecutorsWithSomethingAroundThem() {
		Schedulers.setExecutorServiceDecorator("test",
				(scheduler, executor) -> Executors.unconfigurableScheduledExecutorService(executor));
		try {
			Schedulers.parallel().schedule(this::awaitRelease);
			await().until(() -> pool("reactor-parallel") != null);
			ThreadsSnapshot snapshot = pool("reactor-parallel").snapshot();
			assertThat(snapshot.size().max()).isEqualTo(Schedulers.DEFAULT_POOL_SIZE);
			assertThat(snapshot.active()).isNull();
			assertThat(snapshot.queue()).isNull();
			assertThat(snapshot.saturated()).isFalse();
		}
		finally {
			Schedulers.removeExecutorServiceDecorator("test");
		}
	}

	private ReadOnlyPool pool(String name) {
		return this.registry.readOnlyPools().get(name);
	}

	private void awaitLooks(int looks) throws InterruptedException {
		CountDownLatch ticks = new CountDownLatch(looks);
		this.registry.onTick((last) -> ticks.countDown());
		assertThat(ticks.await(30, TimeUnit.SECONDS)).isTrue();
	}

	private void awaitRelease() {
		try {
			this.release.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
