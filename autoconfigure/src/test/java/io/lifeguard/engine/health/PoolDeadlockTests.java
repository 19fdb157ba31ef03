package io.lifeguard.engine.health;

import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.lifeguard.AlarmReporter;
import io.lifeguard.PoolAlarm;
import io.lifeguard.PoolDeadlockException;
import io.lifeguard.PoolHealth;
import io.lifeguard.PoolSettings;
import io.lifeguard.RejectionPolicy;
import io.lifeguard.ReportSettings;
import io.lifeguard.engine.executor.ExecutorView;
import io.lifeguard.engine.executor.RejectionHandlers;
import io.lifeguard.engine.guard.ExecutorGuard;
import io.lifeguard.engine.pool.Pool;
import io.lifeguard.engine.pool.PoolRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for the detection of pools that starve themselves.
 */
class PoolDeadlockTests {

	private final BlockingQueue<PoolAlarm> alarms = new LinkedBlockingQueue<>();

	private final CountDownLatch release = new CountDownLatch(1);

	private final PoolRegistry registry = new PoolRegistry((name) -> PoolSettings.DEFAULT, ReportSettings.DEFAULT);

	@BeforeEach
	void report() {
		this.registry.report(List.of(new AlarmReporter(this.alarms)));
	}

	@AfterEach
	void close() {
		this.release.countDown();
		this.registry.close();
	}

	@ParameterizedTest
	@MethodSource("waysToWait")
	void findsTwoThreadsThatWaitForTheirOwnPool(WayToWait way) throws Exception {
		ThreadPoolTaskExecutor executor = springExecutor(2, 2, Integer.MAX_VALUE);
		Pool pool = this.registry.register("mail", executor);
		AsyncTaskExecutor guarded = ExecutorGuard.of(executor, pool);
		CountDownLatch bothRun = new CountDownLatch(2);
		for (int i = 0; i < 2; i++) {
			guarded.execute(() -> {
				try {
					bothRun.countDown();
					bothRun.await();
					way.await(guarded);
				}
				catch (Exception ex) {
					Thread.currentThread().interrupt();
				}
			});
		}
		awaitStatus(pool, PoolHealth.Status.DOWN);
		assertThat(pool.health().reasons()).singleElement().asString().contains("Deadlocked: each of its 2 threads");
		PoolAlarm alarm = this.alarms.poll(10, TimeUnit.SECONDS);
		assertThat(alarm).isNotNull();
		assertThat(alarm.kind()).isEqualTo(PoolAlarm.Kind.DEADLOCK);
		assertThat(alarm.pool()).isEqualTo("mail");
		assertThat(alarm.throwable()).isInstanceOf(PoolDeadlockException.class);
		assertThat(alarm.throwable().getStackTrace()).anyMatch((frame) -> frame.getMethodName().equals("await"));
		assertThat(alarm.throwable().getSuppressed()).hasSize(1);
		executor.setCorePoolSize(1);
		executor.setMaxPoolSize(3);
		executor.setCorePoolSize(3);
		awaitStatus(pool, PoolHealth.Status.UP);
		assertThat(this.alarms).isEmpty();
		assertThat(pool.snapshot().tasks().failed()).isZero();
		executor.shutdown();
	}

	static Stream<WayToWait> waysToWait() {
		Callable<Integer> task = () -> 1;
		return Stream.of(new WayToWait("get", (pool) -> pool.submit(task).get()),
				new WayToWait("completable get", (pool) -> pool.submitCompletable(task).get()),
				new WayToWait("completable join", (pool) -> pool.submitCompletable(task).join()),
				new WayToWait("join of a derived stage",
						(pool) -> pool.submitCompletable(task).thenApply((value) -> value + 1).join()));
	}

	@Test
	void findsThreadsThatWaitInInvokeAll() throws Exception {
		ExecutorService executor = Executors.newFixedThreadPool(2);
		Pool pool = this.registry.register("mail", executor);
		ExecutorService guarded = (ExecutorService) ExecutorGuard.of(executor, pool);
		CountDownLatch bothRun = new CountDownLatch(2);
		for (int i = 0; i < 2; i++) {
			guarded.execute(() -> {
				try {
					bothRun.countDown();
					bothRun.await();
					guarded.invokeAll(List.<Callable<Integer>>of(() -> 1, () -> 2));
				}
				catch (InterruptedException ex) {
					Thread.currentThread().interrupt();
				}
			});
		}
		awaitStatus(pool, PoolHealth.Status.DOWN);
		executor.shutdownNow();
	}

	@Test
	void findsAChainOfWaits() throws Exception {
		ThreadPoolTaskExecutor executor = springExecutor(2, 2, Integer.MAX_VALUE);
		Pool pool = this.registry.register("mail", executor);
		AsyncTaskExecutor guarded = ExecutorGuard.of(executor, pool);
		guarded.execute(() -> join(guarded.submit(() -> join(guarded.submit(() -> {
		})))));
		awaitStatus(pool, PoolHealth.Status.DOWN);
		executor.setMaxPoolSize(3);
		executor.setCorePoolSize(3);
		awaitStatus(pool, PoolHealth.Status.UP);
		executor.shutdown();
	}

	@Test
	void doesNotCallAPoolDeadlockedThatWaitsForAnother() throws Exception {
		ThreadPoolTaskExecutor executor = springExecutor(2, 2, Integer.MAX_VALUE);
		ThreadPoolTaskExecutor other = springExecutor(1, 1, Integer.MAX_VALUE);
		Pool pool = this.registry.register("mail", executor);
		AsyncTaskExecutor guarded = ExecutorGuard.of(executor, pool);
		AsyncTaskExecutor guardedOther = ExecutorGuard.of(other, this.registry.register("other", other));
		guardedOther.execute(this::awaitRelease);
		for (int i = 0; i < 3; i++) {
			guarded.execute(() -> join(guardedOther.submit(() -> {
			})));
		}
		assertNoDeadlock(pool, 2);
		executor.shutdown();
		other.shutdown();
	}

	@Test
	void doesNotCallAPoolDeadlockedWithAThreadAtWork() throws Exception {
		ThreadPoolTaskExecutor executor = springExecutor(2, 2, Integer.MAX_VALUE);
		Pool pool = this.registry.register("mail", executor);
		AsyncTaskExecutor guarded = ExecutorGuard.of(executor, pool);
		guarded.execute(this::awaitRelease);
		guarded.execute(() -> join(guarded.submit(() -> {
		})));
		assertNoDeadlock(pool, 2);
		executor.shutdown();
	}

	@ParameterizedTest
	@CsvSource({ "2, 3, 100", "2, 4, 2", "2, 2147483647, 2147483647" })
	void findsAPoolThatCouldGrowAndHasNoReasonTo(int core, int max, int queueCapacity) throws Exception {
		ThreadPoolTaskExecutor executor = springExecutor(core, max, queueCapacity);
		Pool pool = this.registry.register("mail", executor);
		AsyncTaskExecutor guarded = ExecutorGuard.of(executor, pool);
		CountDownLatch bothRun = new CountDownLatch(core);
		for (int i = 0; i < core; i++) {
			guarded.execute(() -> {
				bothRun.countDown();
				awaitUnseen(bothRun);
				join(guarded.submit(() -> {
				}));
			});
		}
		awaitStatus(pool, PoolHealth.Status.DOWN);
		executor.setMaxPoolSize(core + 1);
		executor.setCorePoolSize(core + 1);
		awaitStatus(pool, PoolHealth.Status.UP);
		executor.shutdown();
	}

	@Test
	void doesNotCallAPoolDeadlockedThatStartsAThreadForTheNextTask() throws Exception {
		ThreadPoolTaskExecutor executor = springExecutor(2, 3, 0);
		Pool pool = this.registry.register("mail", executor);
		AsyncTaskExecutor guarded = ExecutorGuard.of(executor, pool);
		CompletableFuture<Future<?>> first = new CompletableFuture<>();
		Future<?> second = guarded.submit(() -> first.get().get());
		first.complete(guarded.submit(() -> second.get()));
		assertNoDeadlock(pool, 2);
		executor.getThreadPoolExecutor().shutdownNow();
	}

	@Test
	void doesNotCallAPoolDeadlockedThatWaitsForEitherOfTwo() throws Exception {
		ThreadPoolTaskExecutor executor = springExecutor(1, 1, Integer.MAX_VALUE);
		Pool pool = this.registry.register("mail", executor);
		AsyncTaskExecutor guarded = ExecutorGuard.of(executor, pool);
		CompletableFuture<Integer> other = new CompletableFuture<>();
		guarded.execute(() -> guarded.submitCompletable(() -> 1).applyToEither(other, (value) -> value).join());
		assertNoDeadlock(pool, 1);
		other.complete(2);
		executor.shutdown();
	}

	@ParameterizedTest
	@MethodSource("waysToWaitForATime")
	void doesNotCallAPoolDeadlockedThatWaitsForATime(WayToWait way) throws Exception {
		ExecutorService executor = Executors.newFixedThreadPool(1);
		Pool pool = this.registry.register("mail", executor);
		ExecutorGuard guarded = ExecutorGuard.of(executor, pool);
		guarded.submit(() -> {
			way.await(guarded);
			return null;
		});
		assertNoDeadlock(pool, 1);
		executor.shutdownNow();
	}

	static Stream<WayToWait> waysToWaitForATime() {
		Callable<Integer> task = () -> 1;
		return Stream.of(new WayToWait("get", (pool) -> pool.submit(task).get(1, TimeUnit.HOURS)),
				new WayToWait("completable get", (pool) -> pool.submitCompletable(task).get(1, TimeUnit.HOURS)),
				new WayToWait("orTimeout", (pool) -> pool.submitCompletable(task).orTimeout(1, TimeUnit.HOURS).get()),
				new WayToWait("completeOnTimeout",
						(pool) -> CompletableFuture.supplyAsync(() -> 1, pool)
							.completeOnTimeout(2, 1, TimeUnit.HOURS)
							.thenApply((value) -> value)
							.get()),
				new WayToWait("invokeAll",
						(pool) -> ((ExecutorService) pool).invokeAll(List.of(task), 1, TimeUnit.HOURS)),
				new WayToWait("invokeAny",
						(pool) -> ((ExecutorService) pool).invokeAny(List.of(task), 1, TimeUnit.HOURS)));
	}

	@Test
	void doesNotCallAPoolDeadlockedThatWaitsForWhatItCanNotSee() throws Exception {
		ExecutorService executor = Executors.newFixedThreadPool(1);
		Pool pool = this.registry.register("mail", executor);
		ExecutorGuard guarded = ExecutorGuard.of(executor, pool);
		guarded.execute(() -> {
			CountDownLatch ran = new CountDownLatch(1);
			guarded.execute(ran::countDown);
			awaitUnseen(ran);
		});
		assertNoDeadlock(pool, 1);
		executor.shutdownNow();
	}

	@Test
	void callsAPoolDeadlockedThatWaitsForADeadlockedOne() throws Exception {
		ExecutorService executor = Executors.newSingleThreadExecutor();
		ExecutorService other = Executors.newSingleThreadExecutor();
		Pool pool = this.registry.register("mail", executor);
		Pool waiting = this.registry.register("waits", other);
		ExecutorGuard guarded = ExecutorGuard.of(executor, pool);
		guarded.execute(() -> join(guarded.submit(() -> {
		})));
		awaitStatus(pool, PoolHealth.Status.DOWN);
		ExecutorGuard.of(other, waiting).execute(() -> join(guarded.submit(() -> {
		})));
		awaitStatus(waiting, PoolHealth.Status.DOWN);
		assertThat(waiting.health().reasons())
			.containsExactly("Deadlocked with mail: its only thread waits for a task that only threads of these pools "
					+ "could run");
		assertThat(this.alarms.poll(10, TimeUnit.SECONDS)).extracting(PoolAlarm::pool).isEqualTo("mail");
		assertThat(this.alarms.poll(10, TimeUnit.SECONDS)).extracting(PoolAlarm::pool).isEqualTo("waits");
		executor.shutdownNow();
		other.shutdownNow();
	}

	@Test
	void findsAThreadThatSubmitsToItsOwnPoolAndBlocks() throws Exception {
		ThreadPoolExecutor executor = new ThreadPoolExecutor(1, 1, 1, TimeUnit.MINUTES, new LinkedBlockingQueue<>(1),
				RejectionHandlers.of(RejectionPolicy.BLOCK, null));
		Pool pool = this.registry.register("mail", executor);
		ExecutorGuard guarded = ExecutorGuard.of(executor, pool);
		guarded.execute(() -> {
			for (int i = 0; i < 2; i++) {
				guarded.execute(() -> {
				});
			}
		});
		awaitStatus(pool, PoolHealth.Status.DOWN);
		executor.getQueue().remove();
		awaitStatus(pool, PoolHealth.Status.UP);
		executor.shutdown();
	}

	@Test
	void tellsOfACircleOnce() throws Exception {
		ExecutorService executor = Executors.newFixedThreadPool(1);
		ExecutorService other = Executors.newFixedThreadPool(1);
		Pool pool = this.registry.register("mail", executor);
		ExecutorGuard guarded = ExecutorGuard.of(executor, pool);
		ExecutorGuard guardedOther = ExecutorGuard.of(other, this.registry.register("other", other));
		CountDownLatch begun = new CountDownLatch(1);
		CountDownLatch goOn = new CountDownLatch(1);
		CompletableFuture<Integer> running = CompletableFuture.supplyAsync(() -> {
			begun.countDown();
			awaitUnseen(goOn);
			return guardedOther.submitCompletable(() -> 1).join();
		}, guarded);
		begun.await();
		guardedOther.execute(() -> {
			goOn.countDown();
			running.thenApply((value) -> value + 1).join(); // the function runs, and only
															// it knows its future
		});
		awaitStatus(pool, PoolHealth.Status.DOWN);
		assertThat(pool.health().reasons())
			.containsExactly("Deadlocked with other: its only thread waits for a task that only threads of these pools "
					+ "could run");
		assertThat(this.alarms.poll(10, TimeUnit.SECONDS)).isNotNull()
			.extracting((alarm) -> alarm.throwable().getMessage())
			.isEqualTo("Deadlock of pools mail, other: each of their 2 threads waits for a task that only threads of "
					+ "these pools could run");
		running.cancel(true);
		awaitStatus(pool, PoolHealth.Status.UP);
		assertThat(this.alarms).isEmpty();
		executor.shutdownNow();
		other.shutdownNow();
	}

	/**
	 * Watch the pool by hand for longer than it takes to call it deadlocked.
	 */
	private void assertNoDeadlock(Pool pool, int running) {
		await().until(() -> pool.snapshot().tasks().running() == running);
		PoolMonitor monitor = new PoolMonitor(pool.ledger(), ExecutorView.of(pool.executor()), pool.settings(),
				() -> false, List::of);
		Deadlocks deadlocks = new Deadlocks();
		long now = System.nanoTime();
		for (int seconds = 0; seconds < 10; seconds++) {
			deadlocks.look(List.of(monitor), now + TimeUnit.SECONDS.toNanos(seconds));
			monitor.tick(now + TimeUnit.SECONDS.toNanos(seconds));
			assertThat(monitor.health().status()).isEqualTo(PoolHealth.Status.UP);
		}
		this.release.countDown();
	}

	private static void awaitStatus(Pool pool, PoolHealth.Status status) {
		await().untilAsserted(() -> assertThat(pool.health().status()).isEqualTo(status));
	}

	private void awaitRelease() {
		awaitUnseen(this.release);
	}

	private static void awaitUnseen(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private static void join(Future<?> future) {
		try {
			future.get();
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static ThreadPoolTaskExecutor springExecutor(int core, int max, int queueCapacity) {
		ThreadPoolTaskExecutor executor = new ThreadPoolTaskExecutor();
		executor.setCorePoolSize(core);
		executor.setMaxPoolSize(max);
		executor.setQueueCapacity(queueCapacity);
		executor.initialize();
		return executor;
	}

	private record WayToWait(String name, Waiting waiting) {

		void await(AsyncTaskExecutor pool) throws Exception {
			this.waiting.await(pool);
		}

		@Override
		public String toString() {
			return this.name;
		}

	}

	@FunctionalInterface
	private interface Waiting {

		void await(AsyncTaskExecutor pool) throws Exception;

	}

}
