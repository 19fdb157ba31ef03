package io.lifeguard.test;

import java.util.List;
import java.util.stream.Collectors;

import io.lifeguard.Handling;
import io.lifeguard.TaskFailure;

/**
 * Fails a test that left task failures behind which nobody has handled, or did not leave
 * those that it expects. What the first task threw is the cause, what the others threw is
 * suppressed.
 */
public final class UnhandledTaskFailures extends AssertionError {

	private static final long serialVersionUID = 1L;

	private final transient List<TaskFailure> failures;

	UnhandledTaskFailures(List<TaskFailure> failures, List<Class<?>> missing) {
		super(message(failures, missing), failures.isEmpty() ? null : failures.get(0).throwable());
		this.failures = List.copyOf(failures);
		failures.stream().skip(1).map(TaskFailure::throwable).forEach(this::addSuppressed);
	}

	/**
	 * Return the failures that nobody has handled or expected, in the order in which the
	 * tasks were submitted.
	 */
	public List<TaskFailure> failures() {
		return this.failures;
	}

	private static String message(List<TaskFailure> failures, List<Class<?>> missing) {
		StringBuilder message = new StringBuilder();
		if (!failures.isEmpty()) {
			message.append((failures.size() == 1) ? "A task of this test failed and nobody handled it:"
					: failures.size() + " tasks of this test failed and nobody handled it:");
			failures.forEach((failure) -> append(message, failure));
			message.append("\nRead the future, handle the failure, or expect it: @ExpectTaskFailure(")
				.append(failures.get(0).throwable().getClass().getSimpleName())
				.append(".class)");
		}
		if (!missing.isEmpty()) {
			message.append(failures.isEmpty() ? "" : "\n")
				.append("Expected a task of this test to fail and nobody to handle it, but none did: ")
				.append(missing.stream().map(Class::getName).collect(Collectors.joining(", ")));
		}
		return message.toString();
	}

	private static void append(StringBuilder message, TaskFailure failure) {
		message.append("\n  pool ")
			.append(failure.pool())
			.append(", task ")
			.append(failure.task())
			.append((failure.handling() == Handling.UNCAUGHT) ? " (uncaught: no caller could see it)"
					: " (unobserved: nobody has read its future)")
			.append("\n    ")
			.append(failure.throwable());
		if (failure.submissionSite() != null) {
			message.append("\n    submitted from ").append(failure.submissionSite());
		}
	}

}
