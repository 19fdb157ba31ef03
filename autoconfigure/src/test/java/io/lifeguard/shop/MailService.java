package io.lifeguard.shop;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

import org.springframework.scheduling.annotation.Async;

/**
 * A service whose tasks fail, in a package that is an application's.
 */
public class MailService {

	@Async
	public void send(String recipient) {
		throw new IllegalStateException("Mail server is down");
	}

	@Async
	public CompletableFuture<String> sendLater(String recipient) {
		return fail();
	}

	/**
	 * Fail in a thread that is none of the executor's.
	 */
	@Async
	public CompletableFuture<String> sendElsewhere(String recipient) {
		CompletableFuture<String> answer = new CompletableFuture<>();
		new Thread(() -> answer.completeExceptionally(new IllegalStateException("Mail server is down"))).start();
		return answer;
	}

	@Async
	public void await(CountDownLatch started, CountDownLatch latch) throws InterruptedException {
		started.countDown();
		latch.await();
	}

	/**
	 * Fail with an exception that is logged first, as many applications do.
	 */
	public void logAndThrow(Runnable log) {
		log.run();
		throw new IllegalStateException("Logged before");
	}

	/**
	 * Return a task whose class is that of a lambda.
	 */
	public Runnable task() {
		return () -> fail();
	}

	private CompletableFuture<String> fail() {
		throw new IllegalStateException("Mail server is down");
	}

}
