package io.lifeguard.engine.health;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.lifeguard.AlarmReporter;
import io.lifeguard.HealthSettings;
import io.lifeguard.LoggingTaskFailureReporter;
import io.lifeguard.PoolAlarm;
import io.lifeguard.PoolSettings;
import io.lifeguard.ReportSettings;
import io.lifeguard.StuckTaskException;
import io.lifeguard.engine.future.CallableTask;
import io.lifeguard.engine.guard.ExecutorGuard;
import io.lifeguard.engine.pool.Pool;
import io.lifeguard.engine.pool.PoolRegistry;
import io.lifeguard.engine.task.Ledger;
import io.lifeguard.shop.SlowReport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.task.SimpleAsyncTaskExecutor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for tasks that do not come to an end.
 */
@ExtendWith(OutputCaptureExtension.class)
class StuckTaskTests {

	private final BlockingQueue<PoolAlarm> alarms = new LinkedBlockingQueue<>();

	private final SlowReport report = new SlowReport();

	private final SimpleAsyncTaskExecutor executor = new SimpleAsyncTaskExecutor("mail-");

	private final PoolRegistry registry = new PoolRegistry((name) -> settings(Duration.ofMillis(1)),
			new ReportSettings(List.of(), 3, ReportSettings.SubmissionSiteMode.ADAPTIVE));

	private final Pool pool = this.registry.register("mail", this.executor);

	private final ExecutorGuard guarded = ExecutorGuard.of(this.executor, this.pool);

	@BeforeEach
	void report() {
		this.registry.report(List.of(new LoggingTaskFailureReporter(), new AlarmReporter(this.alarms)));
	}

	@AfterEach
	void close() {
		this.report.end();
		this.registry.close();
	}

	@Test
	void areReportedOnceWithTheirStack(CapturedOutput output) throws Exception {
		this.report.submitTo(this.guarded);
		PoolAlarm alarm = this.alarms.poll(10, TimeUnit.SECONDS);
		assertThat(alarm).isNotNull();
		assertThat(alarm.kind()).isEqualTo(PoolAlarm.Kind.STUCK);
		assertThat(alarm.task()).isEqualTo("SlowReport.build");
		assertThat(alarm.thread()).isEqualTo("mail-1");
		assertThat(alarm.throwable()).isInstanceOf(StuckTaskException.class)
			.hasMessage("SlowReport.build is stuck in pool mail: it has been running for more than 1 ms "
					+ "on thread mail-1");
		assertThat(alarm.throwable().getStackTrace()).anyMatch((frame) -> frame.getMethodName().equals("build"));
		assertThat(this.pool.stuck()).isOne();
		this.report.end();
		await().untilAsserted(() -> assertThat(output).contains("is not stuck in pool mail any more: it ended after"));
		assertThat(this.pool.stuck()).isZero();
		assertThat(this.alarms).isEmpty();
		assertThat(output).containsOnlyOnce("on thread mail-1, since");
		assertThat(this.pool.snapshot().tasks().failed()).isZero();
		assertThat(this.pool.snapshot().failures().reported()).isZero();
	}

	@Test
	void areHeldBackInAStorm() throws Exception {
		int tasks = 20;
		for (int i = 0; i < tasks; i++) {
			this.report.submitTo(this.guarded);
		}
		for (int i = 0; i < 3; i++) {
			assertThat(this.alarms.poll(10, TimeUnit.SECONDS)).isNotNull();
		}
		await().until(() -> this.pool.stuck() == tasks);
		this.registry.close();
		assertThat(this.alarms).isEmpty();
	}

	@Test
	void areFollowedByNobodyWithALimitOfZero() {
		Ledger ledger = this.pool.ledger();
		new CallableTask<>(ledger, () -> this, 0, true).begin();
		assertThat(ledger.running().tasks()).hasSize(1);
		assertThat(new StuckTasks(ledger.running(), Duration.ZERO).now()).isEmpty();
	}

	@Test
	void bringTheirSubmissionSiteTheSecondTime() throws Exception {
		this.report.submitTo(this.guarded);
		assertThat(this.alarms.poll(10, TimeUnit.SECONDS)).extracting(PoolAlarm::submissionSite).isNull();
		this.report.submitTo(this.guarded);
		PoolAlarm alarm = this.alarms.poll(10, TimeUnit.SECONDS);
		assertThat(alarm).isNotNull();
		assertThat(alarm.submissionSite()).asString().contains("SlowReport.submitTo");
	}

	private static PoolSettings settings(Duration stuckAfter) {
		return new PoolSettings(Duration.ofMinutes(1), true, stuckAfter, Duration.ZERO, Duration.ZERO, false,
				HealthSettings.DEFAULT);
	}

}
