package io.lifeguard.proxy;

import java.util.concurrent.ScheduledThreadPoolExecutor;

/**
 * Superclass of the proxies of a {@link ScheduledThreadPoolExecutor}. Never constructed.
 */
class ScheduledThreadPoolExecutorProxy extends ScheduledThreadPoolExecutor {

	ScheduledThreadPoolExecutorProxy() {
		super(0);
	}

}
