package io.lifeguard.test.cases;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

import io.lifeguard.test.ExpectTaskFailure;
import io.lifeguard.test.LifeguardExtension;
import io.lifeguard.test.PoolAssert;
import io.lifeguard.test.Pools;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link PoolAssert}.
 */
class PoolAssertTests {

	@RegisterExtension
	final LifeguardExtension lifeguard = new LifeguardExtension();

	private final ExecutorService executor = Executors.newFixedThreadPool(2);

	private final ExecutorService mail = this.lifeguard.guard("mail", this.executor);

	private final Pools pools = this.lifeguard.pools();

	@AfterEach
	void close() {
		this.executor.shutdownNow();
	}

	@Test
	void waitsForWhatItAsserts() {
		this.mail.execute(() -> this.mail.execute(() -> this.mail.execute(() -> {
		})));
		assertThat(this.pools.get("mail")).hasRun(3).hasNoFailures();
	}

	@Test
	void countsTasksThatRan() {
		this.mail.execute(() -> {
		});
		assertThatExceptionOfType(AssertionError.class)
			.isThrownBy(() -> PoolAssert.assertThat(this.pools.get("mail")).hasRun(2))
			.withMessage("Expected pool mail to have run 2 tasks of this test, but it has run 1");
	}

	@Test
	void doesNotCountATaskThatIsNotRun() {
		CountDownLatch end = new CountDownLatch(1);
		this.mail.submit(() -> end.await(1, TimeUnit.MINUTES));
		this.mail.submit(() -> end.await(1, TimeUnit.MINUTES));
		this.mail.submit(() -> "").cancel(false);
		assertThat(this.pools.get("mail")).hasRun(0);
		end.countDown();
		assertThat(this.pools.get("mail")).hasRun(2);
	}

	@Test
	void findsFailuresWhoeverHandlesThem() {
		assertThatExceptionOfType(Exception.class).isThrownBy(this.mail.submit(() -> {
			throw new IllegalStateException("no mail");
		})::get);
		assertThatExceptionOfType(AssertionError.class)
			.isThrownBy(() -> assertThat(this.pools.get("mail")).hasNoFailures())
			.withMessage("Expected no task of pool mail to fail, but 1 did: "
					+ "PoolAssertTests.findsFailuresWhoeverHandlesThem with java.lang.IllegalStateException: no mail")
			.withCauseInstanceOf(IllegalStateException.class);
	}

	@Test
	@ExpectTaskFailure(IllegalStateException.class)
	void doesNotHandleFailures() {
		this.mail.execute(() -> {
			throw new IllegalStateException("no mail");
		});
		assertThatExceptionOfType(AssertionError.class)
			.isThrownBy(() -> assertThat(this.pools.get("mail")).hasRun(1).hasNoFailures());
	}

	@Test
	void knowsNoOtherPools() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.pools.get("post"))
			.withMessage("There is no pool 'post', only mail");
	}

	@Nested
	@SpringBootTest(classes = ContextsTests.Application.class, webEnvironment = WebEnvironment.NONE)
	class InSpring {

		@Autowired
		private Pools pools;

		@Autowired
		private ThreadPoolTaskExecutor mail;

		@Test
		void seesItsOwnTasksAlone() {
			this.mail.execute(() -> {
			});
			assertThat(this.pools.get("mail")).hasRun(1).hasNoFailures();
		}

		@Test
		void seesItsOwnTasksAloneAgain() {
			seesItsOwnTasksAlone();
		}

	}

}
