package io.lifeguard.engine.health;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.RejectedExecutionHandler;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.lifeguard.AlarmReporter;
import io.lifeguard.GuardedApplication;
import io.lifeguard.PoolAlarm;
import io.lifeguard.PoolFullException;
import io.lifeguard.TaskFailureReporter;
import io.lifeguard.shop.Errands;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for what an application's pools tell when they begin to refuse tasks.
 */
@ExtendWith(OutputCaptureExtension.class)
class FullPoolApplicationTests {

	private final BlockingQueue<PoolAlarm> alarms = new LinkedBlockingQueue<>();

	private final Errands errands = new Errands();

	@AfterEach
	void end() {
		this.errands.end();
	}

	@ParameterizedTest
	@ValueSource(strings = { "abort", "discard", "discard-oldest" })
	void oneReportWhenADeclaredPoolBeginsToRefuse(String rejection, CapturedOutput output) {
		assertOneReport(output,
				application().with("lifeguard.pools.mail.core-size=6", "lifeguard.pools.mail.max-size=6",
						"lifeguard.pools.mail.queue-capacity=1", "lifeguard.pools.mail.threads=platform",
						"lifeguard.pools.mail.rejection=" + rejection));
	}

	@ParameterizedTest
	@ValueSource(strings = { "abort", "discard" })
	@EnabledForJreRange(min = JRE.JAVA_21)
	void oneReportWhenVirtualThreadsBeginToRefuse(String rejection, CapturedOutput output) {
		assertOneReport(output, application().with("lifeguard.pools.mail.threads=virtual",
				"lifeguard.pools.mail.concurrency-limit=6", "lifeguard.pools.mail.rejection=" + rejection));
	}

	@ParameterizedTest
	@ValueSource(strings = { "block", "caller-runs" })
	@EnabledForJreRange(min = JRE.JAVA_21)
	void oneReportWhenVirtualThreadsLetTheirSubmittersWaitOrWork(String rejection) {
		GuardedApplication application = application().with("lifeguard.pools.mail.threads=virtual",
				"lifeguard.pools.mail.concurrency-limit=6", "lifeguard.pools.mail.health.saturated-for=1ms",
				"lifeguard.pools.mail.rejection=" + rejection);
		application.run(() -> {
			Executor mail = application.bean("mail", Executor.class);
			fill(mail, application);
			Thread submitter = new Thread(() -> mail.execute(this.errands::mail));
			submitter.start();
			PoolAlarm alarm = next();
			assertThat(alarm.throwable()).hasMessageStartingWith("Pool mail is full: 6 of 6 threads at work");
			assertThat(((PoolFullException) alarm.throwable()).explanation())
				.contains("; 2 Errands.print, all at io.lifeguard.shop.Errands.print(");
			this.errands.end();
			submitter.join();
			application.awaitQuiet("mail", 0);
		});
	}

	static Stream<RejectedExecutionHandler> handlers() {
		return Stream.of(new ThreadPoolExecutor.AbortPolicy(), new ThreadPoolExecutor.DiscardPolicy(),
				new ThreadPoolExecutor.DiscardOldestPolicy(), (task, pool) -> {
				});
	}

	@ParameterizedTest
	@MethodSource("handlers")
	void oneReportWhenAPoolWithAHandlerOfTheJdkOrItsOwnBeginsToRefuse(RejectedExecutionHandler handler,
			CapturedOutput output) {
		assertOneReport(output, application().with("mail", ThreadPoolExecutor.class,
				() -> new ThreadPoolExecutor(6, 6, 1, TimeUnit.MINUTES, new LinkedBlockingQueue<>(1), handler)));
	}

	private GuardedApplication application() {
		return new GuardedApplication().with("alarms", TaskFailureReporter.class, () -> new AlarmReporter(this.alarms));
	}

	private void assertOneReport(CapturedOutput output, GuardedApplication application) {
		application.run(() -> {
			Executor mail = application.bean("mail", Executor.class);
			fill(mail, application);
			for (int i = 0; i < 100; i++) {
				submit(mail);
			}
			PoolAlarm alarm = next();
			assertThat(alarm.kind()).isEqualTo(PoolAlarm.Kind.FULL);
			assertThat(((PoolFullException) alarm.throwable()).atWork()).satisfiesExactly(
					(mails) -> assertThat(mails)
						.startsWith("3 Errands.mail, 2 of them at io.lifeguard.shop.Errands.deliver("),
					(prints) -> assertThat(prints)
						.startsWith("2 Errands.print, all at io.lifeguard.shop.Errands.print("),
					(count) -> assertThat(count).startsWith("1 Errands.count at io.lifeguard.shop.Errands.count("));
			submit(mail);
			this.errands.end();
			application.awaitQuiet("mail", 0);
		});
		assertThat(this.alarms).isEmpty();
		assertThat(output).containsOnlyOnce(". At work: 3 Errands.mail, ");
	}

	private void fill(Executor mail, GuardedApplication application) {
		this.errands.giveTo(mail);
		await().until(() -> application.guarded("mail")
			.runningTasks(true)
			.stream()
			.filter((task) -> task.stack().toString().contains("CompletableFuture.waitingGet"))
			.count() == 6);
	}

	private PoolAlarm next() throws InterruptedException {
		PoolAlarm alarm = this.alarms.poll(10, TimeUnit.SECONDS);
		assertThat(alarm).isNotNull();
		return alarm;
	}

	private void submit(Executor pool) {
		try {
			pool.execute(this.errands::mail);
		}
		catch (RejectedExecutionException ex) {
			// As it should, where it aborts
		}
	}

}
