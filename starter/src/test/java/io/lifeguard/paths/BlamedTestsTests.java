package io.lifeguard.paths;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

import io.lifeguard.Handling;
import io.lifeguard.TaskFailure;
import io.lifeguard.test.UnhandledTaskFailures;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.ArgumentsProvider;
import org.junit.jupiter.params.provider.ArgumentsSource;
import org.junit.jupiter.params.support.ParameterDeclarations;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.context.ApplicationContext;
import org.springframework.test.context.junit.jupiter.SpringExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

/**
 * Has a test of its own take each path: it fails exactly if nobody handles the failure,
 * and for that failure alone.
 */
class BlamedTestsTests {

	/** Tests at once, most of which wait for somebody to read a failure. */
	private static final String PARALLELISM = "24";

	@Test
	void blamesTheRightTestOneAfterTheOther() {
		assertBlames(EngineTestKit.engine("junit-jupiter").selectors(selectClass(BootsOwnPools.class)));
	}

	@Test
	void blamesTheRightTestInParallel() {
		assertBlames(EngineTestKit.engine("junit-jupiter")
			.selectors(selectClass(ExecutorBeansOfAllKinds.class))
			.configurationParameter("junit.jupiter.execution.parallel.enabled", "true")
			.configurationParameter("junit.jupiter.execution.parallel.mode.default", "concurrent")
			.configurationParameter("junit.jupiter.execution.parallel.config.strategy", "fixed")
			.configurationParameter("junit.jupiter.execution.parallel.config.fixed.parallelism", PARALLELISM));
	}

	private static void assertBlames(EngineTestKit.Builder tests) {
		Map<String, String> expected = new TreeMap<>();
		Map<String, String> actual = new TreeMap<>();
		tests.execute().testEvents().finished().stream().forEach((event) -> {
			Path path = PathsOfAnApplication.paths.get(event.getTestDescriptor().getDisplayName());
			expected.put(path.name(),
					(path.handling() != Handling.OBSERVED) ? "[" + path.name() + " in " + path.pool() + "]" : "passed");
			actual.put(path.name(), outcome(event));
		});
		assertThat(expected).hasSizeGreaterThan(200);
		List<String> wrong = new ArrayList<>();
		expected.forEach((name, outcome) -> {
			if (!outcome.equals(actual.get(name))) {
				wrong.add(name + ": " + actual.get(name));
			}
		});
		assertThat(wrong).isEmpty();
	}

	private static String outcome(Event event) {
		Throwable failure = event.getRequiredPayload(TestExecutionResult.class).getThrowable().orElse(null);
		if (failure instanceof UnhandledTaskFailures unhandled) {
			return unhandled.failures().stream().map(BlamedTestsTests::describe).toList().toString();
		}
		return (failure != null) ? failure.toString() : "passed";
	}

	private static String describe(TaskFailure failure) {
		return failure.throwable().getMessage() + " in " + failure.pool();
	}

	@SpringBootTest(classes = TaskFailurePathsTests.WorkApplication.class, webEnvironment = WebEnvironment.NONE,
			properties = { "lifeguard.test.settle=500ms", "logging.level.root=OFF" })
	static class BootsOwnPools {

		@ParameterizedTest(name = "{argumentSetName}")
		@ArgumentsSource(PathsOfAnApplication.class)
		void take(Path path) throws Exception {
			path.take();
		}

	}

	@SpringBootTest(classes = TaskFailurePathsTests.BeansApplication.class, webEnvironment = WebEnvironment.NONE,
			properties = { "lifeguard.test.settle=1s", "logging.level.root=OFF" })
	static class ExecutorBeansOfAllKinds {

		@ParameterizedTest(name = "{argumentSetName}")
		@ArgumentsSource(PathsOfAnApplication.class)
		void take(Path path) throws Exception {
			path.take();
		}

	}

	/**
	 * Provides the paths of a test's application.
	 */
	static class PathsOfAnApplication implements ArgumentsProvider {

		static final Map<String, Path> paths = new TreeMap<>();

		@Override
		public Stream<? extends Arguments> provideArguments(ParameterDeclarations parameters,
				ExtensionContext context) {
			ApplicationContext application = SpringExtension.getApplicationContext(context);
			List<Path> all = (context.getRequiredTestClass() == BootsOwnPools.class)
					? TaskFailurePathsTests.pathsInBootsOwnPools(application)
					: TaskFailurePathsTests.pathsInExecutorBeans(application);
			all.forEach((path) -> paths.put(path.name(), path));
			return all.stream().map((path) -> Arguments.argumentSet(path.name(), path));
		}

	}

}
