package io.lifeguard.test;

import org.springframework.core.Ordered;
import org.springframework.test.context.TestContext;
import org.springframework.test.context.support.AbstractTestExecutionListener;

/**
 * Comes first, and last after a test: what other listeners do for a test, as to start or
 * close its application, is not the test's own doing, nor that of one that runs
 * meanwhile.
 */
class PreparingTestExecutionListener extends AbstractTestExecutionListener {

	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE;
	}

	@Override
	public void prepareTestInstance(TestContext testContext) {
		RunningTests.INSTANCE.prepare();
	}

	@Override
	public void beforeTestMethod(TestContext testContext) {
		RunningTests.INSTANCE.prepare();
	}

	@Override
	public void afterTestMethod(TestContext testContext) {
		RunningTests.INSTANCE.prepared();
	}

}
