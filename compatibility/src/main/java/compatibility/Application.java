package compatibility;

import java.util.concurrent.ExecutionException;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Fails one task in each way that every application has. Uses nothing but Spring's core, so that it can be built and run
 * without any of the libraries that are left out.
 */
@SpringBootApplication
@EnableAsync
@EnableScheduling
public class Application {

	public static void main(String[] args) {
		SpringApplication.run(Application.class, args);
	}

	@Component
	public static class Work {

		@Async
		public void asynchronous() {
			throw new IllegalStateException("asynchronous");
		}

		@Scheduled(initialDelay = 0, fixedDelay = 3_600_000)
		public void scheduled() {
			throw new IllegalStateException("scheduled");
		}

		public void executed() {
			throw new IllegalStateException("executed");
		}

		public void read() {
			throw new IllegalStateException("read");
		}

	}

	@Component
	public static class Failures implements ApplicationRunner {

		private final AsyncTaskExecutor executor;

		private final AsyncTaskExecutor mail;

		private final Work work;

		Failures(@Qualifier("applicationTaskExecutor") AsyncTaskExecutor executor,
				@Qualifier("mail") AsyncTaskExecutor mail, Work work) {
			this.executor = executor;
			this.mail = mail;
			this.work = work;
		}

		@Override
		public void run(ApplicationArguments arguments) throws InterruptedException {
			this.executor.execute(this.work::executed);
			this.mail.execute(this.work::executed);
			this.work.asynchronous();
			try {
				this.mail.submit(this.work::read).get();
			}
			catch (ExecutionException ex) {
				System.out.println("The application has read: " + ex.getCause().getMessage());
			}
		}

	}

}
