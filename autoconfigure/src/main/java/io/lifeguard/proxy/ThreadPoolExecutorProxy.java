package io.lifeguard.proxy;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Superclass of the proxies of a {@link ThreadPoolExecutor}: no class can be defined
 * beside one of the JDK. Never constructed, so it has no threads.
 */
class ThreadPoolExecutorProxy extends ThreadPoolExecutor {

	ThreadPoolExecutorProxy() {
		super(0, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>());
	}

}
