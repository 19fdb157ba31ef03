package io.lifeguard;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Takes failures from the workers and hands them to the reporters, on one thread of its
 * own. A worker only ever puts its failure into a bounded queue: where that is full the
 * failure is counted as suppressed, and nobody waits.
 */
final class Reports {

	/**
	 * Failures waiting for a reporter at most.
	 */
	static final int CAPACITY = 1024;

	/**
	 * Kinds of failure whose storms are followed at most; the one quiet for longest makes
	 * room for a new one.
	 */
	static final int MAX_KINDS = 1000;

	private static final Log logger = LogFactory.getLog(LoggingTaskFailureReporter.LOGGER);

	private static final long POLL_MILLIS = 250;

	private static final long CLOSE_TIMEOUT_MILLIS = TimeUnit.SECONDS.toMillis(5);

	private final Queue<Failure> queue = new ArrayBlockingQueue<>(CAPACITY);

	private final Queue<Alarm> alarms = new ArrayBlockingQueue<>(CAPACITY);

	/** A permit for each failure and alarm that waits, and one for the end. */
	private final Semaphore waiting = new Semaphore(0);

	private final Overflow overflow = new Overflow();

	/** Ordered by when they were seen last. */
	private final Map<Storm.Kind, Storm> storms = new LinkedHashMap<>(16, 0.75f, true);

	private final Faults faults = new Faults();

	private final ReportSettings settings;

	private final LongSupplier clock;

	private final AtomicReference<@Nullable Failure> current = new AtomicReference<>();

	private volatile List<TaskFailureReporter> reporters = List.of();

	private volatile SubmitterContext context = SubmitterContext.NONE;

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
		this.clock = clock;
	}

	/**
	 * Whether the settings say that such failures are not to be reported.
	 */
	boolean ignores(Throwable throwable) {
		return this.settings.ignores(throwable);
	}

	/**
	 * Hand a failure over. Never blocks.
	 */
	void offer(Failure failure) {
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
	void offer(PoolAlarm alarm, @Nullable Object context) {
		if (!this.closed && this.alarms.offer(new Alarm(alarm, context))) {
			this.waiting.release();
		}
	}

	int maxPerMinute() {
		return this.settings.maxPerMinute();
	}

	/**
	 * Begin to report what has been handed over so far, and what will be. No effect if
	 * that has been begun before.
	 */
	synchronized void open(List<TaskFailureReporter> reporters, SubmitterContext context) {
		if (this.thread == null && !this.closed) {
			this.reporters = List.copyOf(reporters);
			this.context = context;
			this.thread = DaemonThreads.start("lifeguard-reports", this::run);
		}
	}

	boolean isOpen() {
		return this.thread != null;
	}

	/**
	 * Report the tasks that are lost and what is waiting, for five seconds at most, and
	 * stop.
	 */
	synchronized void close(List<LostTasks> lost) {
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

	private void run() {
		while (!this.closed) {
			next(POLL_MILLIS);
		}
		if (!this.lost.isEmpty()) {
			tell(null, (reporter) -> reporter.reportLost(this.lost));
		}
		while (!this.abandoned && !this.queue.isEmpty()) {
			next(0);
		}
		this.overflow.drain((kind, failures) -> storm(kind).holdBack(failures, 0));
		this.storms.forEach(Reports::sumUp);
	}

	private void next(long timeout) {
		try {
			this.waiting.tryAcquire(timeout, TimeUnit.MILLISECONDS);
			Failure failure = this.queue.poll();
			if (failure != null) {
				consider(failure);
			}
			for (Alarm alarm = this.alarms.poll(); alarm != null; alarm = this.alarms.poll()) {
				PoolAlarm poolAlarm = alarm.alarm();
				tell(alarm.context(), (reporter) -> reporter.reportAlarm(poolAlarm));
			}
			long now = this.clock.getAsLong();
			this.overflow.drain((kind, failures) -> storm(kind).holdBack(failures, now));
			endStorms(now);
		}
		catch (InterruptedException ex) {
			// A reporter has left the thread like that: it is ours, and goes on
		}
		catch (Throwable ex) { // the end of reporting would be one of silence
			faulty(getClass(), ex);
		}
	}

	private void consider(Failure failure) {
		TaskFailure report = null;
		try {
			report = admit(failure);
		}
		catch (Throwable ex) { // as from a throwable that overrides its methods
			faulty(failure.throwable().getClass(), ex);
		}
		if (report == null) {
			suppress(failure);
			return;
		}
		TaskFailure admitted = report;
		this.current.set(failure);
		boolean sent = tell(failure.context(), (reporter) -> reporter.report(admitted));
		if (this.current.getAndSet(null) != null) {
			count(failure, sent);
		}
	}

	private @Nullable TaskFailure admit(Failure failure) {
		Handling handling = failure.handling();
		Storm.Kind kind = Storm.Kind.of(failure);
		Storm storm = storm(kind);
		if (handling == null || !storm.admits(failure.throwable(), this.clock.getAsLong())) {
			return null;
		}
		Storm unseen = this.storms.get(kind.anywhere());
		return failure.toTaskFailure(handling, storm.takeUntold() + ((unseen != null) ? unseen.takeUntold() : 0));
	}

	private Storm storm(Storm.Kind kind) {
		return this.storms.computeIfAbsent(kind, (key) -> new Storm(this.settings.maxPerMinute()));
	}

	/**
	 * Tell each reporter, in the captured context if there is one.
	 * @return whether all of them took it
	 */
	private boolean tell(@Nullable Object captured, Consumer<TaskFailureReporter> message) {
		boolean told = true;
		for (TaskFailureReporter reporter : this.reporters) {
			try {
				if (captured != null) {
					this.context.within(captured, () -> message.accept(reporter));
				}
				else {
					message.accept(reporter);
				}
			}
			catch (Throwable ex) {
				told = false;
				faulty(reporter.getClass(), ex);
			}
		}
		return told;
	}

	private void faulty(Class<?> culprit, Throwable fault) {
		this.faults.tellOnce(culprit.getName() + ":" + fault.getClass().getName(),
				() -> logger.warn("Reporting failed in " + culprit.getName() + ". Its failures with "
						+ fault.getClass().getName() + " are counted, and not logged again", fault));
	}

	private void endStorms(long now) {
		for (Iterator<Map.Entry<Storm.Kind, Storm>> storms = this.storms.entrySet().iterator(); storms.hasNext();) {
			Map.Entry<Storm.Kind, Storm> next = storms.next();
			Storm storm = next.getValue();
			if (!storm.isOver(now) && this.storms.size() <= MAX_KINDS) {
				break; // those after it were seen later
			}
			sumUp(next.getKey(), storm);
			storms.remove();
		}
	}

	private static void sumUp(Storm.Kind kind, Storm storm) {
		if (storm.heldBack() > 0) {
			Faults.log(() -> logger.info("Held back " + storm.heldBack() + " reports of " + kind + ", "
					+ storm.takeUntold() + " of them since the last one"));
		}
	}

	private static void suppress(Failure failure) {
		failure.pool().counts().suppressed.increment();
	}

	private static void count(Failure failure, boolean sent) {
		TaskCounts counts = failure.pool().counts();
		(sent ? counts.reportsSent : counts.reportsFailed).increment();
	}

	private record Alarm(PoolAlarm alarm, @Nullable Object context) {

	}

}
