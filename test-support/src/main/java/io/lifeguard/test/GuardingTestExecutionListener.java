package io.lifeguard.test;

import io.lifeguard.InvalidLifeguardPropertyException;
import org.jspecify.annotations.Nullable;

import org.springframework.core.env.Environment;
import org.springframework.test.context.TestContext;
import org.springframework.test.context.support.AbstractTestExecutionListener;

/**
 * Fails each test that left a task failure unhandled. Comes after the end of the test's
 * transaction, so that tasks submitted then belong to the test, and before its
 * application is closed.
 */
class GuardingTestExecutionListener extends AbstractTestExecutionListener {

	/** Between those that clear caches (3005) and that end transactions (4000). */
	private static final int ORDER = 3500;

	private static final String TASKS = GuardingTestExecutionListener.class.getName() + ".tasks";

	@Override
	public int getOrder() {
		return ORDER;
	}

	@Override
	public void prepareTestInstance(TestContext testContext) {
		RunningTests.INSTANCE.prepared();
	}

	/**
	 * {@inheritDoc}
	 * @throws InvalidLifeguardPropertyException if a property makes no sense
	 */
	@Override
	public void beforeTestMethod(TestContext testContext) {
		TestSettings settings = settings(testContext);
		if (settings.enabled()) {
			testContext.setAttribute(TASKS, RunningTests.INSTANCE.begin(testContext.getTestClass(), settings));
		}
	}

	/**
	 * {@inheritDoc}
	 * @throws UnhandledTaskFailures if the test left task failures that nobody has
	 * handled, or not those that it expects
	 */
	@Override
	public void afterTestMethod(TestContext testContext) {
		if (testContext.removeAttribute(TASKS) instanceof TestTasks tasks) {
			RunningTests.INSTANCE.end(tasks, Expectations.of(testContext.getTestMethod(), testContext.getTestClass()));
		}
	}

	/**
	 * Return the tasks of the test that is running, or {@code null} if they are not
	 * guarded.
	 */
	static @Nullable TestTasks tasks(TestContext testContext) {
		return (TestTasks) testContext.getAttribute(TASKS);
	}

	private static TestSettings settings(TestContext testContext) {
		if (!testContext.hasApplicationContext()) {
			return TestSettings.from(System::getProperty);
		}
		Environment environment = testContext.getApplicationContext().getEnvironment();
		return TestSettings.from(environment::getProperty);
	}

}
