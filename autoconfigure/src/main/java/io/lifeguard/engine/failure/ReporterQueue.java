package io.lifeguard.engine.failure;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import io.lifeguard.LoggingTaskFailureReporter;
import io.lifeguard.LostTasks;
import io.lifeguard.TaskFailureReporter;
import io.lifeguard.support.DaemonThreads;
import io.lifeguard.support.OnceLogger;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * One reporter, with a queue and a thread of its own: one that is slow, hangs, throws or
 * runs out of memory holds up no other and no pool.
 */
final class ReporterQueue {

	/**
	 * Reports of one pool waiting for the reporter at most. One more, it is not told.
	 */
	static final int SHARE = 128;

	/**
	 * How long a reporter may take for one report until it counts as hanging.
	 */
	static final Duration HANG = Duration.ofSeconds(10);

	private static final Log logger = LogFactory.getLog(LoggingTaskFailureReporter.LOGGER);

	private final FairQueue<Delivery> queue = new FairQueue<>(SHARE);

	/** A permit for each delivery that waits, and some for the end. */
	private final Semaphore waiting = new Semaphore(0);

	private final CountDownLatch closing = new CountDownLatch(1);

	private final OnceLogger faults;

	private final TaskFailureReporter reporter;

	private final long delay;

	private final Thread thread;

	private volatile List<LostTasks> lost = List.of();

	/** What is being told, since when. */
	private volatile @Nullable Delivery current;

	private volatile long since;

	private volatile boolean hanging;

	private volatile boolean closed;

	ReporterQueue(TaskFailureReporter reporter, OnceLogger faults) {
		this.reporter = reporter;
		this.faults = faults;
		this.delay = delay();
		this.thread = DaemonThreads.repeat("lifeguard-report-" + reporter.getClass().getSimpleName(), this::next,
				this::faulty);
	}

	private long delay() {
		try {
			return this.reporter.delay().toNanos();
		}
		catch (Throwable ex) {
			faulty(ex);
			return 0;
		}
	}

	/**
	 * Let the reporter have a report when it comes to that. Never blocks.
	 */
	void offer(Report report) {
		Delivery delivery = new Delivery(report);
		if (!this.queue.offer(report.pool(), delivery)) {
			delivery.settle(false);
			return;
		}
		this.waiting.release();
		if (this.hanging) {
			delivery.settle(false);
		}
	}

	private boolean next() throws InterruptedException {
		boolean last = this.closed; // asked first: nothing comes after that
		if (!last) {
			this.waiting.acquire();
		}
		Delivery delivery = this.queue.poll();
		if (delivery != null) {
			awaitDue(delivery.report);
			tell(delivery);
		}
		else if (last) {
			List<LostTasks> lost = this.lost;
			this.lost = List.of();
			if (!lost.isEmpty()) {
				this.reporter.reportLost(lost);
			}
			return false;
		}
		return true;
	}

	/**
	 * Wait until the reporter wants to know, or all comes to an end.
	 */
	private void awaitDue(Report report) {
		boolean due = this.delay == 0;
		while (!due) {
			try {
				this.closing.await(report.at() + this.delay - System.nanoTime(), TimeUnit.NANOSECONDS);
				due = true;
			}
			catch (InterruptedException ex) {
				// The reporter has left the thread like that
			}
		}
	}

	private void tell(Delivery delivery) {
		this.since = System.nanoTime();
		this.current = delivery;
		boolean told = false;
		try {
			delivery.report.tell(this.reporter);
			told = true;
		}
		finally {
			this.current = null;
			this.hanging = false;
			delivery.settle(told);
		}
	}

	/**
	 * Look whether the reporter hangs. What it has not taken by then counts as failed,
	 * and is told to it should it ever go on.
	 */
	void check() {
		Delivery current = this.current;
		if (current == null || this.hanging || System.nanoTime() - this.since < HANG.toNanos()) {
			return;
		}
		this.hanging = true;
		current.settle(false);
		this.queue.forEach((delivery) -> delivery.settle(false));
		OnceLogger.log(() -> logger.warn("Reporter " + this.reporter.getClass().getName()
				+ " has been busy for more than " + HANG.toSeconds() + " s with one report of pool "
				+ current.report.pool() + ": what else is reported waits in its queue, and the other reporters go on"));
	}

	/**
	 * Begin to end: what waits is told without a delay, and then what is lost.
	 */
	void close(List<LostTasks> lost) {
		this.lost = lost;
		this.closed = true;
		this.closing.countDown();
		this.waiting.release();
	}

	/**
	 * Wait for the end, and give up what has not been told by then.
	 * @param deadline in nanoseconds of {@link System#nanoTime()}
	 */
	void awaitEnd(long deadline) {
		try {
			long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
			if (left > 0 && this.thread != Thread.currentThread()) {
				this.thread.join(left);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		Delivery current = this.current;
		if (current != null) {
			current.settle(false);
		}
		this.lost = List.of();
		for (Delivery left = this.queue.poll(); left != null; left = this.queue.poll()) {
			left.settle(false);
		}
		this.thread.interrupt();
	}

	private void faulty(Throwable fault) {
		Class<?> culprit = this.reporter.getClass();
		this.faults.logOnce(culprit.getName() + ":" + fault.getClass().getName(),
				() -> logger.warn("Reporting failed in " + culprit.getName() + ". Its failures with "
						+ fault.getClass().getName() + " are counted, and not logged again", fault));
	}

	/**
	 * A report on the way to this reporter.
	 */
	private static final class Delivery {

		private final Report report;

		private final AtomicBoolean settled = new AtomicBoolean();

		Delivery(Report report) {
			this.report = report;
		}

		void settle(boolean told) {
			if (this.settled.compareAndSet(false, true)) {
				this.report.done(told);
			}
		}

	}

}
