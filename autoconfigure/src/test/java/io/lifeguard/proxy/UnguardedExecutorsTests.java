package io.lifeguard.proxy;

import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;

import io.lifeguard.GuardedApplication;
import io.lifeguard.Lifeguard;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.task.SyncTaskExecutor;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link UnguardedExecutors}.
 */
@ExtendWith(OutputCaptureExtension.class)
class UnguardedExecutorsTests {

	private final GuardedApplication application = new GuardedApplication();

	@Test
	void namesWhatBeansHaveInTheirFieldsInOneLine(CapturedOutput output) {
		ExecutorService own = Executors.newSingleThreadExecutor();
		ThreadPoolTaskScheduler scheduler = new ThreadPoolTaskScheduler();
		this.application.with("client", Client.class, () -> new Client(own))
			.with("sameExecutor", Client.class, () -> new Client(own))
			.with("poller", Poller.class, () -> new Poller(scheduler))
			.run(() -> assertThat(output).containsOnlyOnce("Not guarded")
				.contains("Not guarded, since they are no beans of their own: executor of client; scheduler of poller. "
						+ "Make a bean of what is yours, or guard it with Lifeguard.guard"));
		own.shutdownNow();
	}

	@Test
	void namesNothingThatIsGuardedOrHasNoThreads(CapturedOutput output) {
		ThreadPoolTaskExecutor mail = new ThreadPoolTaskExecutor();
		ThreadPoolTaskExecutor excluded = new ThreadPoolTaskExecutor();
		ExecutorService byHand = Executors.newSingleThreadExecutor();
		this.application.with("lifeguard.exclude=excluded")
			.with("mail", ThreadPoolTaskExecutor.class, () -> mail)
			.with("excluded", ThreadPoolTaskExecutor.class, () -> excluded)
			.with("bare", Client.class, () -> new Client(mail))
			.with("alone", Client.class, () -> new Client(excluded))
			.with("caller", Client.class, () -> new Client(Runnable::run))
			.with("sync", Client.class, () -> new Client(new SyncTaskExecutor()))
			.with("common", Client.class, () -> new Client(ForkJoinPool.commonPool()))
			.with("guarded", Client.class, () -> new Client(Lifeguard.guard("byHand", byHand)))
			.with("none", Client.class, () -> new Client(null))
			.run(() -> assertThat(output).doesNotContain("Not guarded"));
		byHand.shutdownNow();
	}

	record Client(Executor executor) {

	}

	record Poller(TaskScheduler scheduler) {

	}

}
