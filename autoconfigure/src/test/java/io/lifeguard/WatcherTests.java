package io.lifeguard;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class WatcherTests {

	@Test
	void goesOnAfterAFaultThatTheLogCannotTell() throws Exception {
		CountDownLatch looks = new CountDownLatch(3);
		ExecutorService executor = Executors.newSingleThreadExecutor();
		try (PoolRegistry registry = new PoolRegistry((name) -> PoolSettings.DEFAULT, ReportSettings.DEFAULT)) {
			registry.onTick((last) -> {
				looks.countDown();
				throw new Untellable();
			});
			registry.register("mail", executor);
			assertThat(looks.await(30, TimeUnit.SECONDS)).isTrue();
		}
		finally {
			executor.shutdown();
		}
	}

	@SuppressWarnings("serial")
	private static final class Untellable extends RuntimeException {

		@Override
		public String getMessage() {
			throw new IllegalStateException("No log can tell this");
		}

	}

}
