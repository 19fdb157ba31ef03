package io.lifeguard.shop;

import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

/**
 * A task of a named class, and an executor with a decorator around tasks.
 */
public final class MailJob implements Runnable {

	public static ThreadPoolTaskExecutor decoratedExecutor() {
		ThreadPoolTaskExecutor executor = new ThreadPoolTaskExecutor();
		executor.setTaskDecorator((task) -> () -> task.run());
		return executor;
	}

	public static void executeLambda(AsyncTaskExecutor executor) {
		executor.execute(() -> send("lambda"));
	}

	private static void send(String recipient) {
		throw new IllegalStateException("Mail server is down for " + recipient);
	}

	@Override
	public void run() {
		send("job");
	}

}
