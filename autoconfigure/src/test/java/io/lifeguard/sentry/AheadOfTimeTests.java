package io.lifeguard.sentry;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import javax.tools.ToolProvider;

import io.lifeguard.shop.FailingApplication;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.SpringApplicationAotProcessor;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Processes an application ahead of time as Spring Boot's plugins do, and starts what has
 * become of it, each in a JVM of its own.
 */
class AheadOfTimeTests {

	private static final String WARNING = "'sentry.dsn' is set, but Sentry gets no events: the application was "
			+ "processed ahead of time without it, and so without Sentry's beans. Put an empty 'sentry.dsn=' into "
			+ "application.properties and process the application again: what is set at run time then counts";

	private static final String PATH = System.getProperty("java.class.path");

	private final SentryReceiver sentry = SentryReceiver.start();

	@TempDir
	private Path folder;

	@AfterEach
	void close() {
		this.sentry.close();
	}

	@Test
	void saysWhySentryGetsNothingWhereItWasNotThereAheadOfTime() throws Exception {
		process();
		assertThat(start("--sentry.dsn=" + this.sentry.dsn())).contains(WARNING, "no stock");
		assertThat(this.sentry.events()).isEmpty();
		assertThat(start()).contains("no stock").doesNotContain("Sentry gets no events");
	}

	@Test
	void sentryGetsItsEventsWhereAnEmptyDsnWasThereAheadOfTime() throws Exception {
		process("--sentry.dsn=");
		assertThat(start("--sentry.dsn=" + this.sentry.dsn())).contains("no stock")
			.doesNotContain("Sentry gets no events");
		assertThat(this.sentry.events()).singleElement()
			.satisfies((event) -> assertThat(event.path("tags").path("pool").asString())
				.isEqualTo("applicationTaskExecutor"));
		assertThat(start("--sentry.dsn=")).contains("no stock").doesNotContain("Sentry gets no events");
	}

	@Test
	void saysNothingWhereAllIsDoneAtTheStart() throws Exception {
		String output = run(PATH, List.of(), FailingApplication.class, "--spring.main.web-application-type=none",
				"--sentry.dsn=" + this.sentry.dsn(),
				"--spring.autoconfigure.exclude=" + "io.sentry.spring.boot4.SentryAutoConfiguration");
		assertThat(output).contains("no stock").doesNotContain("Sentry gets no events");
	}

	/**
	 * Process the application with the given arguments, and compile what that generates.
	 */
	private void process(String... arguments) throws Exception {
		Path sources = this.folder.resolve("sources");
		List<String> all = new ArrayList<>(List.of(FailingApplication.class.getName(), sources.toString(),
				this.folder.resolve("resources").toString(), this.folder.resolve("classes").toString(), "group",
				"artifact", "--spring.main.web-application-type=none"));
		all.addAll(List.of(arguments));
		String output = run(PATH, List.of(), SpringApplicationAotProcessor.class, all.toArray(String[]::new));
		assertThat(sources).as(output).isDirectory();
		List<String> compiler = new ArrayList<>(
				List.of("-proc:none", "-nowarn", "-d", this.folder.resolve("classes").toString(), "-cp", PATH));
		try (Stream<Path> files = Files.walk(sources)) {
			files.map(Path::toString).filter((file) -> file.endsWith(".java")).forEach(compiler::add);
		}
		assertThat(ToolProvider.getSystemJavaCompiler().run(null, null, null, compiler.toArray(String[]::new)))
			.isZero();
	}

	private String start(String... arguments) throws Exception {
		String path = String.join(File.pathSeparator, this.folder.resolve("classes").toString(),
				this.folder.resolve("resources").toString(), PATH);
		List<String> all = new ArrayList<>(List.of("--spring.main.web-application-type=none"));
		all.addAll(List.of(arguments));
		String output = run(path, List.of("-Dspring.aot.enabled=true"), FailingApplication.class,
				all.toArray(String[]::new));
		assertThat(output).contains("Starting AOT-processed FailingApplication");
		return output;
	}

	private static String run(String path, List<String> options, Class<?> main, String... arguments)
			throws IOException, InterruptedException {
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
						"-cp", path));
		command.addAll(options);
		command.add(main.getName());
		command.addAll(List.of(arguments));
		Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
		String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
		assertThat(process.exitValue()).as(output).isZero();
		return output;
	}

}
