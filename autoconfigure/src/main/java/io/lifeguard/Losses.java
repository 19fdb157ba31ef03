package io.lifeguard;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Tells of tasks that a pool has rejected, discarded or let expire, in one log line a
 * second for each pool and reason at most. Whoever loses a task only counts it here: the
 * log is for the thread that watches.
 */
final class Losses {

	private static final long INTERVAL = TimeUnit.SECONDS.toNanos(1);

	private static final Log logger = LogFactory.getLog(LoggingTaskFailureReporter.LOGGER);

	private final Map<Kind, Loss> losses = new ConcurrentHashMap<>();

	/**
	 * Note a task that did not get to run.
	 */
	void add(Pool pool, Task task, LossReason reason) {
		add(pool, task, reason.toString());
	}

	/**
	 * Note a task that its pool did not accept.
	 */
	void addRejected(Pool pool, Task task) {
		add(pool, task, "rejected");
	}

	private void add(Pool pool, Task task, String what) {
		this.losses.computeIfAbsent(new Kind(pool.name(), what), (key) -> new Loss()).add(task);
	}

	/**
	 * Log what came since it was logged last.
	 * @param rest whether there will be no other time, so that none is too soon
	 */
	void tell(boolean rest) {
		this.losses.forEach((kind, loss) -> loss.tell(kind, rest));
	}

	private record Kind(String pool, String what) {

	}

	private static final class Loss {

		private long next = System.nanoTime();

		private long untold;

		private @Nullable Task last;

		synchronized void add(Task task) {
			this.untold++;
			this.last = task;
		}

		void tell(Kind kind, boolean rest) {
			Task task;
			long others;
			synchronized (this) {
				long now = System.nanoTime();
				task = this.last;
				others = this.untold - 1;
				if (task == null || (now - this.next < 0 && !rest)) {
					return;
				}
				this.last = null;
				this.untold = 0;
				this.next = now + INTERVAL;
			}
			Faults.log(() -> logger.warn("Pool " + kind.pool() + " has " + kind.what() + " task "
					+ TaskNames.of(task.body()) + ((others > 0) ? " and " + others + " more" : "")));
		}

	}

}
