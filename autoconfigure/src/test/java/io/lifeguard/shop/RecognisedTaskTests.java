package io.lifeguard.shop;

import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.RejectedExecutionHandler;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

import io.lifeguard.GuardedApplication;
import io.lifeguard.Handling;
import io.lifeguard.PoolSnapshot;
import io.lifeguard.TaskFailure;
import io.lifeguard.shop.Calls.Mail;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for the numbers and the failures of tasks that go into a pool as they are, since
 * its class may know them.
 */
class RecognisedTaskTests {

	private final Calls calls = new Calls();

	private final IllegalStateException failure = new IllegalStateException("fails");

	private final Mail failing = new Mail(() -> {
		throw this.failure;
	});

	private final GuardedApplication application = new GuardedApplication();

	private final CountDownLatch release = new CountDownLatch(1);

	private <E extends Executor> void with(Class<E> type, Supplier<E> executor, Use<E> test) {
		this.application.with("pool", type, executor).run(() -> test.run(this.application.bean("pool", type)));
	}

	private void awaitTasks(long submitted, long succeeded, long failed, long cancelled, long rejected, long lost) {
		await().untilAsserted(() -> {
			PoolSnapshot.Tasks tasks = this.application.pool("pool").tasks();
			assertThat(List.of(tasks.submitted(), tasks.succeeded(), tasks.failed(), tasks.cancelled(),
					tasks.rejected(), tasks.lost(), tasks.running() + tasks.queued()))
				.containsExactly(submitted, succeeded, failed, cancelled, rejected, lost, 0L);
		});
	}

	private void hold(Executor pool) throws InterruptedException {
		CountDownLatch begun = new CountDownLatch(1);
		pool.execute(() -> {
			begun.countDown();
			try {
				this.release.await();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		});
		begun.await();
	}

	@Test
	void areCountedWhereTheyAreExecuted() {
		with(Calls.OwnPool.class, () -> new Calls.OwnPool(1, this.calls), (pool) -> {
			hold(pool);
			pool.execute(new Mail(() -> {
			}));
			assertThatExceptionOfType(RejectedExecutionException.class).isThrownBy(() -> pool.execute(this.failing))
				.withMessage("own words about Mail");
			this.release.countDown();
			awaitTasks(2, 2, 0, 0, 1, 0);
			pool.execute(this.failing);
			awaitTasks(3, 2, 1, 0, 1, 0);
			TaskFailure reported = this.application.reports.element();
			assertThat(reported.throwable()).isSameAs(this.failure);
			assertThat(reported.handling()).isEqualTo(Handling.UNCAUGHT);
			pool.execute(() -> {
				throw this.failure;
			});
			awaitTasks(4, 2, 2, 0, 1, 0); // once, although the worker dies of it too
		});
	}

	@Test
	void areCountedByTheirOwnFutures() {
		with(Calls.OwnPool.class, () -> new Calls.OwnPool(3, this.calls), (pool) -> {
			hold(pool);
			Future<?> cancelled = pool.submit((Callable<String>) new Mail(() -> {
			}));
			pool.submit((Runnable) new Mail(() -> {
			}));
			pool.submit((Callable<String>) this.failing);
			assertThat(cancelled.cancel(false)).isTrue();
			this.release.countDown();
			awaitTasks(4, 2, 1, 1, 0, 0);
			assertThat(this.calls.take()).doesNotContain("get");
			awaitUnobserved();
		});
	}

	@Test
	void areCancelledThroughTheirOwnFutureWhateverTheyAre() {
		with(Calls.OwnPool.class, () -> new Calls.OwnPool(20, this.calls), (pool) -> {
			hold(pool);
			for (int i = 0; i < 10; i++) {
				assertThat(pool.submit(() -> "lambda")).isInstanceOf(Calls.OwnFuture.class)
					.matches((future) -> future.cancel(true));
			}
			this.release.countDown();
			awaitTasks(11, 1, 0, 10, 0, 0);
		});
	}

	@Test
	void areCountedOneByOneWhereTheFirstResultIsWanted() {
		with(Calls.OwnPool.class, () -> new Calls.OwnPool(20, this.calls), (pool) -> {
			Mail sent = new Mail(() -> {
			});
			assertThat(pool.invokeAny(List.of(this.failing, sent))).isEqualTo("sent");
			assertThat(this.calls.take()).filteredOn((line) -> line.startsWith("newTaskFor"))
				.containsOnly("newTaskFor Mail");
			awaitTasks(2, 1, 1, 0, 0, 0);
			assertThatExceptionOfType(ExecutionException.class)
				.isThrownBy(() -> pool.invokeAny(List.of(this.failing, this.failing), 1, TimeUnit.MINUTES))
				.withCause(this.failure);
			awaitTasks(4, 1, 3, 0, 0, 0);
			hold(pool);
			assertThatExceptionOfType(TimeoutException.class)
				.isThrownBy(() -> pool.invokeAny(List.of(sent, sent), 1, TimeUnit.MILLISECONDS));
			this.release.countDown();
			awaitTasks(7, 2, 3, 2, 0, 0);
			assertThat(this.application.pool("pool").failures().observed()).isEqualTo(3);
			assertThat(this.application.reports).isEmpty();
		});
	}

	@Test
	void areRejectedOneByOneWhereTheFirstResultIsWanted() {
		with(Calls.OwnPool.class, () -> new Calls.OwnPool(1, this.calls), (pool) -> {
			hold(pool);
			assertThatExceptionOfType(RejectedExecutionException.class)
				.isThrownBy(() -> pool.invokeAny(List.of(this.failing, this.failing)));
			this.release.countDown();
			await().untilAsserted(() -> {
				PoolSnapshot.Tasks tasks = this.application.pool("pool").tasks();
				assertThat(tasks.queued() + tasks.running() + tasks.failed() + tasks.lost()).isZero();
				assertThat(tasks.submitted()).isEqualTo(tasks.succeeded() + tasks.cancelled());
			});
		});
	}

	@Test
	void areSubmittedAsTheyAreToASmallTaskPoolToo() {
		with(Calls.OwnForkJoinPool.class, () -> new Calls.OwnForkJoinPool(this.calls), (pool) -> {
			pool.submit((Runnable) new Mail(() -> {
			})).get();
			pool.submit((Callable<String>) this.failing);
			assertThat(this.calls.take()).containsExactly("submit Mail", "submit Mail");
			awaitTasks(2, 1, 1, 0, 0, 0);
			awaitUnobserved();
		});
	}

	private void awaitUnobserved() {
		await().untilAsserted(() -> {
			System.gc();
			assertThat(this.application.reports).extracting(TaskFailure::handling).containsExactly(Handling.UNOBSERVED);
		});
	}

	@Test
	void areSeenToFailInACompletionService() {
		with(Calls.OwnPool.class, () -> new Calls.OwnPool(3, this.calls), (pool) -> {
			ExecutorCompletionService<String> service = new ExecutorCompletionService<>(pool);
			Future<String> future = service.submit(this.failing);
			assertThat(future).isInstanceOf(Calls.OwnFuture.class);
			assertThat(service.take()).isSameAs(future);
			await().until(() -> this.application.pool("pool").tasks().failed() == 1);
		});
	}

	@Test
	void dieOnceInAScheduler() {
		with(Calls.OwnScheduler.class, () -> new Calls.OwnScheduler(this.calls), (pool) -> {
			pool.scheduleAtFixedRate(this.failing, 0, 1, TimeUnit.MILLISECONDS);
			await().until(() -> this.application.reports.size() == 1);
			assertThat(this.application.reports.element().dead()).isTrue();
			pool.execute(this.failing);
			awaitTasks(2, 0, 2, 0, 0, 0);
			await().untilAsserted(() -> {
				System.gc();
				assertThat(this.application.pool("pool").failures().unobserved()).isOne();
			});
		});
	}

	@Test
	void areCountedWhereASchedulerRefusesThem() {
		with(Calls.OwnScheduler.class, () -> new Calls.OwnScheduler(this.calls), (pool) -> {
			pool.shutdown();
			for (Runnable task : List.<Runnable>of(this.failing, () -> {
			})) {
				assertThatExceptionOfType(RejectedExecutionException.class)
					.isThrownBy(() -> pool.scheduleAtFixedRate(task, 0, 1, TimeUnit.SECONDS));
			}
			assertThat(this.application.pool("pool").tasks().rejected()).isEqualTo(2);
		});
	}

	@Test
	void areReadThroughAFutureOfTheJdk() {
		with(ThreadPoolExecutor.class, () -> new Counting(), (pool) -> {
			Future<?> future = pool.submit((Callable<String>) this.failing);
			assertThatExceptionOfType(ExecutionException.class).isThrownBy(future::get);
			await().until(() -> this.application.pool("pool").failures().observed() == 1);
			assertThat(this.application.reports).isEmpty();
		});
	}

	@Test
	void reachTheHandlerAsTheyAreAndAreCountedWhateverItDoes() throws Exception {
		BlockingQueue<Runnable> rejected = new LinkedBlockingQueue<>();
		with(ThreadPoolExecutor.class, () -> new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS,
				new LinkedBlockingQueue<>(1), (task, pool) -> rejected.add(task)), (pool) -> {
					Mail mail = new Mail(() -> {
					});
					hold(pool);
					pool.execute(mail);
					pool.execute(mail);
					assertThat(rejected).containsExactly(mail);
					pool.setRejectedExecutionHandler((task, inner) -> {
						inner.getQueue().clear();
						inner.getQueue().add(task);
					});
					Mail kept = new Mail(() -> {
						throw this.failure;
					});
					pool.getQueue().clear();
					pool.execute(() -> {
					});
					pool.execute(kept);
					assertThat(pool.getQueue()).containsExactly(kept);
					this.release.countDown();
					await().until(() -> this.application.reports.size() == 1);
					assertThat(this.application.pool("pool").tasks().lost()).isOne();
					assertThat(this.application.pool("pool").tasks().failed()).isOne();
				});
	}

	@Test
	void leaveTheHandlerWhatTheApplicationHasSet() {
		RejectedExecutionHandler own = new Calls.OwnHandler(this.calls);
		with(ThreadPoolTaskExecutor.class, () -> {
			ThreadPoolTaskExecutor executor = new ThreadPoolTaskExecutor();
			executor.setMaxPoolSize(1);
			executor.setQueueCapacity(0);
			executor.setRejectedExecutionHandler(own);
			return executor;
		}, (executor) -> {
			assertThat(executor.getThreadPoolExecutor().getRejectedExecutionHandler()).isSameAs(own);
			executor.getThreadPoolExecutor().setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
			hold(executor);
			executor.execute(() -> {
			});
			assertThat(this.application.pool("pool").tasks().lost()).isOne();
			this.release.countDown();
			executor.shutdown();
			executor.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
			executor.initialize();
			CountDownLatch again = new CountDownLatch(1);
			executor.execute(() -> await().until(() -> again.getCount() == 0));
			executor.execute(() -> {
			});
			assertThat(this.application.pool("pool").tasks().lost()).isEqualTo(2);
			again.countDown();
		});
	}

	@Test
	void areGuardedInThePoolInsideOneOfSpringsExecutors() {
		with(ThreadPoolTaskExecutor.class, ThreadPoolTaskExecutor::new, (executor) -> {
			ThreadPoolExecutor inside = executor.getThreadPoolExecutor();
			assertThat(executor.getThreadPoolExecutor()).isSameAs(inside);
			inside.execute(this.failing);
			awaitTasks(1, 0, 1, 0, 0, 0);
			inside.submit(() -> "done").get();
			executor.submit(() -> "done").get();
			awaitTasks(3, 2, 1, 0, 0, 0);
			assertThat(inside.getCompletedTaskCount()).isBetween(2L, 3L);
		});
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void areToldOfIfTheirFutureCannotBeAsked(CapturedOutput output) {
		with(ThreadPoolExecutor.class,
				() -> new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>()) {
					@Override
					public <T> Future<T> submit(Callable<T> task) {
						super.submit(task);
						return new Opaque<>();
					}
				}, (pool) -> {
					assertThat(pool.submit((Callable<String>) new Mail(() -> {
					}))).isInstanceOf(Opaque.class);
					assertThat(output).contains("What becomes of tasks with a future of " + Opaque.class
							+ " can't be seen: nothing in it is one of the JDK's. Let it extend FutureTask or "
							+ "CompletableFuture, or keep one in a field");
					assertThat(this.application.pool("pool").tasks().submitted()).isZero();
				});
	}

	@Test
	void stayInATaskOfTheGuardsWhereTimeIsLimited() {
		this.application.with("lifeguard.pools.pool.queue-timeout=1h");
		with(Calls.OwnScheduler.class, () -> new Calls.OwnScheduler(this.calls), (pool) -> {
			pool.schedule((Runnable) new Mail(() -> {
			}), 0, TimeUnit.SECONDS);
			assertThat(this.calls.take()).contains("decorateTask Callable").doesNotContain("decorateTask Mail");
		});
	}

	@Test
	void showAThreadFactoryWhatItsWorkersDieOf() {
		with(ThreadPoolExecutor.class, () -> new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS,
				new LinkedBlockingQueue<>(), new Calls.OwnThreads(this.calls)), (pool) -> {
					pool.execute(() -> {
						throw this.failure;
					});
					await().untilAsserted(
							() -> assertThat(this.calls.take()).containsExactly("worker died " + this.failure));
					awaitTasks(1, 0, 1, 0, 0, 0);
				});
	}

	interface Use<E> {

		void run(E executor) throws Exception;

	}

	static class Counting extends ThreadPoolExecutor {

		Counting() {
			super(1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>());
		}

		@Override
		public <T> Future<T> submit(Callable<T> task) {
			return super.submit(task);
		}

	}

	static class Opaque<T> implements Future<T> {

		@Override
		public boolean cancel(boolean mayInterruptIfRunning) {
			return false;
		}

		@Override
		public boolean isCancelled() {
			return false;
		}

		@Override
		public boolean isDone() {
			return false;
		}

		@Override
		public T get() {
			throw new IllegalStateException("Nobody asks");
		}

		@Override
		public T get(long timeout, TimeUnit unit) {
			throw new IllegalStateException("Nobody asks");
		}

	}

}
