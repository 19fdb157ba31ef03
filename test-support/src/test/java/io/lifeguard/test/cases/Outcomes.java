package io.lifeguard.test.cases;

import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

/**
 * How the tests of a class end.
 */
final class Outcomes {

	private final Map<String, TestExecutionResult> results = new LinkedHashMap<>();

	private Outcomes() {
	}

	/**
	 * Run the tests of a class, one after the other.
	 */
	static Outcomes of(Class<?> tests) {
		return of(EngineTestKit.engine("junit-jupiter"), tests);
	}

	/**
	 * Run the tests of classes, eight at once.
	 */
	static Outcomes ofParallel(Class<?>... tests) {
		return of(EngineTestKit.engine("junit-jupiter")
			.configurationParameter("junit.jupiter.execution.parallel.enabled", "true")
			.configurationParameter("junit.jupiter.execution.parallel.mode.default", "concurrent")
			.configurationParameter("junit.jupiter.execution.parallel.config.strategy", "fixed")
			.configurationParameter("junit.jupiter.execution.parallel.config.fixed.parallelism", "8"), tests);
	}

	private static Outcomes of(EngineTestKit.Builder kit, Class<?>... tests) {
		for (Class<?> type : tests) {
			kit.selectors(selectClass(type));
		}
		Outcomes outcomes = new Outcomes();
		kit.execute()
			.allEvents()
			.finished()
			.stream()
			.filter((event) -> event.getTestDescriptor().isTest() || failure(event) != null)
			.forEach(outcomes::add);
		return outcomes;
	}

	private void add(Event event) {
		this.results.put(event.getTestDescriptor().getDisplayName().replace("()", ""),
				event.getRequiredPayload(TestExecutionResult.class));
	}

	private static @Nullable Throwable failure(Event event) {
		return event.getRequiredPayload(TestExecutionResult.class).getThrowable().orElse(null);
	}

	/**
	 * Return what each test failed with, {@code null} where it passed, by display names.
	 */
	Map<String, @Nullable Throwable> failures() {
		Map<String, @Nullable Throwable> failures = new LinkedHashMap<>();
		this.results.forEach((test, result) -> failures.put(test, result.getThrowable().orElse(null)));
		return failures;
	}

	@Nullable Throwable failure(String test) {
		if (!this.results.containsKey(test)) {
			throw new IllegalArgumentException("No test " + test + " among " + this.results.keySet());
		}
		return this.results.get(test).getThrowable().orElse(null);
	}

}
