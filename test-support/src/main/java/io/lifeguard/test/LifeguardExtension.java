package io.lifeguard.test;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;

import io.lifeguard.engine.guard.HandGuard;
import io.lifeguard.engine.pool.PoolRegistry;
import io.lifeguard.PoolSettings;
import io.lifeguard.ReportSettings;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jspecify.annotations.Nullable;

/**
 * Fails each test of plain JUnit that left a task failure unhandled, on the executors
 * guarded by {@link #guard} and in the applications that the test itself starts. To be
 * {@linkplain RegisterExtension registered} by a field, static or not:
 *
 * <pre class="code">
 * &#64;RegisterExtension
 * LifeguardExtension lifeguard = new LifeguardExtension();
 *
 * ExecutorService mail = this.lifeguard.guard("mail", Executors.newFixedThreadPool(2));
 * </pre>
 *
 * <p>
 * Tests under Spring's test framework need no extension. The parameters
 * {@code lifeguard.test.settle} and {@code lifeguard.test.enabled} are JUnit's, or system
 * properties.
 */
public final class LifeguardExtension implements BeforeAllCallback, BeforeEachCallback, AfterTestExecutionCallback,
		AfterEachCallback, AfterAllCallback {

	private @Nullable PoolRegistry registry;

	/**
	 * Classes that are running, which there are only if the extension outlives a test.
	 */
	private int classes;

	/**
	 * Create an extension without pools.
	 */
	public LifeguardExtension() {
		// Public, unlike the other members that JUnit calls
	}

	/**
	 * Guard an executor as a pool of the given name.
	 * @param executor the executor, which stays open until its owner closes it
	 * @return the guarded executor, to be used in its place; the given one if it is
	 * guarded already
	 */
	public ExecutorService guard(String name, ExecutorService executor) {
		return new HandGuard(registry()).guard(name, executor);
	}

	/**
	 * Guard a scheduled executor as a pool of the given name.
	 * @see #guard(String, ExecutorService)
	 */
	public ScheduledExecutorService guard(String name, ScheduledExecutorService executor) {
		return (ScheduledExecutorService) guard(name, (ExecutorService) executor);
	}

	/**
	 * Return the pools that this extension guards, to be asserted on.
	 */
	public Pools pools() {
		return new Pools(registry());
	}

	@Override
	public synchronized void beforeAll(ExtensionContext context) {
		this.classes++;
	}

	@Override
	public void beforeEach(ExtensionContext context) {
		TestSettings settings = TestSettings
			.from((property) -> context.getConfigurationParameter(property).orElse(null));
		if (settings.enabled()) {
			TestTasks tasks = RunningTests.INSTANCE.begin(context.getRequiredTestClass(), settings);
			if (tasks != null) {
				store(context).put(TestTasks.class, tasks);
			}
		}
	}

	@Override
	public void afterTestExecution(ExtensionContext context) {
		TestTasks tasks = store(context).get(TestTasks.class, TestTasks.class);
		if (tasks != null) {
			tasks.settle();
		}
	}

	/**
	 * {@inheritDoc}
	 * @throws UnhandledTaskFailures if the test left task failures that nobody has
	 * handled, or not those that it expects
	 */
	@Override
	public void afterEach(ExtensionContext context) {
		try {
			TestTasks tasks = store(context).remove(TestTasks.class, TestTasks.class);
			if (tasks != null) {
				RunningTests.INSTANCE.end(tasks,
						Expectations.of(context.getRequiredTestMethod(), context.getRequiredTestClass()));
			}
		}
		finally {
			RunningTests.INSTANCE.prepared();
			closeUnlessInUse();
		}
	}

	@Override
	public synchronized void afterAll(ExtensionContext context) {
		this.classes--;
		closeUnlessInUse();
	}

	private Store store(ExtensionContext context) {
		return context.getStore(Namespace.create(LifeguardExtension.class));
	}

	private synchronized PoolRegistry registry() {
		PoolRegistry registry = this.registry;
		if (registry == null) {
			registry = new PoolRegistry((name) -> PoolSettings.DEFAULT, ReportSettings.DEFAULT);
			registry.setTaskOwners(RunningTests.INSTANCE::current);
			this.registry = registry;
		}
		return registry;
	}

	private synchronized void closeUnlessInUse() {
		if (this.classes == 0 && this.registry != null) {
			this.registry.close();
			this.registry = null;
		}
	}

}
