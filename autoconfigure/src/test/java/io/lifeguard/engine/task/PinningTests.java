package io.lifeguard.engine.task;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

import io.lifeguard.GuardedApplication;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.core.task.SimpleAsyncTaskExecutor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Asks the JVM whether virtual threads block their carriers.
 */
@EnabledForJreRange(min = JRE.JAVA_21)
class PinningTests {

	private final ReentrantLock lock = new ReentrantLock();

	@Test
	void guardedTasksNeverPinTheirVirtualThread() {
		GuardedApplication application = new GuardedApplication().with("virtual", SimpleAsyncTaskExecutor.class, () -> {
			SimpleAsyncTaskExecutor executor = new SimpleAsyncTaskExecutor();
			executor.setVirtualThreads(true);
			return executor;
		});
		application.run(() -> {
			AsyncTaskExecutor executor = application.bean("virtual", AsyncTaskExecutor.class);
			block(application, executor, 10); // initializes classes, which pins
			Queue<RecordedEvent> pins = new ConcurrentLinkedQueue<>();
			try (RecordingStream events = new RecordingStream()) {
				events.enable("jdk.VirtualThreadPinned").withThreshold(Duration.ZERO).withStackTrace();
				events.onEvent(pins::add);
				events.startAsync();
				block(application, executor, 100);
				executor.submit(Pinned::new).get();
				// Events come in order: when the last one is here, so are all others
				await().atMost(Duration.ofSeconds(30)).until(() -> pins.stream().anyMatch(PinningTests::isExpected));
			}
			assertThat(pins).hasSize(1);
		});
	}

	/**
	 * Let tasks sleep, wait for a lock and for each other, and fail, each so many times.
	 */
	private void block(GuardedApplication application, AsyncTaskExecutor executor, int times) throws Exception {
		List<Future<?>> futures = new ArrayList<>();
		for (int i = 0; i < times; i++) {
			futures.add(executor.submit(this::sleep));
			futures.add(executor.submit(() -> {
				this.lock.lock();
				try {
					sleep();
				}
				finally {
					this.lock.unlock();
				}
			}));
			Future<String> other = executor.submit(() -> {
				sleep();
				return "done";
			});
			futures.add(executor.submit((Callable<String>) other::get));
			futures.add(executor.submitCompletable(this::sleep).thenRunAsync(this::sleep, executor));
			executor.execute(this::fail);
			executor.submit(this::fail);
			executor.submitCompletable(this::fail);
		}
		for (Future<?> future : futures) {
			future.get();
		}
		await().until(() -> application.pool("virtual").tasks().running() == 0);
	}

	private void sleep() {
		LockSupport.parkNanos(1_000_000);
	}

	private void fail() {
		sleep();
		throw new IllegalStateException("Fails");
	}

	private static boolean isExpected(RecordedEvent pin) {
		return pin.getStackTrace()
			.getFrames()
			.stream()
			.anyMatch((frame) -> frame.getMethod().getType().getName().equals(Pinned.class.getName()));
	}

	/**
	 * Blocks while it is initialized, under a native frame.
	 */
	private static final class Pinned {

		static {
			LockSupport.parkNanos(1_000_000);
		}

	}

}
