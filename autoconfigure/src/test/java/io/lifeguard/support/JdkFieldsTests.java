package io.lifeguard.support;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Where the package is opened, and where it is not.
 */
@Tag("completions")
class JdkFieldsTests {

	private final AtomicReference<Runnable> task = new AtomicReference<>();

	private final Executor executor = this.task::set;

	@Test
	void readAndWriteWhatATaskOfTheJdkHolds() {
		CompletableFuture<String> future = CompletableFuture.supplyAsync(() -> "own", this.executor);
		JdkFields fields = requireNonNull(JdkFields.of(this.task.get().getClass(), "fn", "dep"));
		Object[] values = fields.read(this.task.get());
		assertThat(((Supplier<?>) values[0]).get()).isEqualTo("own");
		assertThat(values[1]).isSameAs(future);
		values[0] = (Supplier<String>) () -> "other";
		fields.write(this.task.get(), values);
		this.task.get().run();
		assertThat(future.join()).isEqualTo("other");
	}

	@Test
	void keepWhatASuperclassHolds() {
		CompletableFuture<String> source = CompletableFuture.completedFuture("own");
		CompletableFuture<Void> stage = source.thenRunAsync(() -> {
		}, this.executor);
		Runnable task = this.task.get();
		JdkFields function = requireNonNull(JdkFields.of(task.getClass(), "fn"));
		JdkFields sources = requireNonNull(JdkFields.of(task.getClass().getSuperclass(), "src", "dep"));
		AtomicReference<String> ran = new AtomicReference<>();
		function.write(task, new Object[] { (Runnable) () -> ran.set("ran") });
		assertThat(sources.read(task)).containsExactly(source, stage);
		task.run();
		assertThat(ran).hasValue("ran");
		assertThat(stage).isCompleted();
	}

	@Test
	void areNoneWhereTheClassHasNoSuchFields() {
		assertThat(JdkFields.of(CompletableFuture.class, "none")).isNull();
		assertThat(JdkFields.of(Integer.class, "value")).isNull();
	}

}
