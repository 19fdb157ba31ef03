package io.lifeguard.test;

import java.util.stream.Collectors;

import io.lifeguard.engine.pool.Pool;
import io.lifeguard.engine.pool.PoolRegistry;

/**
 * The pools of an application as the running test sees them: each with the tasks alone
 * that the test has submitted, so that tests which share an application, in a row or in
 * parallel, do not see each other's. A bean of each application under test; plain JUnit
 * tests get theirs from the {@link LifeguardExtension}.
 */
public final class Pools {

	private final PoolRegistry registry;

	Pools(PoolRegistry registry) {
		this.registry = registry;
	}

	/**
	 * Return what the running test has had the pool of the given name do.
	 * @throws IllegalArgumentException if there is no such pool
	 * @throws IllegalStateException if the current thread works for no test, or tests are
	 * not guarded
	 */
	public PoolWork get(String name) {
		if (this.registry.pool(name) == null) {
			throw new IllegalArgumentException("There is no pool '" + name + "', only "
					+ this.registry.pools().stream().map(Pool::name).collect(Collectors.joining(", ")));
		}
		TestTasks tasks = RunningTests.INSTANCE.currentTest();
		if (tasks == null) {
			throw new IllegalStateException(
					"The current thread works for no test that is guarded: call this in a test, " + "and do not set "
							+ TestSettings.ENABLED + " to false");
		}
		return new PoolWork(name, tasks);
	}

}
