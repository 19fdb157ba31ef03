package io.lifeguard.shop;

import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import io.lifeguard.Lifeguard;
import io.lifeguard.PoolAlarm;
import io.lifeguard.TaskFailure;
import io.lifeguard.TaskFailureReporter;

import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.core.annotation.Order;
import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.stereotype.Component;
import org.springframework.web.client.RestClient;

/**
 * What the documentation shows, compiled.
 */
@SuppressWarnings("ClassCanBeStatic") // shown as top-level classes
final class Snippets {

	private Snippets() {
	}

	// snippet: ChatReporter
	@Component
	@Order(10)
	class ChatReporter implements TaskFailureReporter {

		private final RestClient chat = RestClient.create("http://127.0.0.1:8065/hooks/alerts");

		@Override
		public void report(TaskFailure failure) {
			this.chat.post()
				.body(Map.of("text", failure.task() + " failed in pool " + failure.pool() + ": " + failure.throwable()))
				.retrieve()
				.toBodilessEntity();
		}

		@Override
		public void reportAlarm(PoolAlarm alarm) {
			this.chat.post().body(Map.of("text", alarm.throwable().getMessage())).retrieve().toBodilessEntity();
		}

	}
	// end

	// snippet: Leak
	@Component
	class Leak implements ApplicationRunner {

		private final AsyncTaskExecutor executor;

		Leak(AsyncTaskExecutor applicationTaskExecutor) {
			this.executor = applicationTaskExecutor;
		}

		@Override
		public void run(ApplicationArguments arguments) {
			this.executor.execute(() -> {
				throw new IllegalStateException("Nobody would have known");
			});
		}

	}
	// end

	// snippet: ImportJob
	class ImportJob {

		void run(List<Path> files) {
			ExecutorService executor = Lifeguard.guard("import", Executors.newFixedThreadPool(4));
			try {
				files.forEach((file) -> executor.execute(() -> load(file)));
			}
			finally {
				executor.shutdown();
			}
		}

		private void load(Path file) {
			throw new UncheckedIOException(new NoSuchFileException(file.toString()));
		}

	}
	// end

	// snippet: Prefetch
	class Prefetch {

		private final AsyncTaskExecutor executor;

		Prefetch(AsyncTaskExecutor executor) {
			this.executor = executor;
		}

		void warmUp(Runnable load) {
			Lifeguard.ignore(this.executor.submit(load));
		}

	}
	// end

}
