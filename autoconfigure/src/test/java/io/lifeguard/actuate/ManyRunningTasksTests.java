package io.lifeguard.actuate;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.lifeguard.PoolSettings;
import io.lifeguard.ReportSettings;
import io.lifeguard.engine.pool.Pool;
import io.lifeguard.engine.pool.PoolRegistry;
import io.lifeguard.engine.task.Task;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.Show;
import org.springframework.core.task.SimpleAsyncTaskExecutor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for what {@link PoolsEndpoint} shows of a pool that runs very many tasks.
 */
class ManyRunningTasksTests {

	private final PoolRegistry registry = new PoolRegistry((name) -> PoolSettings.DEFAULT,
			new ReportSettings(List.of(), 3, ReportSettings.SubmissionSiteMode.ADAPTIVE));

	private final Pool pool = this.registry.register("mail", new SimpleAsyncTaskExecutor());

	private final CountDownLatch begun = new CountDownLatch(250);

	private final CountDownLatch release = new CountDownLatch(1);

	@AfterEach
	void close() {
		this.release.countDown();
		this.registry.close();
	}

	@Test
	void listsThoseThatHaveBeenRunningForLongestAndSaysHowManyOthersThereAre() throws Exception {
		run("first");
		await().until(() -> this.pool.snapshot().tasks().running() == 1);
		for (int i = 1; i < 250; i++) {
			run("later-" + i);
		}
		this.begun.await(10, TimeUnit.SECONDS);
		PoolDescriptor mail = details(Show.ALWAYS);
		assertThat(mail.tasks().running()).isEqualTo(250);
		assertThat(mail.runningTasks()).hasSize(100);
		assertThat(mail.runningTasks().get(0).thread()).isEqualTo("first");
		assertThat(mail.runningTasks()).isSortedAccordingTo((one, other) -> one.since().compareTo(other.since()))
			.allSatisfy((task) -> assertThat(task.stack()).isNotEmpty());
		assertThat(mail.runningTasksOmitted()).isEqualTo(150);
	}

	@Test
	void omitsNoneOfAFew() throws Exception {
		for (int i = 0; i < 100; i++) {
			run("thread-" + i);
		}
		await().until(() -> this.begun.getCount() == 150);
		PoolDescriptor mail = details(Show.ALWAYS);
		assertThat(mail.runningTasks()).hasSize(100);
		assertThat(mail.runningTasksOmitted()).isNull();
	}

	@Test
	void takesNoStackForSomebodyWhoMayNotSeeIt() throws Exception {
		Untouchable thread = new Untouchable(this::hold);
		thread.start();
		await().until(() -> this.begun.getCount() == 249);
		PoolDescriptor mail = details(Show.NEVER);
		assertThat(mail.runningTasks()).singleElement()
			.satisfies((task) -> assertThat(task.stack()).containsExactly("******"));
		assertThat(thread.asked).isFalse();
		details(Show.ALWAYS);
		assertThat(thread.asked).isTrue();
	}

	private PoolDescriptor details(Show show) {
		return new PoolsEndpoint(this.registry, show, Set.of()).pool(SecurityContext.NONE, "mail");
	}

	private void run(String thread) {
		new Thread(this::hold, thread).start();
	}

	private void hold() {
		Task task = new Held(this.pool);
		task.begin();
		this.begun.countDown();
		try {
			this.release.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		task.returned();
	}

	private static final class Held extends Task {

		Held(Pool pool) {
			super(pool.ledger(), "body", 0);
		}

	}

	/**
	 * Notices that its stack is taken.
	 */
	private static final class Untouchable extends Thread {

		private volatile boolean asked;

		Untouchable(Runnable task) {
			super(task);
		}

		@Override
		public StackTraceElement[] getStackTrace() {
			this.asked = true;
			return super.getStackTrace();
		}

	}

}
