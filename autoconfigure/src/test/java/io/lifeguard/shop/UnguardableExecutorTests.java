package io.lifeguard.shop;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

import io.lifeguard.GuardedApplication;
import io.lifeguard.engine.pool.Guarded;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;
import org.springframework.security.concurrent.DelegatingSecurityContextExecutorService;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for executors of which no proxy can be made, or none without an application
 * noticing.
 */
@ExtendWith(OutputCaptureExtension.class)
class UnguardableExecutorTests {

	private final GuardedApplication application = new GuardedApplication();

	static Arguments[] doubled() {
		return new Arguments[] {
				doubled(WithField.class, WithField::new,
						"its field label can be used without a method, and a proxy has another. "
								+ "Make the field private to have the bean guarded"),
				doubled(WithFinalGetter.class, WithFinalGetter::new,
						"its method ran is final and uses the field count, of which a proxy has another. "
								+ "Make the method non-final to have the bean guarded"),
				doubled(WithFinalSetter.class, WithFinalSetter::new,
						"its method pause is final and uses the field paused, of which a proxy has another. "
								+ "Make the method non-final to have the bean guarded"),
				doubled(WithFinalLock.class, WithFinalLock::new,
						"its method locked is final and uses the object's monitor, of which a proxy has another. "
								+ "Make the method non-final to have the bean guarded"),
				doubled(WithMonitor.class, WithMonitor::new,
						"it notifies who waits for its monitor, and a proxy has another. "
								+ "Use a lock or a latch in a final field to have the bean guarded"),
				doubled(Calls.ClosedPool.class, Calls.ClosedPool::new, "no proxy can be made of "
						+ Calls.ClosedPool.class.getName()
						+ ". Declare the bean by an interface, such as Executor, or open its class to have it guarded") };
	}

	private static <E> Arguments doubled(Class<E> type, Supplier<E> executor, String reason) {
		return Arguments.of(type, executor, reason);
	}

	@ParameterizedTest
	@MethodSource("doubled")
	@SuppressWarnings({ "unchecked", "rawtypes" })
	void staysAsItIs(Class<?> type, Supplier<?> executor, String reason, CapturedOutput output) {
		this.application.with("own", (Class) type, (Supplier) executor).run(() -> {
			assertThat(this.application.bean("own", type).getClass()).isEqualTo(type);
			assertThat(output.getAll().lines().filter((line) -> line.contains("stays unguarded"))).singleElement()
				.asString()
				.endsWith("Executor bean 'own' of type " + type.getName() + " stays unguarded: " + reason);
			assertThat(this.application.poolNames()).doesNotContain("own");
		});
	}

	@Test
	void isGuardedWhereWhatIsFinalOrVisibleIsSharedAnyway(CapturedOutput output) {
		this.application.with("own", Harmless.class, Harmless::new).run(() -> {
			Harmless own = this.application.bean("own", Harmless.class);
			assertThat(own).isInstanceOf(Guarded.class);
			CountDownLatch ran = new CountDownLatch(1);
			own.execute(ran::countDown);
			ran.await();
			await().untilAsserted(() -> assertThat(own.ran()).isOne());
			assertThat(own.label()).isEqualTo("own");
			own.rename();
			assertThat(own.renamed()).isEqualTo("renamed");
			assertThat(output).doesNotContain("stays unguarded");
		});
	}

	@Test
	void leavesThePoolBehindItWhole() {
		this.application.with(Views.class).run(() -> {
			assertThat(this.application.bean("view", ExecutorService.class)).isInstanceOf(ClosedView.class)
				.isNotInstanceOf(Guarded.class);
			assertThat(this.application.poolNames()).contains("pool");
			this.application.bean("view", ExecutorService.class).execute(() -> {
				throw new IllegalStateException("fails");
			});
			this.application.awaitQuiet("pool", 1);
			this.application.bean("sender", Sender.class).send();
			this.application.awaitQuiet("pool", 2);
		});
	}

	@Test
	void hasAnExecutorWithinGuardedThatIsNoBean() {
		this.application.with("view", ClosedView.class, () -> new ClosedView(Executors.newFixedThreadPool(1)))
			.run(() -> {
				ClosedView view = this.application.bean("view", ClosedView.class);
				view.execute(() -> {
					throw new IllegalStateException("fails");
				});
				this.application.awaitQuiet("view", 1);
				view.shutdown();
				assertThat(view.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
			});
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAsync
	static class Views {

		@Bean
		ThreadPoolTaskExecutor pool() {
			return new ThreadPoolTaskExecutor();
		}

		@Bean
		ClosedView view(ThreadPoolTaskExecutor pool) {
			return new ClosedView(pool.getThreadPoolExecutor());
		}

		@Bean
		Sender sender() {
			return new Sender();
		}

	}

	static class Sender {

		@Async("view")
		void send() {
			throw new IllegalArgumentException("fails");
		}

	}

	static final class ClosedView extends DelegatingSecurityContextExecutorService {

		ClosedView(ExecutorService delegate) {
			super(delegate);
		}

	}

	static class Own extends ThreadPoolExecutor {

		Own() {
			super(1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>());
		}

	}

	static class WithField extends Own {

		volatile String label = "own";

	}

	static class WithFinalGetter extends Own {

		private int count;

		@Override
		protected void afterExecute(Runnable task, Throwable thrown) {
			this.count++;
		}

		final int ran() {
			return this.count;
		}

	}

	static class WithFinalSetter extends Own {

		private final ReentrantLock lock = new ReentrantLock();

		private boolean paused;

		public final void pause() {
			setPaused(true);
		}

		private void setPaused(boolean paused) {
			this.lock.lock();
			try {
				this.paused = paused;
			}
			finally {
				this.lock.unlock();
			}
		}

		@Override
		protected void beforeExecute(Thread thread, Runnable task) {
			assertThat(this.paused).isFalse();
		}

	}

	static class WithFinalLock extends Own {

		final void locked(Runnable task) {
			synchronized (this) {
				task.run();
			}
		}

	}

	static class WithMonitor extends Own {

		@Override
		protected void terminated() {
			synchronized (this) {
				notifyAll();
			}
		}

	}

	static class Harmless extends Own implements Executor {

		private final AtomicInteger count = new AtomicInteger();

		private final Object lock = new Object();

		private String label;

		private String renamed;

		Harmless() {
			this.label = "own";
		}

		@Override
		protected void afterExecute(Runnable task, Throwable thrown) {
			this.count.incrementAndGet();
		}

		final int ran() {
			synchronized (this.lock) {
				return this.count.get();
			}
		}

		final String label() {
			return this.label;
		}

		protected void rename() {
			this.renamed = "renamed";
		}

		synchronized String renamed() {
			return this.renamed;
		}

	}

}
