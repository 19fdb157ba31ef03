package io.lifeguard.engine.task;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

import io.lifeguard.LoggingTaskFailureReporter;
import io.lifeguard.LossReason;
import io.lifeguard.engine.failure.TaskNames;
import io.lifeguard.support.OnceLogger;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Tells which tasks a pool has not run. Those of a shutdown it knows by name, for one
 * report when all is over; of others, such as rejected ones, it tells in one log line a
 * second at most for each way. Whoever loses a task only notes it here: the log is for
 * the thread that watches.
 */
public final class DroppedTasks {

	/**
	 * Tasks that may be lost, remembered by name at most.
	 */
	public static final int MAX_EXPECTED = LostNames.MAX_WAITING;

	private static final long INTERVAL = TimeUnit.SECONDS.toNanos(1);

	private static final Log logger = LogFactory.getLog(LoggingTaskFailureReporter.LOGGER);

	private final Map<String, Account> accounts = new ConcurrentHashMap<>();

	private final String pool;

	private final LostNames atShutdown = new LostNames();

	/**
	 * Create an empty account.
	 * @param pool the pool's name
	 */
	DroppedTasks(String pool) {
		this.pool = pool;
	}

	/**
	 * Note a task that the pool did not accept.
	 */
	void rejected(Submission task) {
		add("rejected", task);
	}

	/**
	 * Note a task that the pool had accepted.
	 */
	void lost(Submission task, LossReason reason) {
		if (reason == LossReason.SHUTDOWN) {
			this.atShutdown.add(task);
		}
		else {
			add(reason.toString(), task);
		}
	}

	/**
	 * Note how many tasks have left the queue without a word, nobody knows which.
	 */
	public void missing(long count) {
		OnceLogger.log(() -> logger.warn("Pool " + this.pool + " has lost " + count
				+ ((count == 1) ? " task that has" : " tasks that have")
				+ " left its queue without being run, and counts " + ((count == 1) ? "it" : "them") + " as discarded"));
	}

	/**
	 * Note what waits in the queue of a pool that closes now, and may be lost.
	 */
	public void expect(List<Submission> waiting) {
		this.atShutdown.expect(waiting);
	}

	/**
	 * Return how many tasks of each name the shutdown has lost, or is about to lose.
	 */
	public Map<String, Long> atShutdown() {
		return this.atShutdown.names();
	}

	/**
	 * Return how many of the tasks that the shutdown has lost, or is about to, nobody
	 * misses.
	 */
	public long notices() {
		return this.atShutdown.notices();
	}

	private void add(String what, Submission task) {
		this.accounts.computeIfAbsent(what, Account::new).add(task);
	}

	/**
	 * Log what came since it was logged last.
	 * @param rest whether there will be no other time, so that none is too soon
	 */
	public void log(boolean rest) {
		for (Account account : this.accounts.values()) {
			account.log(rest);
		}
	}

	/**
	 * The tasks lost in one way.
	 */
	private final class Account {

		private final String what;

		private long next = System.nanoTime();

		private long unlogged;

		private @Nullable Submission last;

		Account(String what) {
			this.what = what;
		}

		synchronized void add(Submission task) {
			this.unlogged++;
			this.last = task;
		}

		void log(boolean rest) {
			Submission task;
			long others;
			synchronized (this) {
				long now = System.nanoTime();
				task = this.last;
				others = this.unlogged - 1;
				if (task == null || (now - this.next < 0 && !rest)) {
					return;
				}
				this.last = null;
				this.unlogged = 0;
				this.next = now + INTERVAL;
			}
			OnceLogger.log(() -> logger.warn("Pool " + DroppedTasks.this.pool + " has " + this.what + " task "
					+ TaskNames.ofSubmitted(task.body()) + ((others > 0) ? " and " + others + " more" : "")));
		}

	}

}
