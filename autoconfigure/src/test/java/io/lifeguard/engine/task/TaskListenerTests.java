package io.lifeguard.engine.task;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.lifeguard.GuardedApplication;
import io.lifeguard.Outcome;
import io.lifeguard.TaskListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link TaskListener}.
 */
@ExtendWith(OutputCaptureExtension.class)
class TaskListenerTests {

	@Test
	void failsNoTaskWhenItFails(CapturedOutput output) {
		GuardedApplication application = new GuardedApplication().with("executor", ThreadPoolTaskExecutor.class,
				ThreadPoolTaskExecutor::new);
		application.run(() -> {
			Queue<Outcome> told = new ConcurrentLinkedQueue<>();
			application.guarded("executor").addListener((outcome, waited, ran) -> {
				throw new IllegalStateException("No room for a meter");
			});
			application.guarded("executor").addListener((outcome, waited, ran) -> told.add(outcome));
			ThreadPoolTaskExecutor executor = application.bean("executor", ThreadPoolTaskExecutor.class);
			assertThat(executor.submit(() -> 1).get()).isEqualTo(1);
			assertThat(executor.submitCompletable(() -> 2).get()).isEqualTo(2);
			application.awaitQuiet("executor", 0);
			assertThat(application.pool("executor").tasks().succeeded()).isEqualTo(2);
			assertThat(told).containsExactly(Outcome.SUCCESS, Outcome.SUCCESS);
		});
		assertThat(output).containsOnlyOnce("A listener to the tasks of pool executor has failed");
	}

}
