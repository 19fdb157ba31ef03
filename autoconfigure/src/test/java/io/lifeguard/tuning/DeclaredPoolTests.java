package io.lifeguard.tuning;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import io.lifeguard.Handling;
import io.lifeguard.LossReason;
import io.lifeguard.PoolSnapshot;
import io.lifeguard.autoconfigure.LifeguardAutoConfiguration;
import io.lifeguard.engine.pool.Pool;
import io.lifeguard.engine.pool.PoolRegistry;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.autoconfigure.task.TaskSchedulingAutoConfiguration;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.core.task.TaskExecutor;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for pools that properties declare.
 */
class DeclaredPoolTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(TaskExecutionAutoConfiguration.class,
				TaskSchedulingAutoConfiguration.class, LifeguardAutoConfiguration.class));

	@Test
	void becomesABeanThatAsyncUses() {
		this.runner.withUserConfiguration(Mailing.class)
			.withPropertyValues("lifeguard.pools.mail.core-size=2")
			.run((context) -> {
				assertThat(context).hasBean("mail").getBean("mail").isInstanceOf(ThreadPoolTaskExecutor.class);
				assertThat(context.getBean(Mailing.class).threadName().get()).startsWith("mail-");
				PoolSnapshot snapshot = pool(context, "mail").snapshot();
				assertThat(snapshot.size()).extracting("core", "max").containsExactly(2, 8);
				assertThat(snapshot.queue()).isEqualTo(new PoolSnapshot.Queue(0, 1000));
				assertThat(snapshot.type()).isEqualTo(ThreadPoolTaskExecutor.class.getName());
			});
	}

	@Test
	void isTheParentsWhereAContextHasOne() {
		ApplicationContextRunner runner = this.runner.withPropertyValues("lifeguard.pools.mail.core-size=2");
		runner.run((parent) -> runner.withParent(parent).run((child) -> {
			assertThat(child.containsLocalBean("mail")).isFalse();
			assertThat(child.getBean("mail")).isSameAs(parent.getBean("mail"));
		}));
	}

	@Test
	void isNotAParentsBeanThatIsNoPoolOfLifeguards() {
		ApplicationContextRunner runner = this.runner.withPropertyValues("lifeguard.pools.mail.core-size=2");
		new ApplicationContextRunner().withBean("mail", ThreadPoolTaskExecutor.class)
			.run((parent) -> runner.withParent(parent)
				.run((child) -> assertThat(child.containsLocalBean("mail")).isTrue()));
		this.runner.withBean("mail", StringBuilder.class)
			.run((parent) -> runner.withParent(parent)
				.run((child) -> assertThat(child.containsLocalBean("mail")).isTrue()));
	}

	@Test
	void isCalledAsTheFileSpellsItBesideAnEnvironmentVariable() {
		this.runner.withPropertyValues("lifeguard.pools.userPool.max-size=9", "lifeguard.pools.userPool.core-size=2")
			.withInitializer(
					(context) -> context.getEnvironment()
						.getPropertySources()
						.addFirst(new SystemEnvironmentPropertySource(
								StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
								Map.of("LIFEGUARD_POOLS_USERPOOL_CORESIZE", "4"))))
			.run((context) -> {
				assertThat(context).hasBean("userPool").doesNotHaveBean("userpool");
				assertThat(pool(context, "userPool").snapshot().size()).extracting("core", "max").containsExactly(4, 9);
			});
	}

	@Test
	void isOneWhereItsNameIsSpeltInTwoWays() {
		this.runner
			.withPropertyValues("lifeguard.pools[my_pool].core-size=3", "lifeguard.pools.myPool.max-size=9",
					"lifeguard.pools.myPool.task-timeout=3s", "lifeguard.pools.myPool.health.minimum-tasks=7")
			.run((context) -> {
				assertThat(context.getBean(PoolRegistry.class).pools()).extracting(Pool::name)
					.containsOnlyOnce("my_pool")
					.doesNotContain("myPool");
				Pool pool = pool(context, "my_pool");
				assertThat(pool.snapshot().size()).extracting("core", "max").containsExactly(3, 9);
				assertThat(pool.settings().taskTimeout()).hasSeconds(3);
				assertThat(pool.settings().health().minimumTasks()).isEqualTo(7);
			});
	}

	@Test
	void keepsIdleThreadsForLessThanASecond() {
		this.runner.withPropertyValues("lifeguard.pools.mail.keep-alive=500ms")
			.run((context) -> assertThat(context.getBean("mail", ThreadPoolTaskExecutor.class)
				.getThreadPoolExecutor()
				.getKeepAliveTime(TimeUnit.MILLISECONDS)).isEqualTo(500));
	}

	@Test
	void leavesInjectionByTypeAsItIsWithoutIt() {
		this.runner.withPropertyValues("lifeguard.pools.mail.core-size=2").run((context) -> {
			assertThat(context).hasBean("applicationTaskExecutor");
			assertThat(context.getBean(TaskExecutionAutoConfiguration.APPLICATION_TASK_EXECUTOR_BEAN_NAME))
				.isSameAs(context.getBeanProvider(AsyncTaskExecutor.class).getIfUnique());
			assertThat(context.getBeanProvider(TaskExecutor.class).getIfUnique()).isNotNull();
		});
	}

	@ParameterizedTest
	@CsvSource({ "abort, 7, 13, 0", "discard, 20, 0, 13", "discard-oldest, 20, 0, 13" })
	void boundsTasksExactly(String rejection, long submitted, long rejected, long discarded) {
		this.runner
			.withPropertyValues("lifeguard.pools.mail.core-size=2", "lifeguard.pools.mail.max-size=4",
					"lifeguard.pools.mail.queue-capacity=3", "lifeguard.pools.mail.rejection=" + rejection)
			.run((context) -> {
				AsyncTaskExecutor mail = context.getBean("mail", AsyncTaskExecutor.class);
				CountDownLatch started = new CountDownLatch(2);
				CountDownLatch release = new CountDownLatch(1);
				List<Future<?>> futures = new ArrayList<>();
				int refused = 0;
				for (int i = 0; i < 20; i++) {
					try {
						futures.add(mail.submit(() -> {
							started.countDown();
							release.await();
							return null;
						}));
					}
					catch (RejectedExecutionException ex) {
						refused++;
					}
					if (i == 1) {
						assertThat(started.await(10, TimeUnit.SECONDS)).isTrue();
					}
				}
				Pool pool = pool(context, "mail");
				assertThat(refused).isEqualTo((int) rejected);
				assertThat(pool.snapshot().tasks().submitted()).isEqualTo(submitted);
				assertThat(pool.rejections()).isEqualTo(rejected);
				assertThat(pool.lost(LossReason.DISCARDED)).isEqualTo(discarded);
				release.countDown();
				int cancelled = 0;
				for (Future<?> future : futures) {
					try {
						future.get(10, TimeUnit.SECONDS);
					}
					catch (CancellationException ex) {
						cancelled++;
					}
				}
				assertThat(cancelled).isEqualTo((int) discarded);
				awaitBalance(pool);
				assertThat(pool.snapshot().tasks().succeeded()).isEqualTo(7);
			});
	}

	@Test
	void runsInTheCallerWhatIsTooMuch() {
		this.runner
			.withPropertyValues("lifeguard.pools.mail.core-size=1", "lifeguard.pools.mail.max-size=1",
					"lifeguard.pools.mail.queue-capacity=1", "lifeguard.pools.mail.rejection=caller-runs")
			.run((context) -> {
				Executor mail = context.getBean("mail", Executor.class);
				CountDownLatch release = new CountDownLatch(1);
				mail.execute(() -> await(release));
				mail.execute(() -> await(release));
				Thread[] ran = new Thread[1];
				mail.execute(() -> ran[0] = Thread.currentThread());
				assertThat(ran[0]).isSameAs(Thread.currentThread());
				release.countDown();
				awaitBalance(pool(context, "mail"));
			});
	}

	@Test
	void makesTheSubmitterWaitAndThrowsIfThereIsNoPlaceInTime() {
		this.runner
			.withPropertyValues("lifeguard.pools.mail.core-size=1", "lifeguard.pools.mail.max-size=1",
					"lifeguard.pools.mail.queue-capacity=1", "lifeguard.pools.mail.rejection=block",
					"lifeguard.pools.mail.block-timeout=50ms")
			.run((context) -> {
				Executor mail = context.getBean("mail", Executor.class);
				CountDownLatch release = new CountDownLatch(1);
				mail.execute(() -> await(release));
				mail.execute(() -> await(release));
				assertThatExceptionOfType(RejectedExecutionException.class).isThrownBy(() -> mail.execute(() -> {
				}));
				assertThat(pool(context, "mail").rejections()).isEqualTo(1);
				release.countDown();
				awaitBalance(pool(context, "mail"));
			});
	}

	@Test
	void makesTheSubmitterWaitForAPlace() {
		this.runner
			.withPropertyValues("lifeguard.pools.mail.core-size=1", "lifeguard.pools.mail.max-size=1",
					"lifeguard.pools.mail.queue-capacity=1", "lifeguard.pools.mail.rejection=block")
			.run((context) -> {
				Executor mail = context.getBean("mail", Executor.class);
				AtomicInteger ran = new AtomicInteger();
				for (int i = 0; i < 200; i++) {
					mail.execute(ran::incrementAndGet);
				}
				Awaitility.await().untilAtomic(ran, org.hamcrest.Matchers.is(200));
				awaitBalance(pool(context, "mail"));
				assertThat(pool(context, "mail").rejections()).isZero();
			});
	}

	@Test
	void growsBeforeItQueuesIfAsked() {
		this.runner
			.withPropertyValues("lifeguard.pools.mail.core-size=1", "lifeguard.pools.mail.max-size=4",
					"lifeguard.pools.mail.queue-capacity=100", "lifeguard.pools.mail.scaling=threads-first")
			.run((context) -> {
				Executor mail = context.getBean("mail", Executor.class);
				CountDownLatch started = new CountDownLatch(4);
				CountDownLatch release = new CountDownLatch(1);
				for (int i = 0; i < 5; i++) {
					mail.execute(() -> {
						started.countDown();
						await(release);
					});
				}
				assertThat(started.await(10, TimeUnit.SECONDS)).isTrue();
				assertThat(pool(context, "mail").snapshot().queue()).isEqualTo(new PoolSnapshot.Queue(1, 100));
				release.countDown();
				awaitBalance(pool(context, "mail"));
			});
	}

	@Test
	void interruptsATaskThatRunsForTooLong() {
		this.runner.withPropertyValues("lifeguard.pools.mail.task-timeout=50ms").run((context) -> {
			AsyncTaskExecutor mail = context.getBean("mail", AsyncTaskExecutor.class);
			CountDownLatch interrupted = new CountDownLatch(1);
			CountDownLatch release = new CountDownLatch(1);
			Future<?> future = mail.submit(() -> {
				try {
					new CountDownLatch(1).await();
				}
				catch (InterruptedException ex) {
					interrupted.countDown();
				}
				await(release);
			});
			assertThatExceptionOfType(ExecutionException.class).isThrownBy(future::get)
				.withCauseInstanceOf(TimeoutException.class)
				.withMessageContaining("Task ran for longer than the 50 ms that pool mail allows");
			assertThat(interrupted.await(10, TimeUnit.SECONDS)).isTrue();
			Pool pool = pool(context, "mail");
			assertThat(pool.snapshot().tasks().running()).isEqualTo(1);
			assertThat(pool.timeouts()).isEqualTo(1);
			release.countDown();
			awaitBalance(pool);
			assertThat(pool.snapshot().tasks().failed()).isEqualTo(1);
			assertThat(pool.failures(Handling.OBSERVED)).isEqualTo(1);
		});
	}

	@Test
	void endsACompletableFutureAtTheTimeLimit() {
		this.runner.withPropertyValues("lifeguard.pools.mail.task-timeout=50ms").run((context) -> {
			AsyncTaskExecutor mail = context.getBean("mail", AsyncTaskExecutor.class);
			assertThatExceptionOfType(ExecutionException.class)
				.isThrownBy(() -> mail.submitCompletable((Callable<Object>) () -> {
					new CountDownLatch(1).await();
					return null;
				}).get())
				.withCauseInstanceOf(TimeoutException.class);
			awaitBalance(pool(context, "mail"));
		});
	}

	@Test
	void neverInterruptsTheNextTask() {
		this.runner
			.withPropertyValues("lifeguard.pools.mail.task-timeout=1ms", "lifeguard.pools.mail.core-size=2",
					"lifeguard.pools.mail.queue-capacity=10000")
			.run((context) -> {
				Executor mail = context.getBean("mail", Executor.class);
				AtomicInteger leaked = new AtomicInteger();
				CountDownLatch done = new CountDownLatch(1000);
				for (int i = 0; i < 1000; i++) {
					long spin = TimeUnit.MICROSECONDS.toNanos(i % 8 * 2500L);
					mail.execute(() -> {
						if (Thread.currentThread().isInterrupted()) {
							leaked.incrementAndGet(); // before it can have run out of
														// time
						}
						long end = System.nanoTime() + spin;
						while (System.nanoTime() < end && !Thread.currentThread().isInterrupted()) {
							Thread.onSpinWait();
						}
						done.countDown();
					});
				}
				assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
				Pool pool = pool(context, "mail");
				awaitBalance(pool);
				assertThat(pool.timeouts()).isPositive();
				assertThat(leaked).hasValue(0);
			});
	}

	@Test
	void doesNotRunATaskThatHasWaitedForTooLong() {
		this.runner
			.withPropertyValues("lifeguard.pools.mail.queue-timeout=50ms", "lifeguard.pools.mail.core-size=1",
					"lifeguard.pools.mail.max-size=1")
			.run((context) -> {
				AsyncTaskExecutor mail = context.getBean("mail", AsyncTaskExecutor.class);
				CountDownLatch release = new CountDownLatch(1);
				AtomicBoolean ran = new AtomicBoolean();
				mail.execute(() -> await(release));
				Future<?> late = mail.submit(() -> ran.set(true));
				assertThatExceptionOfType(ExecutionException.class).isThrownBy(late::get)
					.withCauseInstanceOf(TimeoutException.class);
				release.countDown();
				Pool pool = pool(context, "mail");
				awaitBalance(pool);
				assertThat(ran).isFalse();
				assertThat(pool.lost(LossReason.EXPIRED)).isEqualTo(1);
				assertThat(pool.snapshot().tasks().failed()).isZero();
			});
	}

	@Test
	@EnabledForJreRange(min = JRE.JAVA_21)
	void hasVirtualThreadsAndALimitIfAsked() {
		this.runner
			.withPropertyValues("lifeguard.pools.mail.threads=virtual", "lifeguard.pools.mail.concurrency-limit=2",
					"lifeguard.pools.mail.rejection=abort")
			.run((context) -> {
				assertThat(context.getBean("mail")).isInstanceOf(SimpleAsyncTaskExecutor.class);
				AsyncTaskExecutor mail = context.getBean("mail", AsyncTaskExecutor.class);
				CountDownLatch release = new CountDownLatch(1);
				Set<String> names = ConcurrentHashMap.newKeySet();
				List<Future<?>> futures = new ArrayList<>();
				for (int i = 0; i < 2; i++) {
					futures.add(mail.submit(() -> {
						names.add(Thread.currentThread().getName());
						await(release);
					}));
				}
				assertThatExceptionOfType(RejectedExecutionException.class).isThrownBy(() -> mail.submit(() -> {
				}));
				release.countDown();
				for (Future<?> future : futures) {
					future.get(10, TimeUnit.SECONDS);
				}
				assertThat(names).allMatch((name) -> name.startsWith("mail-"));
				Pool pool = pool(context, "mail");
				assertThat(pool.snapshot().threads()).isEqualTo("virtual");
				assertThat(pool.rejections()).isEqualTo(1);
				awaitBalance(pool);
			});
	}

	@Test
	@EnabledForJreRange(min = JRE.JAVA_21)
	void cancelsTheFutureOfATaskThatVirtualThreadsDiscard() {
		this.runner
			.withPropertyValues("lifeguard.pools.mail.threads=virtual", "lifeguard.pools.mail.concurrency-limit=1",
					"lifeguard.pools.mail.rejection=discard")
			.run((context) -> {
				AsyncTaskExecutor mail = context.getBean("mail", AsyncTaskExecutor.class);
				CountDownLatch release = new CountDownLatch(1);
				mail.execute(() -> await(release));
				Future<?> discarded = mail.submit(() -> {
				});
				assertThat(discarded.isCancelled()).isTrue();
				assertThat(mail.submitCompletable(() -> {
				}).isCancelled()).isTrue();
				release.countDown();
				Pool pool = pool(context, "mail");
				assertThat(pool.lost(LossReason.DISCARDED)).isEqualTo(2);
				awaitBalance(pool);
			});
	}

	@Test
	void losesNoTaskWhileItIsResizedAtRandom() {
		this.runner.withPropertyValues("lifeguard.pools.mail.core-size=2", "lifeguard.pools.mail.rejection=block")
			.run((context) -> {
				Executor mail = context.getBean("mail", Executor.class);
				Pool pool = pool(context, "mail");
				AtomicInteger ran = new AtomicInteger();
				AtomicBoolean resizing = new AtomicBoolean(true);
				AtomicInteger submitted = new AtomicInteger();
				Thread client = new Thread(() -> {
					while (resizing.get()) {
						mail.execute(ran::incrementAndGet);
						submitted.incrementAndGet();
					}
				});
				client.start();
				java.util.Random random = new java.util.Random(42);
				for (int i = 0; i < 1000; i++) {
					int core = 1 + random.nextInt(8);
					PoolResizer.resize(pool, new PoolChange(core, core + random.nextInt(8), 1 + random.nextInt(50),
							Duration.ofMillis(1 + random.nextInt(1000)), null), "test");
				}
				resizing.set(false);
				client.join();
				Awaitility.await().untilAsserted(() -> assertThat(ran).hasValue(submitted.get()));
				awaitBalance(pool);
				assertThat(pool.snapshot().tasks().succeeded()).isEqualTo(submitted.get());
				assertThat(pool.rejections()).isZero();
			});
	}

	private static Pool pool(AssertableApplicationContext context, String name) {
		Pool pool = context.getBean(PoolRegistry.class).pool(name);
		assertThat(pool).isNotNull();
		return pool;
	}

	private static void awaitBalance(Pool pool) {
		Awaitility.await().untilAsserted(() -> {
			PoolSnapshot.Tasks tasks = pool.snapshot().tasks();
			assertThat(tasks.running() + tasks.queued()).isZero();
			assertThat(tasks.submitted())
				.isEqualTo(tasks.succeeded() + tasks.failed() + tasks.cancelled() + tasks.lost());
		});
	}

	private static void await(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAsync(proxyTargetClass = true)
	static class Mailing {

		@Bean
		static Object marker() {
			return new Object();
		}

		@Async("mail")
		public Future<String> threadName() {
			return java.util.concurrent.CompletableFuture.completedFuture(Thread.currentThread().getName());
		}

	}

}
