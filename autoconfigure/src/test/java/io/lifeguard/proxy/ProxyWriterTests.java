package io.lifeguard.proxy;

import java.io.IOException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongBinaryOperator;
import java.util.function.Supplier;

import io.lifeguard.PoolSettings;
import io.lifeguard.ReportSettings;
import io.lifeguard.engine.guard.ExecutorGuard;
import io.lifeguard.engine.pool.PoolRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link ProxyWriter}: what reaches the executor, by the traces it leaves there
 * and not in the proxy.
 */
class ProxyWriterTests {

	private final PoolRegistry registry = new PoolRegistry((name) -> PoolSettings.DEFAULT, ReportSettings.DEFAULT);

	private final Calls executor = new Calls();

	private final Calls proxy = (Calls) proxy(this.executor);

	private Object proxy(Object executor) {
		ExecutorGuard guard = ExecutorGuard.of(executor, this.registry.register("calls", executor));
		return ExecutorProxies.create(executor, guard, executor.getClass());
	}

	@AfterEach
	void close() {
		this.registry.close();
	}

	@Test
	void takesTasksToTheGuard() {
		AtomicInteger ran = new AtomicInteger();
		this.proxy.execute(ran::incrementAndGet);
		assertThat(ran).hasValue(1);
		assertThat(this.registry.pool("calls").snapshot().tasks().succeeded()).isOne();
	}

	@Test
	void passesArgumentsOfAnyWidth() throws IOException {
		assertThat(this.proxy.wide(1L, 2.5, (byte) 3, true, "four", 5.5f)).isEqualTo("1 2.5 3 true four 5.5");
		assertThat(this.executor.calls).hasValue(1);
		assertThat(this.proxy.primitive(40, 2)).isEqualTo(42L);
		assertThat(this.proxy.calls("one", "two")).isEqualTo(2);
	}

	@Test
	void throwsWhatTheExecutorThrows() throws Exception {
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> this.proxy.wide(0, 0, (byte) 0, false, null, 0))
			.withMessage("nothing");
		assertThat(this.proxy.getClass()
			.getMethod("wide", long.class, double.class, byte.class, boolean.class, String.class, float.class)
			.getExceptionTypes()).containsExactly(IOException.class);
	}

	@Test
	void takesBridgesToTheExecutor() {
		Supplier<?> generic = this.proxy;
		assertThat(generic.get()).isEqualTo("got");
		assertThat(this.executor.calls).hasValue(1);
	}

	@Test
	void takesWhatAHiddenSuperclassDeclaresToTheExecutor() {
		this.proxy.inherited();
		assertThat(this.executor.calls).hasValue(1);
	}

	@Test
	void takesWhatOnlyNeighboursMayCallToTheExecutor() {
		this.proxy.amongNeighbours();
		assertThat(this.executor.calls).hasValue(1);
	}

	@Test
	void takesDefaultMethodsToTheExecutor() {
		assertThat(this.proxy.byDefault()).isSameAs(this.executor);
	}

	@Test
	void takesMethodsOfFurtherInterfacesToTheExecutor() {
		FinalCalls executor = new FinalCalls();
		ExecutorGuard guard = ExecutorGuard.of(executor, this.registry.register("final", executor));
		Object proxy = ExecutorProxies.create(executor, guard, Calls.class);
		assertThat(((LongBinaryOperator) proxy).applyAsLong(40, 2)).isEqualTo(42);
		assertThat(executor.calls).hasValue(1);
	}

	@Test
	void leavesMethodsToTheExecutorThatAreOnlyCalledLikeThoseOfTheGuard() {
		Runnable task = () -> {
		};
		Namesakes executor = (Namesakes) proxy(new Namesakes());
		assertThat(executor.submit(task)).isEqualTo("submitted");
		assertThat(executor.execute(task, 5)).isEqualTo(5);
		assertThat(executor.remove(task)).isEqualTo("removed");
		assertThat(this.registry.pool("calls").snapshot().tasks().submitted()).isZero();
	}

	@Test
	void hasAnIdentityWhateverTheExecutorCallsEqual() {
		assertThat(this.executor).isEqualTo(new Calls());
		assertThat(this.proxy.equals(this.proxy)).isTrue();
		assertThat(this.proxy.equals(this.executor)).isFalse();
		assertThat(this.proxy.hashCode()).isEqualTo(System.identityHashCode(this.proxy));
		assertThat(this.proxy).hasToString("calls");
	}

	interface WithDefault {

		default Object byDefault() {
			return this;
		}

	}

	abstract static class Hidden {

		final AtomicInteger calls = new AtomicInteger();

		public void inherited() {
			this.calls.incrementAndGet();
		}

	}

	public static class Calls extends Hidden implements Executor, Supplier<String>, WithDefault {

		@Override
		public void execute(Runnable task) {
			task.run();
		}

		public String wide(long a, double b, byte c, boolean d, String e, float f) throws IOException {
			if (e == null) {
				throw new IOException("nothing");
			}
			this.calls.incrementAndGet();
			return a + " " + b + " " + c + " " + d + " " + e + " " + f;
		}

		public long primitive(long one, int other) {
			return one + other;
		}

		public int calls(String... names) {
			return names.length;
		}

		@Override
		public String get() {
			this.calls.incrementAndGet();
			return "got";
		}

		void amongNeighbours() {
			this.calls.incrementAndGet();
		}

		@Override
		public boolean equals(Object other) {
			return other instanceof Calls;
		}

		@Override
		public int hashCode() {
			return 1;
		}

		@Override
		public String toString() {
			return "calls";
		}

	}

	public static class Namesakes implements Executor {

		@Override
		public void execute(Runnable task) {
			task.run();
		}

		public String submit(Runnable task) {
			return "submitted";
		}

		public long execute(Runnable task, long priority) {
			return priority;
		}

		public String remove(Runnable task) {
			return "removed";
		}

	}

	static final class FinalCalls extends Calls implements LongBinaryOperator {

		@Override
		public long applyAsLong(long left, long right) {
			this.calls.incrementAndGet();
			return left + right;
		}

	}

}
