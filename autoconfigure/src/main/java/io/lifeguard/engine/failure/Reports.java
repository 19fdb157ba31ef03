package io.lifeguard.engine.failure;

import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

import io.lifeguard.FailureMoment;
import io.lifeguard.LoggingTaskFailureReporter;
import io.lifeguard.LostTasks;
import io.lifeguard.PoolAlarm;
import io.lifeguard.ReportSettings;
import io.lifeguard.TaskFailureReporter;
import io.lifeguard.support.DaemonThreads;
import io.lifeguard.support.OnceLogger;
import io.lifeguard.support.ThrowableReader;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Takes failures from the workers, holds storms back on a thread of its own, and hands
 * the rest to the reporters. A worker only ever puts its failure into its pool's share of
 * a bounded queue: where that is full the failure is counted as suppressed, and nobody
 * waits.
 */
public final class Reports {

	/**
	 * Failures of one pool waiting at most.
	 */
	static final int SHARE = 256;

	private static final Log logger = LogFactory.getLog(LoggingTaskFailureReporter.LOGGER);

	private static final int MAX_ALARMS = 1024;

	private static final long POLL_MILLIS = 250;

	private static final long CLOSE_TIMEOUT = TimeUnit.SECONDS.toNanos(5);

	private final FairQueue<Failure> queue = new FairQueue<>(SHARE);

	private final Queue<Alarm> alarms = new ArrayBlockingQueue<>(MAX_ALARMS);

	/** The pools that have failures to put into words, or a storm to follow. */
	private final Set<FailureLog> attended = ConcurrentHashMap.newKeySet();

	/** A permit for each thing that waits, and one for the end. */
	private final Semaphore waiting = new Semaphore(0);

	private final ThrowableReader reader = new ThrowableReader();

	private final OnceLogger faults = new OnceLogger();

	private final ReportSettings settings;

	private final LongSupplier clock;

	private volatile List<ReporterQueue> reporters = List.of();

	private volatile @Nullable Thread thread;

	private volatile boolean closed;

	private volatile boolean abandoned;

	/**
	 * Create a closed hand-over that collects failures until it is opened.
	 * @param clock tells the time in nanoseconds, as {@link System#nanoTime()} does
	 */
	Reports(ReportSettings settings, LongSupplier clock) {
		this.settings = settings;
		this.clock = clock;
	}

	/**
	 * Return what limits the reports of one pool.
	 */
	ReportLimiters newLimiters() {
		return new ReportLimiters(this.settings.maxPerMinute(), this.clock);
	}

	/**
	 * Whether the settings say that failures with exceptions of the given class are not
	 * to be reported.
	 */
	boolean ignores(Class<?> exception) {
		for (Class<?> type = exception; type != null; type = type.getSuperclass()) {
			if (this.settings.ignore().contains(type.getName())) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Look at the failures of a pool soon. Never blocks.
	 */
	void attend(FailureLog log) {
		if (this.attended.add(log)) {
			this.waiting.release();
		}
	}

	/**
	 * Hand a failure over. Never blocks.
	 */
	void offer(Failure failure) {
		FailureLog log = failure.log();
		if (this.closed || !this.queue.offer(log.pool(), failure)) {
			failure.suppress();
			log.overflow().add(failure);
			attend(log);
		}
		else {
			this.waiting.release();
			if (this.abandoned && this.queue.remove(log.pool(), failure)) { // nobody will
				failure.suppress(); // look again
			}
		}
	}

	/**
	 * Hand an alarm over. Never blocks.
	 * @param moment what is known of its threads
	 */
	public void offer(PoolAlarm alarm, FailureMoment moment) {
		if (!this.closed && this.alarms.offer(new Alarm(alarm, moment))) {
			this.waiting.release();
		}
	}

	public int maxPerMinute() {
		return this.settings.maxPerMinute();
	}

	/**
	 * Begin to report what has been handed over so far, and what will be. No effect if
	 * that has been begun before.
	 */
	public synchronized void open(List<TaskFailureReporter> reporters) {
		if (this.thread == null && !this.closed) {
			this.reporters = reporters.stream().map((reporter) -> new ReporterQueue(reporter, this.faults)).toList();
			this.thread = DaemonThreads.repeat("lifeguard-reports", this::next, this::faulty);
		}
	}

	public boolean isOpen() {
		return this.thread != null;
	}

	/**
	 * Report the tasks that are lost and what is waiting, for five seconds at most, and
	 * stop.
	 */
	public synchronized void close(List<LostTasks> lost) {
		long deadline = System.nanoTime() + CLOSE_TIMEOUT;
		this.closed = true;
		this.waiting.release();
		Thread thread = this.thread;
		if (thread != null && thread != Thread.currentThread()) {
			try {
				thread.join(TimeUnit.NANOSECONDS.toMillis(CLOSE_TIMEOUT));
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}
		this.abandoned = true;
		for (Failure left = this.queue.poll(); left != null; left = this.queue.poll()) {
			left.suppress();
		}
		List<LostTasks> all = List.copyOf(lost);
		this.reporters.forEach((reporter) -> reporter.close(all));
		this.reporters.forEach((reporter) -> reporter.awaitEnd(deadline));
	}

	private boolean next() throws InterruptedException {
		boolean last = this.closed; // asked first: nothing comes after that
		if (!last) {
			this.waiting.tryAcquire(POLL_MILLIS, TimeUnit.MILLISECONDS);
		}
		Failure failure = this.queue.poll();
		if (failure != null) {
			report(failure);
		}
		for (Alarm alarm = this.alarms.poll(); alarm != null; alarm = this.alarms.poll()) {
			hand(alarm.toReport(this.reporters.size()));
		}
		List.copyOf(this.attended).forEach(this::lookAt);
		this.reporters.forEach(ReporterQueue::check);
		if (failure == null && last) {
			this.attended.forEach((log) -> log.limiters().endAll());
			return false;
		}
		return true;
	}

	/**
	 * Put the last failures of a pool into words, and follow its storms as long as there
	 * are any.
	 */
	private void lookAt(FailureLog log) {
		this.attended.remove(log); // first, for what comes meanwhile
		boolean again = true;
		try {
			log.recentFailures().describe(this.reader);
			ReportLimiters limiters = log.limiters();
			log.overflow().drain(limiters::holdBack);
			limiters.endQuiet();
			again = !limiters.isEmpty();
		}
		catch (Throwable ex) { // the other pools are looked at all the same
			faulty(ex);
		}
		if (again) {
			this.attended.add(log);
		}
	}

	private void report(Failure failure) {
		try {
			Long heldBack = failure.log().limiters().admit(failure);
			if (heldBack != null) {
				this.attended.add(failure.log());
				hand(toReport(failure, heldBack));
				return;
			}
		}
		catch (Throwable ex) {
			faulty(ex);
		}
		failure.suppress();
	}

	private Report toReport(Failure failure, long heldBack) {
		Throwable readable = this.reader.readable(failure.throwable());
		// The throwable itself is only held by the failure, which gives it up if it must
		Throwable standIn = (readable != failure.throwable()) ? readable : null;
		return new Report(failure.log().pool(), failure.moment(), failure.happenedAt(),
				(reporter) -> reporter
					.report(failure.toTaskFailure((standIn != null) ? standIn : failure.throwable(), heldBack)),
				failure.log().counts(), this.reporters.size());
	}

	private void hand(Report report) {
		this.reporters.forEach((reporter) -> reporter.offer(report));
		if (this.reporters.isEmpty()) {
			report.done(true);
		}
	}

	/**
	 * Log a fault of the guard's own, once for each kind. Throws nothing.
	 */
	void faulty(Throwable fault) {
		try {
			this.faults.logOnce(fault.getClass().getName(), () -> logger
				.warn("Reporting failed, and goes on. Other faults of this kind are not logged", fault));
		}
		catch (Throwable ex) {
			// As without memory, there is nothing to tell it with
		}
	}

	private record Alarm(PoolAlarm alarm, FailureMoment moment) {

		Report toReport(int reporters) {
			return new Report(this.alarm.pool(), this.moment, System.nanoTime(),
					(reporter) -> reporter.reportAlarm(this.alarm), null, reporters);
		}

	}

}
