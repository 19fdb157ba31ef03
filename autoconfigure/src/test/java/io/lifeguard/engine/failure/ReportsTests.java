package io.lifeguard.engine.failure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.lifeguard.Handling;
import io.lifeguard.LoggingTaskFailureReporter;
import io.lifeguard.PoolSettings;
import io.lifeguard.PoolSnapshot;
import io.lifeguard.ReportOutcome;
import io.lifeguard.ReportSettings;
import io.lifeguard.TaskFailure;
import io.lifeguard.engine.future.GuardedCompletionException;
import io.lifeguard.engine.pool.Pool;
import io.lifeguard.engine.pool.PoolRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class ReportsTests {

	private static final int MAX_PER_MINUTE = 3;

	private final AtomicLong now = new AtomicLong();

	private final PoolRegistry registry = new PoolRegistry((name) -> PoolSettings.DEFAULT,
			new ReportSettings(List.of("java.lang.UnsupportedOperationException"), MAX_PER_MINUTE,
					ReportSettings.SubmissionSiteMode.NEVER),
			this.now::get);

	private final Pool pool = this.registry.register("mail", new Object());

	private final Queue<TaskFailure> reported = new ConcurrentLinkedQueue<>();

	private final Logger logger = (Logger) LoggerFactory.getLogger(LoggingTaskFailureReporter.LOGGER);

	private final ListAppender<ILoggingEvent> log = new ListAppender<>();

	@BeforeEach
	void record() {
		this.log.start();
		this.logger.addAppender(this.log);
	}

	@AfterEach
	void close() {
		this.registry.close();
		this.logger.detachAppender(this.log);
	}

	@Test
	void reportsAtMostTheAllowedNumberInAnySixtySeconds() {
		this.registry.report(List.of(this.reported::add));
		for (int second = 0; second < 300; second++) {
			this.now.set(Duration.ofSeconds(second).toNanos());
			fail(1);
			awaitCounted(second + 1);
		}
		// 3 in each of the 5 minutes, those of one minute 60 seconds after those of the
		// one
		// before
		assertThat(this.reported).hasSize(5 * MAX_PER_MINUTE);
		assertThat(this.pool.reports(ReportOutcome.SUPPRESSED)).isEqualTo(300 - 15);
	}

	@Test
	void goOnAfterAnErrorOfTheirOwn() {
		AtomicBoolean broken = new AtomicBoolean();
		try (PoolRegistry registry = new PoolRegistry((name) -> PoolSettings.DEFAULT, ReportSettings.DEFAULT, () -> {
			if (broken.getAndSet(false)) {
				throw new StackOverflowError("Once");
			}
			return 0;
		})) {
			registry.report(List.of(this.reported::add));
			Pool pool = registry.register("mail", new Object());
			pool.ledger().failed(Object.class, new IllegalStateException()).uncaught();
			await().untilAsserted(() -> assertThat(this.reported).hasSize(1));
			broken.set(true);
			await().untilFalse(broken); // met as it looked for storms that are over
			pool.ledger().failed(Object.class, new IllegalStateException()).uncaught();
			await().untilAsserted(() -> assertThat(this.reported).hasSize(2));
		}
	}

	@Test
	void countAFailureThatTheyCannotLookAt() {
		AtomicBoolean broken = new AtomicBoolean();
		try (PoolRegistry registry = new PoolRegistry((name) -> PoolSettings.DEFAULT, ReportSettings.DEFAULT, () -> {
			if (broken.get()) {
				throw new StackOverflowError("For a while");
			}
			return 0;
		})) {
			registry.report(List.of(this.reported::add));
			Pool pool = registry.register("mail", new Object());
			broken.set(true);
			pool.ledger().failed(Object.class, new IllegalStateException()).uncaught();
			await().until(() -> pool.reports(ReportOutcome.SUPPRESSED) == 1);
			broken.set(false);
			pool.ledger().failed(Object.class, new IllegalStateException()).uncaught();
			await().untilAsserted(() -> assertThat(this.reported).hasSize(1));
		}
	}

	@Test
	void letPoolsComeWhileTheyAreBeingClosed() throws Exception {
		CountDownLatch entered = new CountDownLatch(1);
		CountDownLatch release = new CountDownLatch(1);
		this.registry.report(List.of((failure) -> {
			entered.countDown();
			await().until(() -> release.getCount() == 0);
		}));
		fail(1);
		entered.await();
		Thread closer = new Thread(this.registry::close);
		closer.start();
		await().until(() -> closer.getState() == Thread.State.TIMED_WAITING);
		this.registry.register("late", new Object());
		// or else the close has given up on the reporter by now
		assertThat(this.pool.reports(ReportOutcome.FAILED)).isZero();
		release.countDown();
		closer.join();
	}

	@Test
	void tellsInTheNextReportHowManyWereHeldBack() {
		this.registry.report(List.of(this.reported::add));
		fail(100);
		awaitCounted(100);
		assertThat(this.reported).hasSize(MAX_PER_MINUTE).allMatch((failure) -> failure.heldBack() == 0);
		this.now.addAndGet(ReportLimiter.WINDOW - 1);
		fail(1);
		awaitCounted(101);
		assertThat(this.reported).hasSize(MAX_PER_MINUTE);
		this.now.addAndGet(1);
		fail(1);
		awaitCounted(102);
		assertThat(this.reported).hasSize(MAX_PER_MINUTE + 1).last().returns(98L, TaskFailure::heldBack);
	}

	@Test
	void sumsUpInOneLineWhenTheStormIsOver() {
		this.registry.report(List.of(this.reported::add));
		fail(100);
		awaitCounted(100);
		this.now.addAndGet(ReportLimiter.WINDOW);
		await().untilAsserted(() -> assertThat(lines()).hasSize(1));
		assertThat(lines().get(0)).contains("97").contains("IllegalStateException").contains("pool mail");
		this.now.addAndGet(ReportLimiter.WINDOW);
		this.registry.close();
		assertThat(lines()).hasSize(1);
	}

	@Test
	void limitsEachKindAndPoolByItself() {
		this.registry.report(List.of(this.reported::add));
		Pool other = this.registry.register("other", new Object());
		fail(10);
		for (int i = 0; i < 10; i++) {
			this.pool.ledger().failed(getClass(), new IllegalArgumentException()).uncaught();
			other.ledger().failed(getClass(), new IllegalArgumentException()).uncaught();
		}
		awaitCounted(20);
		await().until(() -> other.reports(ReportOutcome.SUPPRESSED) == 10 - MAX_PER_MINUTE);
		assertThat(this.reported).hasSize(3 * MAX_PER_MINUTE);
	}

	@Test
	void countsExactlyWhatTheQueueDoesNotTake() {
		int failures = 5 * Reports.SHARE;
		fail(failures); // nobody takes them out of the queue yet
		assertThat(this.pool.reports(ReportOutcome.SUPPRESSED)).isEqualTo(failures - Reports.SHARE);
		this.registry.report(List.of(this.reported::add));
		awaitCounted(failures);
		this.now.addAndGet(ReportLimiter.WINDOW - 1);
		fail(1);
		awaitCounted(failures + 1);
		this.now.addAndGet(1);
		fail(1);
		awaitCounted(failures + 2);
		long told = this.reported.stream().mapToLong((failure) -> 1 + failure.heldBack()).sum();
		assertThat(told).isEqualTo(failures + 2);
	}

	@Test
	void tellsTheOverflowInOneLineWhenItIsOver() {
		fail(Reports.SHARE + 500);
		this.registry.report(List.of(this.reported::add));
		awaitCounted(Reports.SHARE + 500);
		this.now.addAndGet(ReportLimiter.WINDOW);
		await().untilAsserted(() -> assertThat(lines()).anyMatch((line) -> line.contains("Held back 500 ")));
	}

	@Test
	void goesOnAfterAReporterThatThrowsAndLeavesTheThreadInterrupted() {
		this.registry.report(List.of((failure) -> {
			Thread.currentThread().interrupt();
			throw new StackOverflowError();
		}, this.reported::add));
		for (int i = 1; i <= MAX_PER_MINUTE; i++) {
			fail(1);
			awaitCounted(i);
		}
		await().untilAsserted(() -> assertThat(this.reported).hasSize(MAX_PER_MINUTE));
		await().until(() -> this.pool.reports(ReportOutcome.FAILED) == MAX_PER_MINUTE);
		assertThat(this.pool.reports(ReportOutcome.SENT)).isZero();
		assertThat(lines()).filteredOn((line) -> line.contains("not logged again")).hasSize(1);
	}

	@Test
	void goesOnWhenTheLogFails() {
		ListAppender<ILoggingEvent> full = new ListAppender<>() {

			@Override
			public synchronized void doAppend(ILoggingEvent event) {
				throw new IllegalStateException("No space left on device");
			}

		};
		full.start();
		this.logger.addAppender(full);
		try {
			this.registry.report(List.of(new LoggingTaskFailureReporter(), this.reported::add));
			fail(2);
			await().until(() -> this.pool.reports(ReportOutcome.FAILED) == 2);
		}
		finally {
			this.logger.detachAppender(full);
		}
		fail(1);
		await().untilAsserted(() -> assertThat(this.reported).hasSize(3));
		await().until(() -> this.pool.reports(ReportOutcome.FAILED) == 2);
		await().until(() -> this.pool.reports(ReportOutcome.SENT) == 1);
	}

	@Test
	void neverReportsWhatIsIgnoredAndLeavesItToOthers() {
		this.registry.report(List.of(this.reported::add));
		UnsupportedOperationException ignored = new UnsupportedOperationException();
		this.pool.ledger().failed(getClass(), ignored).uncaught();
		awaitCounted(1);
		assertThat(this.reported).isEmpty();
		assertThat(this.pool.reports(ReportOutcome.SUPPRESSED)).isEqualTo(1);
	}

	@Test
	void bearsThrowablesThatFailThemselves() {
		this.registry.report(List.of(this.reported::add));
		IllegalStateException unspeakable = new IllegalStateException() {
			@Override
			public String getMessage() {
				throw new UnsupportedOperationException();
			}
		};
		Failure failure = this.pool.ledger().failed(getClass(), unspeakable);
		assertThat(GuardedCompletionException.of(unspeakable, failure)).isNotNull();
		failure.uncaught();
		awaitCounted(1);
		assertThat(this.pool.recentFailures()).singleElement()
			.satisfies((recent) -> assertThat(recent.message()).isNull());
	}

	@Test
	void reportsWhatHappenedBeforeItBegan() {
		fail(2);
		this.registry.report(List.of(this.reported::add));
		awaitCounted(2);
		assertThat(this.reported).hasSize(2);
	}

	@Test
	void reportsWhatIsWaitingAndWatchedOnTheWayOut() {
		CountDownLatch release = new CountDownLatch(1);
		this.registry.report(List.of((failure) -> {
			hold(release);
			this.reported.add(failure);
		}));
		fail(1);
		Object handle = new Object();
		this.pool.ledger().failed(getClass(), new IllegalArgumentException()).watch(handle);
		release.countDown();
		this.registry.close();
		assertThat(this.reported).extracting(TaskFailure::handling)
			.containsExactly(Handling.UNCAUGHT, Handling.UNOBSERVED);
		assertThat(handle).isNotNull();
	}

	@Test
	void reportsWhatComesWhileItsThreadIsBusyAndIsThenClosed() throws Exception {
		CountDownLatch reading = new CountDownLatch(1);
		CountDownLatch release = new CountDownLatch(1);
		this.registry.report(List.of(this.reported::add));
		this.pool.ledger().failed(getClass(), new UnsupportedOperationException() {

			@Override
			public String getMessage() {
				reading.countDown();
				hold(release);
				return "ignored";
			}

		}).uncaught();
		reading.await();
		fail(1);
		Thread closing = new Thread(this.registry::close);
		closing.start();
		await().until(closing::getState, Thread.State.TIMED_WAITING::equals);
		release.countDown();
		closing.join();
		assertThat(this.reported).hasSize(1);
	}

	@Test
	void countsWhatComesAfterTheClose() {
		this.registry.report(List.of(this.reported::add));
		this.registry.close();
		fail(2);
		this.pool.ledger().failed(getClass(), new IllegalStateException()).watch(this);
		assertThat(this.pool.reports(ReportOutcome.SUPPRESSED)).isEqualTo(3);
		assertThat(this.pool.snapshot().failures().watched()).isZero();
	}

	@Test
	void countsEachFailureOnceWhenAReporterNeverReturns() throws Exception {
		CountDownLatch stuck = new CountDownLatch(1);
		CountDownLatch never = new CountDownLatch(1);
		this.registry.report(List.of((failure) -> {
			stuck.countDown();
			hold(never);
		}));
		fail(1);
		stuck.await();
		fail(10);
		await().until(() -> this.pool.reports(ReportOutcome.SUPPRESSED) == 11 - MAX_PER_MINUTE);
		Thread.currentThread().interrupt(); // no patience
		this.registry.close();
		assertThat(Thread.interrupted()).isTrue();
		assertThat(this.pool.reports(ReportOutcome.FAILED)).isEqualTo(MAX_PER_MINUTE);
		never.countDown();
		await().until(() -> Thread.getAllStackTraces()
			.keySet()
			.stream()
			.noneMatch((thread) -> thread.getName().startsWith("lifeguard-report")));
		PoolSnapshot.Failures failures = this.pool.snapshot().failures();
		assertThat(failures.reported() + failures.suppressed()).isEqualTo(11);
	}

	private void fail(int times) {
		for (int i = 0; i < times; i++) {
			this.pool.ledger().failed(getClass(), new IllegalStateException("Failure " + i)).uncaught();
		}
	}

	private void awaitCounted(long failures) {
		await().pollInterval(Duration.ofMillis(1)).until(() -> {
			PoolSnapshot.Failures counted = this.pool.snapshot().failures();
			return counted.reported() + counted.suppressed() == failures;
		});
	}

	private List<String> lines() {
		return new ArrayList<>(this.log.list).stream().map(ILoggingEvent::getFormattedMessage).toList();
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

}
