package io.lifeguard.engine.failure;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;

import io.lifeguard.LostTasks;
import io.lifeguard.PoolAlarm;
import io.lifeguard.ReportOutcome;
import io.lifeguard.ReportSettings;
import io.lifeguard.SubmitterContext;
import io.lifeguard.TaskFailure;
import io.lifeguard.TaskFailureReporter;
import io.lifeguard.support.DaemonThreads;
import org.jspecify.annotations.Nullable;

/**
 * Takes failures from the workers and hands them to the reporters, on one thread of its
 * own. A worker only ever puts its failure into a bounded queue: where that is full the
 * failure is counted as suppressed, and nobody waits.
 */
public final class Reports {

	/**
	 * Failures waiting for a reporter at most.
	 */
	static final int CAPACITY = 1024;

	private static final long POLL_MILLIS = 250;

	private static final long CLOSE_TIMEOUT_MILLIS = TimeUnit.SECONDS.toMillis(5);

	private final Queue<Failure> queue = new ArrayBlockingQueue<>(CAPACITY);

	private final Queue<Alarm> alarms = new ArrayBlockingQueue<>(CAPACITY);

	/** A permit for each failure and alarm that waits, and one for the end. */
	private final Semaphore waiting = new Semaphore(0);

	private final Overflow overflow = new Overflow();

	private final ReportSettings settings;

	private final ReportLimiters storms;

	private final AtomicReference<@Nullable Failure> current = new AtomicReference<>();

	private volatile List<LostTasks> lost = List.of();

	private volatile @Nullable Thread thread;

	private volatile boolean closed;

	private volatile boolean abandoned;

	/**
	 * Create a closed hand-over that collects failures until it is opened.
	 * @param clock tells the time in nanoseconds, as {@link System#nanoTime()} does
	 */
	Reports(ReportSettings settings, LongSupplier clock) {
		this.settings = settings;
		this.storms = new ReportLimiters(settings.maxPerMinute(), clock);
	}

	/**
	 * Whether the settings say that such failures are not to be reported.
	 */
	boolean ignores(Throwable throwable) {
		for (Class<?> type = throwable.getClass(); type != null; type = type.getSuperclass()) {
			if (this.settings.ignore().contains(type.getName())) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Hand a failure over. Never blocks.
	 */
	public void offer(Failure failure) {
		if (this.closed || !this.queue.offer(failure)) {
			suppress(failure);
			this.overflow.add(failure);
		}
		else {
			this.waiting.release();
			if (this.abandoned && this.queue.remove(failure)) { // nobody will look again
				suppress(failure);
			}
		}
	}

	/**
	 * Hand an alarm over. Never blocks.
	 * @param context what was captured when the alarm's task was submitted
	 */
	public void offer(PoolAlarm alarm, @Nullable Object context) {
		if (!this.closed && this.alarms.offer(new Alarm(alarm, context))) {
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
	public synchronized void open(List<TaskFailureReporter> reporters, SubmitterContext context) {
		if (this.thread == null && !this.closed) {
			Reporters all = new Reporters(reporters, context);
			this.thread = DaemonThreads.start("lifeguard-reports", () -> run(all));
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
		this.lost = List.copyOf(lost);
		this.closed = true;
		this.waiting.release();
		Thread thread = this.thread;
		if (thread != null && thread != Thread.currentThread()) {
			try {
				thread.join(CLOSE_TIMEOUT_MILLIS);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
			this.abandoned = true;
			thread.interrupt();
			Failure stuck = this.current.getAndSet(null);
			if (stuck != null) {
				count(stuck, false);
			}
		}
		this.abandoned = true;
		for (Failure left = this.queue.poll(); left != null; left = this.queue.poll()) {
			suppress(left);
		}
	}

	private void run(Reporters reporters) {
		while (!this.closed) {
			next(reporters, POLL_MILLIS);
		}
		if (!this.lost.isEmpty()) {
			reporters.tell(null, (reporter) -> reporter.reportLost(this.lost));
		}
		while (!this.abandoned && !this.queue.isEmpty()) {
			next(reporters, 0);
		}
		this.overflow.drain(this.storms::holdBack);
		this.storms.endAll();
	}

	private void next(Reporters reporters, long timeout) {
		try {
			this.waiting.tryAcquire(timeout, TimeUnit.MILLISECONDS);
			Failure failure = this.queue.poll();
			if (failure != null) {
				report(failure, reporters);
			}
			for (Alarm alarm = this.alarms.poll(); alarm != null; alarm = this.alarms.poll()) {
				PoolAlarm poolAlarm = alarm.alarm();
				reporters.tell(alarm.context(), (reporter) -> reporter.reportAlarm(poolAlarm));
			}
			this.overflow.drain(this.storms::holdBack);
			this.storms.endQuiet();
		}
		catch (InterruptedException ex) {
			// A reporter has left the thread like that: it is ours, and goes on
		}
		catch (Throwable ex) { // the end of reporting would be one of silence
			reporters.faulty(getClass(), ex);
		}
	}

	private void report(Failure failure, Reporters reporters) {
		TaskFailure report = admit(failure, reporters);
		if (report == null) {
			suppress(failure);
			return;
		}
		this.current.set(failure);
		boolean sent = reporters.tell(failure.context(), (reporter) -> reporter.report(report));
		if (this.current.getAndSet(null) != null) {
			count(failure, sent);
		}
	}

	private @Nullable TaskFailure admit(Failure failure, Reporters reporters) {
		try {
			return this.storms.admit(failure);
		}
		catch (Throwable ex) { // the failure is counted whatever happens
			reporters.faulty(getClass(), ex);
			return null;
		}
	}

	private static void suppress(Failure failure) {
		failure.log().counts().add(ReportOutcome.SUPPRESSED);
	}

	private static void count(Failure failure, boolean sent) {
		failure.log().counts().add(sent ? ReportOutcome.SENT : ReportOutcome.FAILED);
	}

	private record Alarm(PoolAlarm alarm, @Nullable Object context) {

	}

}
