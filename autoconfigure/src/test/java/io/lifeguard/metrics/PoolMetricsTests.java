package io.lifeguard.metrics;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

import io.lifeguard.HealthSettings;
import io.lifeguard.Lifeguard;
import io.lifeguard.PoolSettings;
import io.lifeguard.ReportSettings;
import io.lifeguard.ThreadsSnapshot;
import io.lifeguard.engine.guard.ExecutorGuard;
import io.lifeguard.engine.pool.Pool;
import io.lifeguard.engine.guard.HandGuard;
import io.lifeguard.engine.pool.PoolRegistry;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.binder.jvm.ExecutorServiceMetrics;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.config.MeterFilterReply;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link PoolMetrics}.
 */
class PoolMetricsTests {

	private final PoolRegistry registry = new PoolRegistry((name) -> PoolSettings.DEFAULT, ReportSettings.DEFAULT);

	private final PoolMetrics metrics = new PoolMetrics(this.registry);

	private final MeterRegistry meters = new SimpleMeterRegistry();

	private final ThreadPoolExecutor executor = (ThreadPoolExecutor) Executors.newFixedThreadPool(1);

	@AfterEach
	void close() {
		this.executor.shutdownNow();
		this.registry.close();
	}

	@Test
	void showsTheHealthOfAReadOnlyPoolAsLongAsThatIsShown() {
		MeterRegistry later = new SimpleMeterRegistry();
		this.metrics.bindTo(this.meters);
		ThreadsSnapshot idle = new ThreadsSnapshot("threads", "virtual", null, null, null, false);
		this.registry.readOnlyPools().show("server", () -> idle, "a property");
		this.metrics.bindTo(later);
		for (MeterRegistry meters : List.of(this.meters, later)) {
			assertThat(ownSeries(meters)).containsExactly("lifeguard.health{pool=server}");
			assertThat(meters.get("lifeguard.health").gauge().value()).isOne();
		}
		this.registry.readOnlyPools().hide("server");
		assertThat(ownSeries(this.meters)).isEmpty();
		assertThat(ownSeries(later)).isEmpty();
	}

	@Test
	void showsEverySeriesAtZeroFromTheStart() {
		this.metrics.bindTo(this.meters);
		this.registry.register("mail", this.executor);
		assertThat(ownSeries(this.meters)).containsExactlyInAnyOrder("lifeguard.tasks{outcome=success,pool=mail}",
				"lifeguard.tasks{outcome=failure,pool=mail}", "lifeguard.tasks{outcome=cancelled,pool=mail}",
				"lifeguard.tasks.wait{pool=mail}", "lifeguard.failures{handling=uncaught,pool=mail}",
				"lifeguard.failures{handling=unobserved,pool=mail}", "lifeguard.failures{handling=observed,pool=mail}",
				"lifeguard.rejections{pool=mail}", "lifeguard.lost{pool=mail,reason=shutdown}",
				"lifeguard.lost{pool=mail,reason=discarded}", "lifeguard.lost{pool=mail,reason=expired}",
				"lifeguard.timeouts{pool=mail}", "lifeguard.demand{pool=mail}", "lifeguard.stuck{pool=mail}",
				"lifeguard.health{pool=mail}", "lifeguard.reports{outcome=sent,pool=mail}",
				"lifeguard.reports{outcome=suppressed,pool=mail}", "lifeguard.reports{outcome=failed,pool=mail}");
		assertThat(this.meters.get("lifeguard.health").gauge().value()).isOne();
		this.meters.getMeters()
			.stream()
			.filter((meter) -> !meter.getId().getName().equals("lifeguard.health")
					&& meter.getId().getName().startsWith("lifeguard."))
			.flatMap((meter) -> StreamSupport.stream(meter.measure().spliterator(), false))
			.forEach((measurement) -> assertThat(measurement.getValue()).isZero());
	}

	@Test
	void bindsPoolsThatWereThereBefore() {
		this.registry.register("mail", this.executor);
		this.metrics.bindTo(this.meters);
		assertThat(ownSeries(this.meters)).hasSize(18);
	}

	@Test
	void countsEachTaskOnceHoweverOftenARegistryIsBound() {
		this.metrics.bindTo(this.meters);
		Pool pool = this.registry.register("mail", this.executor);
		this.metrics.bindTo(this.meters);
		runTask(pool);
		assertThat(this.meters.get("lifeguard.tasks").tag("outcome", "success").timer().count()).isOne();
		assertThat(this.meters.get("lifeguard.tasks.wait").timer().count()).isOne();
		assertThat(ownSeries(this.meters)).hasSize(18);
	}

	@Test
	void bindsSeveralRegistries() {
		MeterRegistry other = new SimpleMeterRegistry();
		CompositeMeterRegistry composite = new CompositeMeterRegistry();
		this.metrics.bindTo(this.meters);
		this.metrics.bindTo(other);
		this.metrics.bindTo(composite);
		Pool pool = this.registry.register("mail", this.executor);
		MeterRegistry late = new SimpleMeterRegistry();
		composite.add(late);
		runTask(pool);
		for (MeterRegistry registry : List.of(this.meters, other, late)) {
			assertThat(registry.get("lifeguard.tasks").tag("outcome", "success").timer().count()).isOne();
			assertThat(ownSeries(registry)).hasSize(18);
		}
	}

	@Test
	void followsAPoolThatIsRecreated() {
		this.metrics.bindTo(this.meters);
		runTask(this.registry.register("mail", this.executor));
		ThreadPoolExecutor successor = (ThreadPoolExecutor) Executors.newFixedThreadPool(3);
		Pool pool = this.registry.register("mail", successor);
		assertThat(this.meters.get("executor.pool.core").gauge().value()).isEqualTo(3);
		runTask(pool);
		runTask(pool);
		assertThat(this.meters.get("lifeguard.tasks").tag("outcome", "success").timer().count()).isEqualTo(2);
		assertThat(ownSeries(this.meters)).hasSize(18);
		successor.shutdown();
	}

	@Test
	void removesTheMetersOfAPoolThatIsForgottenAndNoOthers() {
		this.metrics.bindTo(this.meters);
		this.meters.counter("lifeguard.custom", "pool", "mail").increment();
		Pool pool = this.registry.register("mail", this.executor);
		this.registry.register("other", new ForkJoinPool(1));
		this.registry.remove(pool);
		assertThat(ownSeries(this.meters)).hasSize(19).contains("lifeguard.custom{pool=mail}");
		assertThat(this.meters.find("executor.active").tag("name", "mail").meter()).isNull();
		assertThat(this.meters.find("executor.active").tag("name", "other").meter()).isNotNull();
	}

	@Test
	void leavesMetersOfTheExecutorAloneThatOthersHaveBound() {
		new ExecutorServiceMetrics(this.executor, "mail", List.of()).bindTo(this.meters);
		Set<Meter> before = Set.copyOf(this.meters.getMeters());
		this.metrics.bindTo(this.meters);
		Pool pool = this.registry.register("mail", this.executor);
		this.registry.remove(pool);
		assertThat(this.meters.getMeters()).containsExactlyInAnyOrderElementsOf(before);
	}

	@Test
	void bindsWhatCanBeToldOfAnExecutorWithAThreadForEachTask() {
		this.metrics.bindTo(this.meters);
		Pool pool = this.registry.register("virtual", new SimpleAsyncTaskExecutor());
		runTask(pool);
		assertThat(this.meters.get("executor.completed").tag("name", "virtual").functionCounter().count()).isOne();
		assertThat(this.meters.get("executor.active").tag("name", "virtual").gauge().value()).isZero();
	}

	@Test
	void bindsExecutorsOfEachKindWithoutCollision() throws Exception {
		PrometheusMeterRegistry prometheus = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
		List<String> refused = new CopyOnWriteArrayList<>();
		prometheus.config().onMeterRegistrationFailed((id, reason) -> refused.add(id + ": " + reason));
		this.metrics.bindTo(prometheus);
		ThreadPoolTaskExecutor spring = new ThreadPoolTaskExecutor();
		spring.initialize();
		ForkJoinPool forkJoin = new ForkJoinPool(1);
		this.registry.register("spring", spring);
		this.registry.register("jdk", this.executor);
		this.registry.register("forkJoin", forkJoin);
		this.registry.register("delegated", Executors.unconfigurableExecutorService(this.executor));
		this.registry.register("virtual", new SimpleAsyncTaskExecutor());
		this.registry.register("lambda", (Executor) Runnable::run);
		assertThat(refused).isEmpty();
		for (String name : List.of("spring", "jdk", "forkJoin", "delegated", "virtual", "lambda")) {
			assertThat(prometheus.find("executor.active").tag("name", name).meter()).as(name).isNotNull();
		}
		assertThat(prometheus.scrape()).contains("lifeguard_tasks_seconds_count{outcome=\"success\",pool=\"spring\"} 0")
			.contains("lifeguard_failures_total{handling=\"uncaught\",pool=\"lambda\"} 0.0")
			.contains("lifeguard_stuck{pool=\"virtual\"} 0.0")
			.contains("lifeguard_health{pool=\"jdk\"} 1.0");
		spring.shutdown();
		forkJoin.shutdown();
	}

	@Test
	void respectsFilters() {
		this.meters.config().meterFilter(new MeterFilter() {

			@Override
			public MeterFilterReply accept(Meter.Id id) {
				return id.getName().startsWith("executor.") ? MeterFilterReply.DENY : MeterFilterReply.NEUTRAL;
			}

		}).meterFilter(MeterFilter.commonTags(List.of(Tag.of("application", "shop"))));
		this.metrics.bindTo(this.meters);
		this.registry.register("mail", this.executor);
		this.registry.register("mail", Executors.newFixedThreadPool(1));
		assertThat(ownSeries(this.meters)).hasSize(18);
		assertThat(this.meters.find("executor.active").meter()).isNull();
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void doesNotKeepAPoolFromBeingMade(CapturedOutput output) {
		this.meters.config().onMeterAdded((meter) -> {
			throw new IllegalStateException("full");
		});
		this.metrics.bindTo(this.meters);
		assertThatNoException().isThrownBy(() -> this.registry.register("mail", this.executor));
		assertThat(output).contains("Meters of pool mail can't be bound");
	}

	@Test
	void removesTheMetersOfAPoolGuardedByHandOnceItIsClosed() {
		PoolRegistry registry = new PoolRegistry(
				(name) -> new PoolSettings(Duration.ofMinutes(1), true, Duration.ofMinutes(1), Duration.ZERO,
						Duration.ZERO, false,
						new HealthSettings(0.5, 0.1, 20, Duration.ofSeconds(1), 0.9, Duration.ofSeconds(1))),
				ReportSettings.DEFAULT);
		new PoolMetrics(registry).bindTo(this.meters);
		HandGuard.attach(registry);
		ExecutorService guarded = Lifeguard.guard("import", this.executor);
		assertThat(ownSeries(this.meters)).hasSize(18);
		guarded.shutdown();
		await().untilAsserted(() -> assertThat(this.meters.getMeters()).isEmpty());
		assertThat(registry.pools()).isEmpty();
		registry.close();
	}

	private static void runTask(Pool pool) {
		long before = pool.snapshot().tasks().succeeded();
		ExecutorGuard.of(pool.executor(), pool).execute(() -> {
		});
		await().atMost(10, TimeUnit.SECONDS).until(() -> pool.snapshot().tasks().succeeded() == before + 1);
		await().until(() -> pool.snapshot().tasks().running() == 0);
	}

	private static Set<String> ownSeries(MeterRegistry meters) {
		return meters.getMeters()
			.stream()
			.map(Meter::getId)
			.filter((id) -> id.getName().startsWith("lifeguard."))
			.map((id) -> id.getName() + id.getTags()
				.stream()
				.filter((tag) -> !tag.getKey().equals("application"))
				.map((tag) -> tag.getKey() + "=" + tag.getValue())
				.sorted()
				.collect(Collectors.joining(",", "{", "}")))
			.collect(Collectors.toCollection(TreeSet::new));
	}

}
