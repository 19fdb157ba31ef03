package io.lifeguard;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Names tasks that a pool has discarded or let expire, in one log line a second for each
 * pool and reason at most.
 */
final class Losses {

	private static final long INTERVAL = TimeUnit.SECONDS.toNanos(1);

	private static final Log logger = LogFactory.getLog(LoggingTaskFailureReporter.LOGGER);

	private final Map<Key, Throttle> throttles = new ConcurrentHashMap<>();

	/**
	 * Name a task that did not get to run.
	 */
	void log(Pool pool, Task task, LossReason reason) {
		log(pool, TaskNames.of(task.body()), reason.toString());
	}

	/**
	 * Name a task that its pool did not accept.
	 */
	void logRejected(Pool pool, Task task) {
		log(pool, TaskNames.of(task.body()), "rejected");
	}

	private void log(Pool pool, String task, String what) {
		Throttle throttle = this.throttles.computeIfAbsent(new Key(pool.name(), what), (key) -> new Throttle());
		long unnamed = throttle.tryAcquire(System.nanoTime());
		if (unnamed >= 0) {
			logger.warn("Pool " + pool.name() + " has " + what + " task " + task
					+ ((unnamed > 0) ? " and " + unnamed + " more since the last such line" : ""));
		}
	}

	private record Key(String pool, String what) {

	}

	private static final class Throttle {

		private long next = System.nanoTime();

		private long skipped;

		/**
		 * Return how many were skipped since the last time, or -1 if this one is to be.
		 */
		synchronized long tryAcquire(long now) {
			if (now - this.next < 0) {
				this.skipped++;
				return -1;
			}
			this.next = now + INTERVAL;
			long skipped = this.skipped;
			this.skipped = 0;
			return skipped;
		}

	}

}
