package io.lifeguard.test;

import org.springframework.core.Ordered;
import org.springframework.test.context.TestContext;
import org.springframework.test.context.support.AbstractTestExecutionListener;

/**
 * Lets tasks end before anything of the test is undone after it: by its own methods for
 * that, or by the listener that resets the mocks which tasks may call.
 */
class SettlingTestExecutionListener extends AbstractTestExecutionListener {

	@Override
	public int getOrder() {
		return Ordered.LOWEST_PRECEDENCE;
	}

	@Override
	public void afterTestExecution(TestContext testContext) {
		TestTasks tasks = GuardingTestExecutionListener.tasks(testContext);
		if (tasks != null) {
			tasks.settle();
		}
	}

}
