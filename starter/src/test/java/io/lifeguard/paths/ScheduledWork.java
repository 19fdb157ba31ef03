package io.lifeguard.paths;

import java.util.List;
import java.util.concurrent.CountDownLatch;

import org.springframework.scheduling.annotation.Scheduled;

import static io.lifeguard.Handling.UNCAUGHT;

/**
 * Scheduled methods that fail when they run for the first time.
 */
class ScheduledWork {

	private static final long HOUR = 3_600_000;

	private final FailingTask fixedRate = new FailingTask("@Scheduled at fixed rate");

	private final FailingTask fixedDelay = new FailingTask("@Scheduled with fixed delay");

	private final FailingTask cron = new FailingTask("@Scheduled by cron");

	private final FailingTask once = new FailingTask("@Scheduled once");

	private final CountDownLatch ran = new CountDownLatch(4);

	@Scheduled(fixedRate = HOUR)
	public void atFixedRate() {
		run(this.fixedRate);
	}

	@Scheduled(fixedDelay = HOUR)
	public void withFixedDelay() {
		run(this.fixedDelay);
	}

	@Scheduled(cron = "* * * * * *")
	public void byCron() {
		run(this.cron);
	}

	@Scheduled(initialDelay = 1)
	public void once() {
		run(this.once);
	}

	private void run(FailingTask task) {
		this.ran.countDown();
		task.run();
	}

	/**
	 * Return the paths, which are taken without anybody's doing.
	 */
	static List<Path> paths(String pool, ScheduledWork work) {
		return List.of(new Path(pool, "@Scheduled at fixed rate", UNCAUGHT, (message) -> work.ran.await()),
				new Path(pool, "@Scheduled with fixed delay", UNCAUGHT, (message) -> work.ran.await()),
				new Path(pool, "@Scheduled by cron", UNCAUGHT, (message) -> work.ran.await()),
				new Path(pool, "@Scheduled once", UNCAUGHT, (message) -> work.ran.await()));
	}

}
