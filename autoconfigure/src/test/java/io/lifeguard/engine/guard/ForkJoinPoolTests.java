package io.lifeguard.engine.guard;

import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

import io.lifeguard.GuardedApplication;
import io.lifeguard.Handling;
import io.lifeguard.Lifeguard;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.util.ReflectionUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/**
 * Tests for what a {@link ForkJoinPool} has in ways of its own.
 */
class ForkJoinPoolTests {

	private final GuardedApplication application = new GuardedApplication().with("pool", ForkJoinPool.class,
			() -> new ForkJoinPool(2));

	private final Callable<String> failing = () -> {
		throw new IllegalStateException("Fails");
	};

	@Test
	void leavesAnIgnoredFailureAlone() {
		this.application.run(() -> {
			Lifeguard.ignore(pool().submit(this.failing));
			this.application.awaitQuiet("pool", 0);
			assertThat(this.application.pool("pool").failures().observed()).isEqualTo(1);
		});
	}

	@Test
	@EnabledForJreRange(min = JRE.JAVA_22)
	void tellOfFailuresThatNobodyReadsOfInvokeAllUninterruptibly() {
		this.application.run(() -> {
			List<Future<String>> futures = invokeAllUninterruptibly(List.of(() -> "fine", this.failing, this.failing));
			assertThat(futures).allMatch(Future::isDone);
			assertThat(futures.get(0).get()).isEqualTo("fine");
			assertThatThrownBy(() -> futures.get(1).get()).hasRootCauseMessage("Fails");
			Lifeguard.ignore(futures.get(2));
			assertThat(this.application.pool("pool").failures().observed()).isEqualTo(2);
			invokeAllUninterruptibly(List.of(this.failing));
			awaitUnobserved();
			assertThat(this.application.reports).allMatch((report) -> report.handling() == Handling.UNOBSERVED);
		});
	}

	@Test
	@EnabledForJreRange(min = JRE.JAVA_22)
	void waitForInvokeAllUninterruptiblyThoughInterrupted() {
		this.application.run(() -> {
			Thread.currentThread().interrupt();
			List<Future<String>> futures = invokeAllUninterruptibly(List.of(() -> "fine", () -> "fine"));
			assertThat(Thread.interrupted()).isTrue();
			for (Future<String> future : futures) {
				assertThat(future.get()).isEqualTo("fine");
			}
			assertThatNullPointerException().isThrownBy(() -> invokeAllUninterruptibly(null));
			assertThat(this.application.pool("pool").tasks().succeeded()).isEqualTo(2);
		});
	}

	@Test
	@EnabledForJreRange(min = JRE.JAVA_25)
	void tellOfFailuresOfSubmitWithTimeout() {
		this.application.run(() -> {
			assertThatThrownBy(() -> submitWithTimeout(this.failing, 1, TimeUnit.MINUTES, null).join())
				.hasMessageContaining("Fails");
			awaitUnobserved();
			assertThat(submitWithTimeout(() -> "fine", 1, TimeUnit.MINUTES, null).join()).isEqualTo("fine");
			assertThat(this.application.pool("pool").tasks().submitted()).isEqualTo(2);
		});
	}

	@Test
	@EnabledForJreRange(min = JRE.JAVA_25)
	void endSubmitWithTimeoutInItsOwnWay() {
		this.application.run(() -> {
			CountDownLatch end = new CountDownLatch(1);
			ForkJoinTask<String> completed = submitWithTimeout(() -> {
				end.await();
				return "late";
			}, 1, TimeUnit.MILLISECONDS, (task) -> task.complete("instead"));
			assertThat(completed.join()).isEqualTo("instead");
			end.countDown();
			ForkJoinTask<String> cancelled = submitWithTimeout(() -> {
				new CountDownLatch(1).await();
				return "never";
			}, 1, TimeUnit.MILLISECONDS, null);
			assertThatThrownBy(cancelled::join).isInstanceOf(CancellationException.class);
			this.application.awaitQuiet("pool", 0);
			assertThat(this.application.pool("pool").tasks().cancelled()).isEqualTo(2);
		});
	}

	@Test
	void countTasksThatAreCancelledWhileTheyWait() {
		this.application.run(() -> {
			CountDownLatch end = new CountDownLatch(1);
			for (int i = 0; i < 2; i++) {
				pool().submit(() -> {
					end.await();
					return null;
				});
			}
			ForkJoinTask<?> waiting = pool().submit(this.failing);
			assertThat(waiting.cancel(true)).isTrue();
			assertThat(waiting.isCancelled()).isTrue();
			end.countDown();
			this.application.awaitQuiet("pool", 0);
			assertThat(this.application.pool("pool").tasks().cancelled()).isEqualTo(1);
		});
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void areInterruptedAndFailAsTheirJavaHasIt(boolean guarded) {
		if (!guarded) {
			this.application.unguarded();
		}
		this.application.run(() -> {
			assertThatThrownBy(() -> pool().submit(() -> {
				throw new IOException("Checked");
			}).get()).isInstanceOf(ExecutionException.class).hasRootCauseMessage("Checked");
			CountDownLatch started = new CountDownLatch(1);
			CountDownLatch end = new CountDownLatch(1);
			AtomicBoolean interrupted = new AtomicBoolean();
			ForkJoinTask<?> running = pool().submit(() -> {
				started.countDown();
				try {
					end.await();
				}
				catch (InterruptedException ex) {
					interrupted.set(true);
				}
			});
			started.await();
			assertThat(running.cancel(true)).isTrue();
			assertThat(running.cancel(true)).isTrue();
			if (Runtime.version().feature() < 22) {
				end.countDown();
			}
			pool().shutdown();
			assertThat(pool().awaitTermination(1, TimeUnit.MINUTES)).isTrue();
			assertThat(interrupted.get()).isEqualTo(Runtime.version().feature() >= 22);
			assertThat(running.isCancelled()).isTrue();
			assertThatThrownBy(running::get).isInstanceOf(CancellationException.class);
		});
	}

	@Test
	void endAsTheyAreToldFromOutside() {
		this.application.run(() -> {
			ForkJoinTask<String> waiting = pool().submit(() -> {
				new CountDownLatch(1).await(100, TimeUnit.MILLISECONDS);
				return "late";
			});
			waiting.complete("instead");
			assertThat(waiting.join()).isEqualTo("instead");
			ForkJoinTask<String> failed = pool().submit(() -> {
				new CountDownLatch(1).await(100, TimeUnit.MILLISECONDS);
				return "late";
			});
			failed.completeExceptionally(new IllegalStateException("Given"));
			assertThatThrownBy(failed::join).hasMessageContaining("Given");
			assertThat(pool().submit(() -> {
			}, "given").join()).isEqualTo("given");
			assertThat(pool().submit(() -> {
			}).join()).isNull();
			this.application.awaitQuiet("pool", 0);
			assertThat(this.application.pool("pool").tasks().cancelled()).isEqualTo(2);
		});
	}

	@Test
	@EnabledForJreRange(min = JRE.JAVA_25)
	void countTasksWithATimeoutThatAreCancelledWhileTheyWait() {
		this.application.run(() -> {
			CountDownLatch end = new CountDownLatch(1);
			for (int i = 0; i < 2; i++) {
				submitWithTimeout(() -> {
					end.await();
					return null;
				}, 1, TimeUnit.MINUTES, null);
			}
			assertThat(submitWithTimeout(this.failing, 1, TimeUnit.MINUTES, null).cancel(true)).isTrue();
			end.countDown();
			this.application.awaitQuiet("pool", 0);
			assertThat(this.application.pool("pool").tasks().cancelled()).isEqualTo(1);
		});
	}

	private void awaitUnobserved() {
		await().until(() -> {
			System.gc();
			return this.application.pool("pool").failures().unobserved() == 1;
		});
		this.application.awaitQuiet("pool", 1);
	}

	@SuppressWarnings("unchecked")
	private List<Future<String>> invokeAllUninterruptibly(Collection<Callable<String>> tasks) {
		return (List<Future<String>>) ReflectionUtils.invokeMethod(
				ReflectionUtils.findMethod(ForkJoinPool.class, "invokeAllUninterruptibly", Collection.class), pool(),
				tasks);
	}

	@SuppressWarnings("unchecked")
	private ForkJoinTask<String> submitWithTimeout(Callable<String> task, long timeout, TimeUnit unit,
			Consumer<ForkJoinTask<String>> timeoutAction) {
		return (ForkJoinTask<String>) ReflectionUtils.invokeMethod(ReflectionUtils.findMethod(ForkJoinPool.class,
				"submitWithTimeout", Callable.class, long.class, TimeUnit.class, Consumer.class), pool(), task, timeout,
				unit, timeoutAction);
	}

	private ForkJoinPool pool() {
		return this.application.bean("pool", ForkJoinPool.class);
	}

}
