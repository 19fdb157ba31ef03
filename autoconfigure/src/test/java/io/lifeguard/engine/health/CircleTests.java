package io.lifeguard.engine.health;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.lifeguard.AlarmReporter;
import io.lifeguard.PoolAlarm;
import io.lifeguard.PoolHealth;
import io.lifeguard.PoolSettings;
import io.lifeguard.ReportSettings;
import io.lifeguard.engine.executor.ExecutorView;
import io.lifeguard.engine.guard.ExecutorGuard;
import io.lifeguard.engine.pool.Pool;
import io.lifeguard.engine.pool.PoolRegistry;
import io.lifeguard.support.Sideline;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.core.task.AsyncTaskExecutor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for pools that wait for each other, with real threads. A failure names the seed.
 */
class CircleTests {

	private static final int CIRCLES = Integer.getInteger("lifeguard.deadlock.circles", 25);

	private static final int ROUNDS = Integer.getInteger("lifeguard.deadlock.rounds", 100);

	private final long seed = Long.getLong("lifeguard.deadlock.seed", new Random().nextInt(1_000_000));

	private final BlockingQueue<PoolAlarm> alarms = new LinkedBlockingQueue<>();

	private final PoolRegistry registry = new PoolRegistry((name) -> PoolSettings.DEFAULT, ReportSettings.DEFAULT);

	@BeforeEach
	void report() {
		this.registry.report(List.of(new AlarmReporter(this.alarms)));
	}

	@AfterEach
	void close() {
		this.registry.close();
	}

	@Test
	void findsRandomCirclesAndNothingElse() throws Exception {
		List<Circle> circles = new ArrayList<>();
		try {
			for (int i = 0; i < CIRCLES; i++) {
				circles.add(new Circle(this.seed + i, this.registry));
			}
			for (Circle circle : circles) {
				circle.begin();
			}
			await().untilAsserted(() -> assertThat(circles).allSatisfy((circle) -> assertThat(circle.pools())
				.allSatisfy((pool) -> assertThat(pool.health().status()).isEqualTo(PoolHealth.Status.DOWN))));
			for (int i = 0; i < CIRCLES; i++) {
				assertThat(this.alarms.poll(10, TimeUnit.SECONDS)).as("seed %s, alarm %s", this.seed, i)
					.isNotNull()
					.extracting(PoolAlarm::kind)
					.isEqualTo(PoolAlarm.Kind.DEADLOCK);
			}
			assertThat(this.alarms).as("seed %s", this.seed).isEmpty();
			assertThat(circles).allSatisfy((circle) -> assertThat(circle.bystanders()).allSatisfy(
					(pool) -> assertThat(pool.health().status()).as("%s", pool).isEqualTo(PoolHealth.Status.UP)));
		}
		finally {
			circles.forEach(Circle::close);
		}
	}

	@Test
	void findsNothingWhereEachPoolWaitsForOneFurtherOn() throws Exception {
		List<ExecutorService> executors = List.of(Executors.newFixedThreadPool(3), Executors.newFixedThreadPool(2),
				Executors.newSingleThreadExecutor(), Executors.newScheduledThreadPool(1));
		List<AsyncTaskExecutor> pools = new ArrayList<>();
		List<PoolMonitor> monitors = new ArrayList<>();
		for (ExecutorService executor : executors) {
			Pool pool = this.registry.register("pool" + pools.size(), executor);
			pools.add(ExecutorGuard.of(executor, pool));
			monitors
				.add(new PoolMonitor(pool.ledger(), ExecutorView.of(executor), pool.settings(), () -> false, List::of));
		}
		Sideline sideline = new Sideline();
		DeadlockSearch<PoolMonitor, Thread> search = new DeadlockSearch<>(() -> new ThreadLook(monitors, sideline));
		long now = 0;
		int looks = 0;
		for (long round = this.seed; round < this.seed + ROUNDS; round++) {
			Collection<Future<?>> futures = beginRound(new Random(round), pools);
			while (!futures.stream().allMatch(Future::isDone)) {
				now += 2 * DeadlockSearch.PATIENCE; // so that patience hides nothing
				assertThat(search.update(now)).as("seed %s", round).isEmpty();
				looks++;
			}
		}
		assertThat(looks).isGreaterThan(ROUNDS);
		executors.forEach(ExecutorService::shutdown);
	}

	private static Collection<Future<?>> beginRound(Random random, List<AsyncTaskExecutor> pools) {
		List<Future<?>> futures = new ArrayList<>();
		for (int i = 0; i < 10; i++) {
			int number = random.nextInt(pools.size());
			futures.add(pools.get(number).submit(task(random.nextLong(), number, pools)));
		}
		return futures;
	}

	private static Callable<Object> task(long seed, int number, List<AsyncTaskExecutor> pools) {
		return () -> {
			Random random = new Random(seed);
			if (number == pools.size() - 1) {
				Thread.yield();
				return 1;
			}
			int next = number + 1 + random.nextInt(pools.size() - number - 1);
			AsyncTaskExecutor pool = pools.get(next);
			Callable<Object> task = task(random.nextLong(), next, pools);
			return switch (random.nextInt(6)) {
				case 0 -> pool.submit(task).get();
				case 1 -> pool.submitCompletable(task).join();
				case 2 -> CompletableFuture.allOf(pool.submitCompletable(task), pool.submitCompletable(task)).join();
				case 3 ->
					CompletableFuture.supplyAsync(() -> call(task), pool).thenApplyAsync((value) -> value, pool).join();
				case 4 -> ((ExecutorService) pool).invokeAll(List.of(task, task));
				default -> ((ExecutorService) pool).invokeAny(List.of(task, task));
			};
		};
	}

	private static Object call(Callable<Object> task) {
		try {
			return task.call();
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

}
