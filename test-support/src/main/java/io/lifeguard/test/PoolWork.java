package io.lifeguard.test;

import java.util.List;

import io.lifeguard.TaskFailure;
import org.assertj.core.api.AssertProvider;

/**
 * What a test has had a pool do. AssertJ's own {@code assertThat} takes it for a
 * {@link PoolAssert}.
 */
public final class PoolWork implements AssertProvider<PoolAssert> {

	private final String pool;

	private final TestTasks tasks;

	PoolWork(String pool, TestTasks tasks) {
		this.pool = pool;
		this.tasks = tasks;
	}

	int awaitRuns(int expected) {
		return this.tasks.awaitRuns(this.pool, expected);
	}

	List<TaskFailure> awaitFailures() {
		return this.tasks.awaitFailures(this.pool);
	}

	@Override
	public PoolAssert assertThat() {
		return new PoolAssert(this);
	}

	@Override
	public String toString() {
		return "pool " + this.pool;
	}

}
