package io.lifeguard.shop;

import java.util.concurrent.CountDownLatch;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.task.TaskExecutor;

/**
 * An application with 50 tasks queued on one thread, to be terminated from outside. With
 * the argument {@code slow} its tasks take for ever, else a little while.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class ShutdownApplication {

	public static void main(String[] arguments) throws InterruptedException {
		boolean slow = arguments[0].equals("slow");
		ConfigurableApplicationContext context = SpringApplication.run(ShutdownApplication.class, arguments);
		TaskExecutor executor = context.getBean("applicationTaskExecutor", TaskExecutor.class);
		CountDownLatch first = new CountDownLatch(1);
		CountDownLatch terminated = new CountDownLatch(1);
		Runtime.getRuntime().addShutdownHook(new Thread(terminated::countDown));
		executor.execute(() -> {
			first.countDown();
			work(slow ? new CountDownLatch(1) : terminated);
		});
		first.await();
		for (int i = 0; i < 50; i++) {
			executor.execute(new OrderTask());
		}
		System.out.println("READY");
		System.out.flush();
		new CountDownLatch(1).await();
	}

	private static void work(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException("Interrupted", ex);
		}
	}

	static final class OrderTask implements Runnable {

		@Override
		public void run() {
			System.out.println("DONE");
		}

	}

}
