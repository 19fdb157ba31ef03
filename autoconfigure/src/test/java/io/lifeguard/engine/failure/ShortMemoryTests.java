package io.lifeguard.engine.failure;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import io.lifeguard.PoolSettings;
import io.lifeguard.PoolSnapshot;
import io.lifeguard.ReportSettings;
import io.lifeguard.TaskFailure;
import io.lifeguard.engine.guard.ExecutorGuard;
import io.lifeguard.engine.pool.Pool;
import io.lifeguard.engine.pool.PoolRegistry;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of what becomes of failures where memory is short, each in a JVM of its own.
 */
class ShortMemoryTests {

	@Test
	void readFailuresThatHoldMuchDoNotExhaustTheHeap() throws Exception {
		assertThat(run(ReadFailures.class, "-Xmx256m")).contains("READ 200");
	}

	@Test
	void unreadFailuresThatHoldMuchDoNotExhaustTheHeap() throws Exception {
		assertThat(run(UnreadFailures.class, "-Xmx256m")).contains("UNOBSERVED 200");
	}

	@Test
	void reportsGoOnAfterTheHeapWasFull() throws Exception {
		assertThat(run(FullHeap.class, "-Xmx64m")).contains("REPORTED last", "OBSERVED 1")
			.anyMatch((line) -> line.startsWith("BALANCED true"));
	}

	@Test
	void anUnreadFailureKeepsItsStackAsLongAsThereIsMemory() throws Exception {
		assertThat(run(KeptFailure.class, "-Xms256m", "-Xmx256m", "-XX:SoftRefLRUPolicyMSPerMB=8"))
			.contains("REPORTED java.lang.IllegalStateException");
	}

	private static List<String> run(Class<?> application, String... options) throws Exception {
		List<String> command = new ArrayList<>();
		command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
		command.addAll(List.of(options));
		command.addAll(List.of("-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"),
				application.getName()));
		Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
		try (BufferedReader reader = new BufferedReader(
				new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
			List<String> output = reader.lines().toList();
			process.waitFor();
			return output;
		}
	}

	private static PoolRegistry registry() {
		return new PoolRegistry((name) -> PoolSettings.DEFAULT, ReportSettings.DEFAULT);
	}

	private static ExecutorService guarded(PoolRegistry registry, String name) {
		ThreadPoolExecutor executor = new ThreadPoolExecutor(1, 1, 1, TimeUnit.MINUTES, new LinkedBlockingQueue<>());
		executor.setThreadFactory((task) -> {
			Thread thread = new Thread(task);
			thread.setDaemon(true);
			return thread;
		});
		return (ExecutorService) ExecutorGuard.of(executor, registry.register(name, executor));
	}

	private static void print(String line) {
		System.out.println(line);
	}

	static class Large extends RuntimeException {

		private final byte[] body = new byte[10 * 1024 * 1024];

		@Override
		public String getMessage() {
			return "Holds " + this.body.length;
		}

	}

	static class ReadFailures {

		public static void main(String[] arguments) throws Exception {
			PoolRegistry registry = registry();
			registry.report(List.of());
			int read = 0;
			for (String name : List.of("one", "two", "three", "four")) {
				ExecutorService pool = guarded(registry, name);
				for (int i = 0; i < 50; i++) {
					try {
						pool.submit(() -> {
							throw new Large();
						}).get();
					}
					catch (ExecutionException ex) {
						read += (ex.getCause() instanceof Large) ? 1 : 0;
					}
				}
			}
			print("READ " + read);
		}

	}

	static class UnreadFailures {

		public static void main(String[] arguments) throws Exception {
			PoolRegistry registry = registry();
			registry.report(List.of());
			ExecutorService executor = guarded(registry, "one");
			for (int i = 0; i < 200; i++) {
				executor.submit(() -> {
					throw new Large();
				});
			}
			executor.submit(() -> "last").get();
			Pool pool = registry.pool("one");
			while (pool.snapshot().failures().unobserved() < 200) {
				System.gc();
			}
			print("UNOBSERVED " + pool.snapshot().failures().unobserved());
		}

	}

	static class FullHeap {

		public static void main(String[] arguments) throws Exception {
			PoolRegistry registry = registry();
			Queue<TaskFailure> reported = new ConcurrentLinkedQueue<>();
			registry.report(List.of(reported::add));
			ExecutorService executor = guarded(registry, "one");
			long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(4);
			while (System.nanoTime() - end < 0) {
				fill(executor);
			}
			Future<?> read = executor.submit(() -> {
				throw new IllegalStateException("read");
			});
			try {
				read.get();
			}
			catch (ExecutionException ex) {
				print("OBSERVED " + registry.pool("one").snapshot().failures().observed());
			}
			executor.execute(() -> {
				throw new IllegalArgumentException("last");
			});
			while (reported.stream().noneMatch((failure) -> "last".equals(failure.throwable().getMessage()))) {
				Thread.onSpinWait();
			}
			print("REPORTED last");
			PoolSnapshot snapshot = registry.pool("one").snapshot();
			end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
			while (!isBalanced(snapshot) && System.nanoTime() - end < 0) {
				snapshot = registry.pool("one").snapshot();
			}
			print("BALANCED " + isBalanced(snapshot) + " " + snapshot);
		}

		private static boolean isBalanced(PoolSnapshot snapshot) {
			PoolSnapshot.Tasks tasks = snapshot.tasks();
			PoolSnapshot.Failures failures = snapshot.failures();
			return tasks.running() == 0 && tasks.submitted() == tasks.succeeded() + tasks.failed() + tasks.queued()
					&& failures.uncaught() + failures.unobserved() == failures.reported() + failures.suppressed();
		}

		private static void fill(ExecutorService executor) {
			List<byte[]> all = new ArrayList<>();
			try {
				while (true) {
					all.add(new byte[64 * 1024]);
					if (all.size() % 100 == 0) {
						executor.execute(() -> {
							throw new IllegalStateException("In short memory");
						});
					}
				}
			}
			catch (OutOfMemoryError ex) {
				all.clear();
			}
		}

	}

	static class KeptFailure {

		public static void main(String[] arguments) throws Exception {
			PoolRegistry registry = registry();
			Queue<TaskFailure> reported = new ConcurrentLinkedQueue<>();
			registry.report(List.of(reported::add));
			Future<?> unread = guarded(registry, "one").submit(() -> {
				throw new IllegalStateException("Unread");
			});
			while (!unread.isDone()) {
				Thread.onSpinWait();
			}
			long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
			while (System.nanoTime() - end < 0) {
				System.gc();
				TimeUnit.MILLISECONDS.sleep(300);
			}
			unread = null;
			while (reported.isEmpty()) {
				System.gc();
			}
			print("REPORTED " + reported.peek().throwable().getClass().getName());
		}

	}

}
