package io.lifeguard.library;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;

import io.lifeguard.PoolSnapshot;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@ExtendWith(OutputCaptureExtension.class)
class DroppedErrorsTests {

	private static final String LOG = "Operator called default onErrorDropped";

	private final Queue<Throwable> hooked = new ConcurrentLinkedQueue<>();

	@AfterEach
	void reset() {
		Hooks.resetOnErrorDropped();
	}

	@Test
	void areLeftToAHookThatTheApplicationHas(CapturedOutput output) {
		Hooks.onErrorDropped(this.hooked::add);
		assertThat(new SentryApplication().run(this::drop)).isEmpty();
		assertThat(this.hooked).hasSize(1);
		drop();
		assertThat(this.hooked).hasSize(2);
		assertThat(output).doesNotContain(LOG);
	}

	@Test
	void areLeftToAHookThatComesLater(CapturedOutput output) {
		List<JsonNode> events = new SentryApplication().run((context) -> {
			Hooks.onErrorDropped(this.hooked::add);
			drop(context);
		});
		assertThat(events).isEmpty();
		assertThat(this.hooked).hasSize(1);
		drop();
		assertThat(this.hooked).hasSize(2);
		assertThat(output).doesNotContain(LOG);
	}

	@Test
	void areOnlyLoggedWhereNoTaskRuns(CapturedOutput output) {
		assertThat(new SentryApplication().run((context) -> drop())).isEmpty();
		assertThat(output).containsOnlyOnce(LOG);
	}

	@Test
	void areSeenAgainOnceTheHookHasBeenReset() {
		List<JsonNode> events = new SentryApplication().run((context) -> {
			Hooks.resetOnErrorDropped();
			await().until(() -> {
				drop(context);
				return SentryApplication.pool(context).failures().uncaught() > 0;
			});
		});
		assertThat(events).hasSize(1);
	}

	@Test
	void areReactorsOnceMoreWhenTheLastApplicationHasClosed(CapturedOutput output) {
		new SentryApplication().run((outer) -> {
			new SentryApplication().run((inner) -> {
			});
			drop(outer);
			assertThat(SentryApplication.pool(outer).failures().uncaught()).isEqualTo(1);
		});
		assertThat(output).containsOnlyOnce(LOG);
		Hooks.onErrorDropped(this.hooked::add);
		drop();
		assertThat(output).containsOnlyOnce(LOG);
		assertThat(this.hooked).hasSize(1);
	}

	private void drop(ApplicationContext context) {
		long ended = ended(context);
		context.getBean(SentryApplication.POOL, Executor.class).execute(DroppedErrorsTests::drop);
		await().until(() -> ended(context) > ended);
	}

	private static long ended(ApplicationContext context) {
		PoolSnapshot.Tasks tasks = SentryApplication.pool(context).tasks();
		return tasks.succeeded() + tasks.failed();
	}

	private static void drop() {
		Operators.onErrorDropped(new IllegalStateException("Dropped"), Context.empty());
	}

}
