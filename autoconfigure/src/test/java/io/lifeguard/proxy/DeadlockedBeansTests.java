package io.lifeguard.proxy;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.lifeguard.GuardedApplication;
import io.lifeguard.PoolHealth;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.scheduling.concurrent.ConcurrentTaskExecutor;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;
import org.springframework.security.task.DelegatingSecurityContextAsyncTaskExecutor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for executor beans whose only thread waits for its own pool, as an application
 * has them: through their proxies, the pool inside, and executors that forward to them.
 */
class DeadlockedBeansTests {

	private static final Callable<Object> TASK = () -> 1;

	private final GuardedApplication application = new GuardedApplication();

	@ParameterizedTest
	@MethodSource
	void areFoundWithTheJdksPool(Way<ThreadPoolExecutor> way) {
		this.application
			.with("work", ThreadPoolExecutor.class,
					() -> new ThreadPoolExecutor(1, 1, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(10)))
			.run(() -> {
				ThreadPoolExecutor work = this.application.bean("work", ThreadPoolExecutor.class);
				work.submit(() -> way.waits.await(work));
				awaitDown("work");
				work.shutdownNow();
				work.setMaximumPoolSize(2);
				work.setCorePoolSize(2); // for those whom an interrupt leaves waiting
			});
	}

	static Stream<Way<ThreadPoolExecutor>> areFoundWithTheJdksPool() {
		return Stream.of(new Way<>("get", (work) -> work.submit(TASK).get()),
				new Way<>("invokeAll", (work) -> work.invokeAll(List.of(TASK))),
				new Way<>("invokeAny", (work) -> work.invokeAny(List.of(TASK))),
				new Way<>("supplyAsync", (work) -> CompletableFuture.supplyAsync(() -> 1, work).get()),
				new Way<>("adapter", (work) -> new ConcurrentTaskExecutor(work).submit(TASK).get()));
	}

	@ParameterizedTest
	@MethodSource
	void areFoundWithSpringsPool(Way<ThreadPoolTaskExecutor> way) {
		this.application.with("work", ThreadPoolTaskExecutor.class, DeadlockedBeansTests::newSpringPool).run(() -> {
			ThreadPoolTaskExecutor work = this.application.bean("work", ThreadPoolTaskExecutor.class);
			work.submit(() -> way.waits.await(work));
			awaitDown("work");
			work.setCorePoolSize(2);
		});
	}

	static Stream<Way<ThreadPoolTaskExecutor>> areFoundWithSpringsPool() {
		return Stream.of(new Way<>("get", (work) -> work.submit(TASK).get()),
				new Way<>("join", (work) -> work.submitCompletable(TASK).join()),
				new Way<>(
						"allOf",
						(work) -> CompletableFuture
							.allOf(work.submitCompletable(TASK), work.submitCompletable(TASK))
							.join()),
				new Way<>("stage", (work) -> work.submitCompletable(TASK).thenApply((value) -> value).get()),
				new Way<>("async stage",
						(work) -> CompletableFuture.completedFuture(1).thenApplyAsync((value) -> value, work).join()),
				new Way<>("pool inside", (work) -> work.getThreadPoolExecutor().submit(TASK).get()),
				new Way<>("supplyAsync on the pool inside",
						(work) -> CompletableFuture.supplyAsync(() -> 1, work.getThreadPoolExecutor()).join()),
				new Way<>("invokeAll on the pool inside",
						(work) -> work.getThreadPoolExecutor().invokeAll(List.of(TASK, TASK))),
				new Way<>("adapter", (work) -> new ConcurrentTaskExecutor(work).submit(TASK).get()), new Way<>(
						"security", (work) -> new DelegatingSecurityContextAsyncTaskExecutor(work).submit(TASK).get()));
	}

	@ParameterizedTest
	@MethodSource
	void areFoundThroughABeanThatForwards(Way<AsyncTaskExecutor> way) {
		ThreadPoolTaskExecutor pool = newSpringPool();
		pool.initialize();
		this.application.with("work", ThreadPoolTaskExecutor.class, () -> pool)
			.with("view", AsyncTaskExecutor.class,
					() -> new DelegatingSecurityContextAsyncTaskExecutor(
							this.application.bean("work", AsyncTaskExecutor.class)))
			.run(() -> {
				AsyncTaskExecutor view = this.application.bean("view", AsyncTaskExecutor.class);
				view.submit(() -> way.waits.await(view));
				awaitDown("work");
				pool.setCorePoolSize(2);
			});
	}

	static Stream<Way<AsyncTaskExecutor>> areFoundThroughABeanThatForwards() {
		return Stream.of(new Way<>("get", (view) -> view.submit(TASK).get()),
				new Way<>("join", (view) -> view.submitCompletable(TASK).join()),
				new Way<>("supplyAsync", (view) -> CompletableFuture.supplyAsync(() -> 1, view).join()));
	}

	private static ThreadPoolTaskExecutor newSpringPool() {
		ThreadPoolTaskExecutor pool = new ThreadPoolTaskExecutor();
		pool.setCorePoolSize(1);
		return pool;
	}

	private void awaitDown(String pool) {
		await()
			.untilAsserted(() -> assertThat(this.application.health(pool).status()).isEqualTo(PoolHealth.Status.DOWN));
	}

	/**
	 * A way to wait.
	 */
	record Way<E>(String name, Wait<E> waits) {

		@Override
		public String toString() {
			return this.name;
		}

	}

	@FunctionalInterface
	interface Wait<E> {

		Object await(E executor) throws Exception;

	}

}
