package io.lifeguard.engine.future;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import io.lifeguard.Handling;
import io.lifeguard.PoolSettings;
import io.lifeguard.ReportSettings;
import io.lifeguard.engine.guard.ExecutorGuard;
import io.lifeguard.engine.pool.Pool;
import io.lifeguard.engine.pool.PoolRegistry;
import io.lifeguard.support.Throwables;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import org.springframework.core.task.AsyncTaskExecutor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

@Tag("completions")
@SuppressWarnings("CheckReturnValue") // to look is enough
class ReadersTests {

	/** {@code -Dlifeguard.instant-failures=100000} for many. */
	private static final int INSTANT_FAILURES = Integer.getInteger("lifeguard.instant-failures", 10_000);

	private final PoolRegistry registry = new PoolRegistry((name) -> PoolSettings.DEFAULT, ReportSettings.DEFAULT);

	private final ThreadPoolExecutor executor = new ThreadPoolExecutor(4, 4, 1, TimeUnit.SECONDS,
			new LinkedBlockingQueue<>());

	private final Pool pool = this.registry.register("stock", this.executor);

	private final ExecutorGuard guard = ExecutorGuard.of(this.executor, this.pool);

	@AfterEach
	void close() {
		this.executor.shutdownNow();
		this.registry.close();
	}

	@Test
	void waitForHandlerThatIsAttachedNext() {
		for (int i = 0; i < INSTANT_FAILURES; i++) {
			assertThat(CompletableFuture.<Integer>supplyAsync(ReadersTests::fail, this.guard)
				.exceptionally((failure) -> 0)
				.join()).isZero();
		}
		System.gc();
		await().until(() -> this.pool.snapshot().failures().observed()
				+ this.pool.snapshot().failures().unobserved() == INSTANT_FAILURES);
		assertThat(this.pool.failures(Handling.UNOBSERVED)).isLessThanOrEqualTo(10);
	}

	@Test
	void waitForHandlerAtTheEndOfAChain() {
		int chains = INSTANT_FAILURES / 10;
		for (int i = 0; i < chains; i++) {
			CompletableFuture.<Integer>supplyAsync(ReadersTests::fail, this.guard)
				.thenApply((value) -> value + 1)
				.thenAccept((value) -> {
				})
				.exceptionally((failure) -> null)
				.join();
		}
		System.gc();
		await().until(() -> this.pool.snapshot().failures().observed()
				+ this.pool.snapshot().failures().unobserved() == chains);
		assertThat(this.pool.failures(Handling.UNOBSERVED)).isLessThanOrEqualTo(10);
	}

	@Test
	void areNotWaitedForInAStorm() {
		List<CompletableFuture<?>> unread = new ArrayList<>();
		while (!this.pool.ledger().patience().isLost()) {
			CompletableFuture<?> future = CompletableFuture.supplyAsync(ReadersTests::fail, this.guard);
			await().pollInterval(1, TimeUnit.MILLISECONDS).until(future::isDone);
			unread.add(future);
		}
		assertThat(unread).hasSizeGreaterThanOrEqualTo(50);
	}

	@Test
	void areNotWaitedForByTheirOwnThread() {
		Executor direct = ExecutorGuard.of((Executor) Runnable::run,
				this.registry.register("direct", (Executor) Runnable::run));
		CompletableFuture<Integer> future = CompletableFuture.supplyAsync(ReadersTests::fail, direct);
		assertThat(future).isCompletedExceptionally();
		assertThat(catchThrowable(future::get)).hasCauseExactlyInstanceOf(IllegalStateException.class);
	}

	@Test
	void seeWhatTheyWouldSeeWithoutTheGuard() {
		CountDownLatch attached = new CountDownLatch(1);
		CompletableFuture<Integer> future = CompletableFuture.supplyAsync(() -> {
			awaitLatch(attached);
			return fail();
		}, this.guard);
		CompletableFuture<Throwable> seen = future.handle((value, failure) -> failure);
		attached.countDown();
		assertThat(seen.join()).isExactlyInstanceOf(CompletionException.class)
			.hasCauseExactlyInstanceOf(IllegalStateException.class)
			.hasMessage("java.lang.IllegalStateException: sold out");
		assertThat(catchThrowable(future::join)).isSameAs(seen.join());
	}

	@Test
	void seeInAStageOfOursWhatTheyWouldSeeWithoutTheGuard() {
		CompletableFuture<Object> future = submit(ReadersTests::fail);
		await().until(future::isDone);
		Throwable seen = future.<Throwable>handle((value, failure) -> failure).join();
		assertThat(seen).isExactlyInstanceOf(CompletionException.class)
			.hasCauseExactlyInstanceOf(IllegalStateException.class);
		assertThat(catchThrowable(future::join)).isSameAs(seen);
		assertThat(future.whenComplete((value, failure) -> {
			throw new IllegalArgumentException("too late");
		}).<Throwable>handle((value, failure) -> failure).join().getSuppressed()).singleElement()
			.isInstanceOf(IllegalArgumentException.class);
		await().until(() -> this.pool.failures(Handling.OBSERVED) == 1 && this.pool.failures(Handling.UNCAUGHT) == 1);
	}

	@Test
	void getTheApplicationsOwnCompletionException() {
		for (CompletionException own : List.of(new CompletionException("own", new IOException("gone")),
				new CompletionException("bare", null), new CompletionException("own", new IOException("gone")) {
				})) {
			CompletableFuture<?> supplied = CompletableFuture.supplyAsync(() -> {
				throw own;
			}, this.guard);
			assertThat(catchThrowable(supplied::join)).isSameAs(own);
			assertThat(catchThrowable(supplied.thenRun(() -> {
			})::join)).isSameAs(own);
			CompletableFuture<Object> submitted = submit(() -> {
				throw own;
			});
			assertThat(catchThrowable(submitted::join)).isSameAs(own);
			assertThat(submitted.thenApply((value) -> value).<Throwable>handle((value, failure) -> failure).join())
				.isSameAs(own);
			assertThat(catchThrowable(submit(() -> 1).thenApply((value) -> {
				throw own;
			})::join)).isSameAs(own);
		}
	}

	@Test
	void areMissedWhereAFunctionHandsOnWhatItHasGot() {
		CountDownLatch waiting = new CountDownLatch(1);
		CompletableFuture<Integer> other = CompletableFuture.supplyAsync(() -> {
			awaitLatch(waiting);
			return fail();
		});
		AtomicReference<CompletableFuture<?>> stage = new AtomicReference<>(
				CompletableFuture.completedFuture("").thenApplyAsync((value) -> other.join(), this.guard));
		await().until(() -> other.getNumberOfDependents() > 0);
		waiting.countDown();
		await().until(() -> stage.get().isDone());
		assertThat(this.pool.failures(Handling.OBSERVED)).isZero();
		stage.set(null);
		await().until(() -> {
			catchThrowable(CompletableFuture.supplyAsync(ReadersTests::fail, this.executor)::join);
			System.gc();
			return this.pool.failures(Handling.UNOBSERVED) == 1;
		});
		assertThat(this.pool.snapshot().tasks().failed()).isEqualTo(1);
	}

	@Test
	void readWhatAFunctionHandsOnFromAGuardedFuture() {
		CompletableFuture<Integer> other = CompletableFuture.supplyAsync(ReadersTests::fail, this.guard);
		await().until(other::isDone);
		CompletableFuture<Integer> stage = CompletableFuture.completedFuture("")
			.thenApplyAsync((value) -> other.join(), this.guard);
		await().until(stage::isDone);
		await().until(() -> this.pool.failures(Handling.OBSERVED) == 1);
		assertThat(catchThrowable(stage::get)).hasCauseExactlyInstanceOf(IllegalStateException.class);
		await().until(() -> this.pool.failures(Handling.OBSERVED) == 2);
		assertThat(this.pool.snapshot().tasks().failed()).isEqualTo(2);
	}

	@Test
	void countAStageOfOursOnce() {
		CompletableFuture<Object> stage = submit(() -> 1).thenApplyAsync((value) -> fail(), this.guard);
		assertThat(catchThrowable(stage::get)).hasCauseExactlyInstanceOf(IllegalStateException.class);
		await().until(() -> this.pool.snapshot().tasks().submitted() == 2);
		assertThat(this.pool.snapshot().tasks().failed()).isEqualTo(1);
		await().until(() -> this.pool.failures(Handling.OBSERVED) == 1);
	}

	@Test
	void areFoundBehindStaticMethodsToo() {
		CountDownLatch attached = new CountDownLatch(1);
		CompletableFuture<Object> future = submit(() -> {
			awaitLatch(attached);
			return fail();
		});
		CompletableFuture<?> all = CompletableFuture.allOf(future).exceptionally((failure) -> null);
		attached.countDown();
		all.join();
		await().until(() -> this.pool.failures(Handling.OBSERVED) == 1);
	}

	@Test
	void areTakenForGrantedWhereAFutureOfTheApplicationsCannotBeAsked() {
		CountDownLatch attached = new CountDownLatch(1);
		CompletableFuture<Object> future = new CompletableFuture<>() {

			@Override
			public int getNumberOfDependents() {
				throw new UnsupportedOperationException("Not to be asked");
			}

			@Override
			public <U> CompletableFuture<U> newIncompleteFuture() {
				return new CompletableFuture<>();
			}

		}.completeAsync(() -> {
			awaitLatch(attached);
			return fail();
		}, this.guard);
		CompletableFuture<?> read = future.exceptionally((failure) -> null);
		attached.countDown();
		read.join();
		await().until(() -> this.pool.failures(Handling.OBSERVED) == 1);
	}

	private CompletableFuture<Object> submit(java.util.concurrent.Callable<Object> task) {
		return ((AsyncTaskExecutor) this.guard).submitCompletable(task);
	}

	private static void awaitLatch(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			throw Throwables.<RuntimeException>sneaky(ex);
		}
	}

	private static <T> T fail() {
		throw new IllegalStateException("sold out");
	}

}
