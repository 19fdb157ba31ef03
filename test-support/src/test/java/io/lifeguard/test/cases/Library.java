package io.lifeguard.test.cases;

import org.springframework.core.task.TaskExecutor;

/**
 * Code that is no test's.
 */
final class Library {

	private Library() {
	}

	/**
	 * Return what submits a task that fails.
	 */
	static Runnable submitting(TaskExecutor executor) {
		return () -> executor.execute(() -> {
			throw new IllegalStateException("nobody's");
		});
	}

}
