package io.lifeguard.test;

import java.util.List;
import java.util.stream.Collectors;

import io.lifeguard.TaskFailure;
import org.assertj.core.api.AbstractAssert;

/**
 * Assertions on what a test has had a pool do:
 * {@code assertThat(pools.get("mail")).hasNoFailures().hasRun(3)}. Each waits for the
 * test's tasks, for as long as {@code lifeguard.test.settle} says, before it fails.
 */
public final class PoolAssert extends AbstractAssert<PoolAssert, PoolWork> {

	PoolAssert(PoolWork actual) {
		super(actual, PoolAssert.class);
	}

	/**
	 * Begin to assert something of a pool.
	 */
	public static PoolAssert assertThat(PoolWork actual) {
		return new PoolAssert(actual);
	}

	/**
	 * Verify that none of the tasks that the test has submitted to the pool has failed,
	 * whether or not somebody has handled that.
	 */
	public PoolAssert hasNoFailures() {
		List<TaskFailure> failures = this.actual.awaitFailures();
		if (!failures.isEmpty()) {
			AssertionError error = failure("Expected no task of %s to fail, but %d did: %s", this.actual,
					failures.size(),
					failures.stream()
						.map((failure) -> failure.task() + " with " + failure.throwable())
						.collect(Collectors.joining(", ")));
			error.initCause(failures.get(0).throwable());
			throw error;
		}
		return this;
	}

	/**
	 * Verify that the pool has run so many of the tasks that the test has submitted,
	 * successful and failed ones.
	 */
	public PoolAssert hasRun(int expected) {
		int run = this.actual.awaitRuns(expected);
		if (run != expected) {
			throw failure("Expected %s to have run %d tasks of this test, but it has run %d", this.actual, expected,
					run);
		}
		return this;
	}

}
