package io.lifeguard;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Tells which tasks a pool has not run. Those of a shutdown it knows by name, for one
 * report when all is over; of others, such as rejected ones, it tells in one log line a
 * second at most for each way. Whoever loses a task only notes it here: the log is for
 * the thread that watches.
 */
final class Losses {

	private static final long INTERVAL = TimeUnit.SECONDS.toNanos(1);

	private static final Log logger = LogFactory.getLog(LoggingTaskFailureReporter.LOGGER);

	private final Map<String, Account> accounts = new ConcurrentHashMap<>();

	private final LostNames atShutdown = new LostNames();

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
	 * Note what waits in the queue of a pool that closes now, and may be lost.
	 */
	void expect(Iterable<Runnable> waiting) {
		this.atShutdown.expect(waiting);
	}

	/**
	 * Return how many tasks of each name the shutdown has lost, or is about to lose.
	 */
	Map<String, Long> atShutdown() {
		return this.atShutdown.names();
	}

	private void add(String what, Submission task) {
		this.accounts.computeIfAbsent(what, Account::new).add(task);
	}

	/**
	 * Log what came since it was logged last.
	 * @param rest whether there will be no other time, so that none is too soon
	 */
	void tell(Pool pool, boolean rest) {
		for (Account account : this.accounts.values()) {
			account.tell(pool, rest);
		}
	}

	/**
	 * The tasks lost in one way.
	 */
	private static final class Account {

		private final String what;

		private long next = System.nanoTime();

		private long untold;

		private @Nullable Submission last;

		Account(String what) {
			this.what = what;
		}

		synchronized void add(Submission task) {
			this.untold++;
			this.last = task;
		}

		void tell(Pool pool, boolean rest) {
			Submission task;
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
			Faults.log(() -> logger.warn("Pool " + pool.name() + " has " + this.what + " task "
					+ TaskNames.ofSubmitted(task.body()) + ((others > 0) ? " and " + others + " more" : "")));
		}

	}

}
