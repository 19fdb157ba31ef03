package io.lifeguard.engine.failure;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

import io.lifeguard.PoolSettings;
import io.lifeguard.PoolSnapshot;
import io.lifeguard.ReportOutcome;
import io.lifeguard.ReportSettings;
import io.lifeguard.TaskFailure;
import io.lifeguard.engine.pool.Pool;
import io.lifeguard.engine.pool.PoolRegistry;
import io.lifeguard.support.StandInException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests that what one pool, one reporter or one throwable does holds up no other.
 */
@ExtendWith(OutputCaptureExtension.class)
class ReporterIsolationTests {

	private final PoolRegistry registry = new PoolRegistry((name) -> PoolSettings.DEFAULT, ReportSettings.DEFAULT);

	private final Pool mail = this.registry.register("mail", new Object());

	private final Pool orders = this.registry.register("orders", new Object());

	private final Queue<TaskFailure> reported = new ConcurrentLinkedQueue<>();

	private final CountDownLatch never = new CountDownLatch(1);

	@BeforeAll
	static void leaveUncaughtExceptionsAlone() {
		Awaitility.doNotCatchUncaughtExceptionsByDefault();
	}

	@AfterEach
	void close() {
		this.never.countDown();
		this.registry.close();
	}

	@Test
	void aReporterThatNeverReturnsIsNamedAndHoldsUpNoOther(CapturedOutput output) {
		this.registry.report(List.of(this::hang, this.reported::add));
		for (int i = 0; i < 3; i++) {
			fail(this.mail, new IllegalStateException("Failure " + i));
		}
		await().untilAsserted(() -> assertThat(this.reported).hasSize(3));
		assertThat(this.mail.snapshot().failures()).returns(3L, PoolSnapshot.Failures::reported);
		await().atMost(ReporterQueue.HANG.multipliedBy(3)).until(() -> this.mail.reports(ReportOutcome.FAILED) == 3);
		assertThat(output).contains("has been busy for more than 10 s with one report of pool mail");
		fail(this.orders, new IllegalStateException("Later"));
		await().untilAsserted(() -> assertThat(this.reported).hasSize(4));
		await().until(() -> this.orders.reports(ReportOutcome.FAILED) == 1);
	}

	@Test
	void aStormInOnePoolSuppressesNoFailureOfAnother() throws Exception {
		this.registry.report(List.of(this.reported::add));
		for (int round = 0; round < 10; round++) {
			AtomicBoolean over = new AtomicBoolean();
			Thread storm = new Thread(() -> {
				while (!over.get()) {
					fail(this.mail, new IllegalStateException("Storm"));
				}
			});
			storm.start();
			await().until(() -> this.mail.reports(ReportOutcome.SUPPRESSED) > Reports.SHARE);
			String message = "Single " + round;
			fail(this.orders, new IllegalStateException(message));
			await().until(() -> this.reported.stream()
				.anyMatch((failure) -> message.equals(failure.throwable().getMessage())));
			over.set(true);
			storm.join();
		}
		assertThat(this.orders.snapshot().failures()).returns(10L, PoolSnapshot.Failures::reported)
			.returns(0L, PoolSnapshot.Failures::suppressed);
	}

	@Test
	void aMessageThatHangsCostsOneReportItsText() {
		this.registry.report(List.of(this.reported::add));
		fail(this.mail, new Odd(() -> {
			hold(this.never);
			return "";
		}));
		fail(this.orders, new IllegalStateException("Later"));
		await().untilAsserted(() -> assertThat(this.reported).hasSize(2));
		assertThat(reportOf("mail").throwable()).isInstanceOf(StandInException.class).hasToString(Odd.class.getName());
		assertThat(reportOf("mail").task()).isEqualTo("ReporterIsolationTests");
		assertThat(this.mail.recentFailures()).singleElement()
			.returns(Odd.class.getName(), PoolSnapshot.RecentFailure::exception)
			.returns(null, PoolSnapshot.RecentFailure::message);
	}

	@Test
	void aMessageThatThrowsCostsOneReportItsText() {
		this.registry.report(List.of(this.reported::add));
		fail(this.mail, new Odd(() -> {
			throw new StackOverflowError();
		}));
		await().untilAsserted(() -> assertThat(this.reported).hasSize(1));
		Throwable standIn = reportOf("mail").throwable();
		assertThat(standIn).hasToString(Odd.class.getName());
		assertThat(standIn.getStackTrace()[0].getClassName()).isEqualTo(ReporterIsolationTests.class.getName());
	}

	@Test
	void aMessageThatIsHugeIsShortened() {
		this.registry.report(List.of(this.reported::add));
		fail(this.mail, new IllegalStateException("x".repeat(1_000_000)));
		await().untilAsserted(() -> assertThat(this.reported).hasSize(1));
		assertThat(reportOf("mail").throwable().getMessage()).hasSizeLessThan(20_000);
		assertThat(reportOf("mail").throwable()).asString().startsWith("java.lang.IllegalStateException: xxx");
		assertThat(this.mail.recentFailures().get(0).message()).hasSizeLessThan(1_100);
	}

	@Test
	void causesThatAreACircleComeToAnEnd() {
		this.registry.report(List.of(this.reported::add));
		Exception first = new Exception("first");
		Exception second = new Exception("second", first);
		first.initCause(second);
		fail(this.mail, first);
		await().untilAsserted(() -> assertThat(this.reported).hasSize(1));
		List<String> messages = new ArrayList<>();
		for (Throwable next = reportOf("mail").throwable(); next != null; next = next.getCause()) {
			messages.add(next.getMessage());
		}
		assertThat(messages).containsExactly("first", "second");
	}

	@Test
	void aThrowableOfAClassThatSaysItsMessageItselfStaysWhatItIs() {
		this.registry.report(List.of(this.reported::add));
		Odd odd = new Odd(() -> "Said itself");
		fail(this.mail, odd);
		await().untilAsserted(() -> assertThat(this.reported).hasSize(1));
		assertThat(reportOf("mail").throwable()).isSameAs(odd);
		await().until(() -> "Said itself".equals(this.mail.recentFailures().get(0).message()));
	}

	@Test
	void recentFailuresKeepNoThrowableThatWasRead() {
		this.registry.report(List.of(this.reported::add));
		WeakReference<Throwable> thrown = readFailure();
		await().untilAsserted(() -> {
			System.gc();
			assertThat(thrown.get()).isNull();
		});
		assertThat(this.mail.recentFailures()).singleElement()
			.returns("Read", PoolSnapshot.RecentFailure::message)
			.returns("observed", PoolSnapshot.RecentFailure::handling);
	}

	private WeakReference<Throwable> readFailure() {
		IllegalStateException thrown = new IllegalStateException("Read");
		this.mail.ledger().failed(getClass(), thrown).observe();
		return new WeakReference<>(thrown);
	}

	@Test
	void noNumberOfUnreadFailuresMakesOneCountAsUnobserved() {
		this.registry.report(List.of(this.reported::add));
		List<Object> handles = new ArrayList<>();
		List<Failure> failures = new ArrayList<>();
		for (int i = 0; i < 15_000; i++) {
			Failure failure = this.mail.ledger().failed(getClass(), new IllegalStateException("Down"));
			Object handle = new Object();
			failure.watch(handle);
			handles.add(handle);
			failures.add(failure);
		}
		assertThat(this.mail.snapshot().failures().watched()).isEqualTo(15_000);
		failures.forEach(Failure::observe);
		assertThat(this.mail.snapshot().failures()).returns(15_000L, PoolSnapshot.Failures::observed)
			.returns(0L, PoolSnapshot.Failures::unobserved);
		assertThat(handles).hasSize(15_000);
	}

	private TaskFailure reportOf(String pool) {
		return this.reported.stream().filter((failure) -> failure.pool().equals(pool)).findFirst().orElseThrow();
	}

	private void fail(Pool pool, Throwable thrown) {
		pool.ledger().failed(getClass(), thrown).uncaught();
	}

	private void hang(TaskFailure failure) {
		hold(this.never);
	}

	private static void hold(CountDownLatch latch) {
		boolean interrupted = false;
		while (latch.getCount() > 0) {
			try {
				latch.await();
			}
			catch (InterruptedException ex) {
				interrupted = true;
			}
		}
		if (interrupted) {
			Thread.currentThread().interrupt();
		}
	}

	private static final class Odd extends RuntimeException {

		private final Supplier<String> message;

		Odd(Supplier<String> message) {
			this.message = message;
		}

		@Override
		public String getMessage() {
			return this.message.get();
		}

	}

}
