package io.lifeguard.sentry;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.lifeguard.shop.ShutdownApplication;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Terminates an application in a JVM of its own, as an operating system does.
 */
class TerminationTests {

	private final SentryReceiver sentry = SentryReceiver.start();

	@AfterEach
	void close() {
		this.sentry.close();
	}

	@Test
	void tellsTheTasksLostWhenTerminatedInTheMiddleOfLoad() throws Exception {
		List<String> output = terminate("slow", "--spring.lifecycle.timeout-per-shutdown-phase=1s");
		List<JsonNode> lost = this.sentry.events()
			.stream()
			.filter((event) -> event.path("tags").path("lost").asString().equals("shutdown"))
			.toList();
		assertThat(lost).as(() -> String.join("\n", output)).hasSize(1);
		assertThat(lost.get(0).path("contexts").path("Lost Tasks").path("applicationTaskExecutor").asString())
			.isEqualTo("applicationTaskExecutor: 50 (50 x ShutdownApplication.OrderTask)");
		assertThat(output).filteredOn((line) -> line.contains("Lost 50 tasks")).hasSize(1);
		assertThat(output).filteredOn((line) -> line.contains("was interrupted by the shutdown of its pool"))
			.hasSize(1);
		assertThat(this.sentry.events()).hasSize(2);
		assertThat(output).doesNotContain("DONE");
	}

	@Test
	void losesNothingWhenTheApplicationAwaitsItsTasks() throws Exception {
		List<String> output = terminate("quick", "--spring.task.execution.shutdown.await-termination=true",
				"--spring.task.execution.shutdown.await-termination-period=20s", "--server.shutdown=graceful");
		assertThat(output).filteredOn("DONE"::equals).hasSize(50);
		assertThat(output).noneMatch((line) -> line.contains("Lost "));
		assertThat(this.sentry.events()).isEmpty();
	}

	private List<String> terminate(String speed, String... properties) throws IOException, InterruptedException {
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
						"-cp", System.getProperty("java.class.path"), ShutdownApplication.class.getName(), speed,
						"--spring.main.web-application-type=none", "--sentry.dsn=" + this.sentry.dsn(),
						"--spring.task.execution.pool.core-size=1"));
		command.addAll(List.of(properties));
		Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
		List<String> output = new ArrayList<>();
		try (BufferedReader reader = new BufferedReader(
				new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
			for (String line = reader.readLine(); line != null; line = reader.readLine()) {
				output.add(line);
				if (line.equals("READY")) {
					process.toHandle().destroy(); // SIGTERM
				}
			}
		}
		assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
		assertThat(output).contains("READY");
		return output;
	}

}
