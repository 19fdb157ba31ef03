package io.lifeguard;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

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

	private static final long CLOSE_TIMEOUT = TimeUnit.SECONDS.toMillis(5);

	private final BlockingQueue<Failure> queue = new ArrayBlockingQueue<>(CAPACITY);

	private final Queue<Alarm> alarms = new ArrayBlockingQueue<>(CAPACITY);

	private final Map<Storm.Kind, Storm> storms = new LinkedHashMap<>(16, 0.75f, true);

	private final Set<String> faults = ConcurrentHashMap.newKeySet();

	private final ReportSettings settings;

	private @Nullable Thread thread;

	private volatile boolean closed;

	Reports(ReportSettings settings) {
		this.settings = settings;
	}

	/**
	 * Hand a failure over. Never blocks.
	 */
	void offer(Failure failure) {
		if (this.settings.ignores(failure.throwable()) || this.closed || !this.queue.offer(failure)) {
			failure.pool().counts().suppressed.increment();
		}
	}

	/**
	 * Hand an alarm over. Never blocks.
	 * @param context what was captured when the alarm's task was submitted
	 */
	void offer(PoolAlarm alarm, @Nullable Object context) {
		if (!this.closed) {
			this.alarms.offer(new Alarm(alarm, context));
		}
	}

	int maxPerMinute() {
		return this.settings.maxPerMinute();
	}

	/**
	 * Begin to report what has been handed over so far, and what will be.
	 */
	void open(List<TaskFailureReporter> reporters, SubmitterContext context) {
		Thread thread = new Thread(() -> run(reporters, context), "lifeguard-reports");
		thread.setDaemon(true);
		thread.setContextClassLoader(null);
		thread.start();
		this.thread = thread;
	}

	/**
	 * Report what is waiting, for five seconds at most, and stop.
	 */
	void close() {
		this.closed = true;
		Thread thread = this.thread;
		if (thread != null) {
			try {
				thread.join(CLOSE_TIMEOUT);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
			thread.interrupt();
		}
		this.queue.forEach((failure) -> failure.pool().counts().suppressed.increment());
		this.queue.clear();
	}

	private void run(List<TaskFailureReporter> reporters, SubmitterContext context) {
		try {
			while (!this.closed || !this.queue.isEmpty()) {
				Failure failure = this.queue.poll(this.closed ? 0 : 250, TimeUnit.MILLISECONDS);
				if (failure != null) {
					consider(failure, reporters, context);
				}
				for (Alarm alarm = this.alarms.poll(); alarm != null; alarm = this.alarms.poll()) {
					PoolAlarm poolAlarm = alarm.alarm();
					tell(reporters, context, alarm.context(), (reporter) -> reporter.alarm(poolAlarm));
				}
				endStorms(System.nanoTime());
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		this.storms.values().forEach(this::sumUp);
	}

	private void consider(Failure failure, List<TaskFailureReporter> reporters, SubmitterContext context) {
		Handling handling = failure.handling();
		TaskCounts counts = failure.pool().counts();
		Storm storm = this.storms.computeIfAbsent(Storm.Kind.of(failure),
				(kind) -> new Storm(kind, this.settings.maxPerMinute()));
		if (handling == null || !storm.admits(failure.throwable(), System.nanoTime())) {
			counts.suppressed.increment();
			return;
		}
		TaskFailure taskFailure = failure.toTaskFailure(handling, storm.takeHeldBack());
		if (!tell(reporters, context, failure.context(), (reporter) -> reporter.report(taskFailure))) {
			counts.reportsFailed.increment();
		}
		counts.reported.increment();
	}

	/**
	 * Tell each reporter, in the captured context if there is one.
	 * @return whether all of them took it
	 */
	private boolean tell(List<TaskFailureReporter> reporters, SubmitterContext context, @Nullable Object captured,
			Consumer<TaskFailureReporter> message) {
		boolean sent = true;
		for (TaskFailureReporter reporter : reporters) {
			try {
				if (captured != null) {
					context.within(captured, () -> message.accept(reporter));
				}
				else {
					message.accept(reporter);
				}
			}
			catch (Throwable ex) {
				sent = false;
				faulty(reporter, ex);
			}
		}
		return sent;
	}

	private void faulty(TaskFailureReporter reporter, Throwable fault) {
		if (this.faults.size() < MAX_KINDS
				&& this.faults.add(reporter.getClass().getName() + ":" + fault.getClass().getName())) {
			logger.warn("Reporter " + reporter.getClass().getName() + " failed. Its failures with "
					+ fault.getClass().getName() + " are counted, and not logged again", fault);
		}
	}

	private void endStorms(long now) {
		for (Iterator<Storm> storms = this.storms.values().iterator(); storms.hasNext();) {
			Storm storm = storms.next();
			if (!storm.isOver(now) && this.storms.size() <= MAX_KINDS) {
				break; // those after it were seen later
			}
			sumUp(storm);
			storms.remove();
		}
	}

	private void sumUp(Storm storm) {
		long heldBack = storm.takeHeldBack();
		if (heldBack > 0) {
			logger.info("Held back " + heldBack + " more reports of " + storm.kind());
		}
	}

	/**
	 * An alarm on its way.
	 */
	private record Alarm(PoolAlarm alarm, @Nullable Object context) {

	}

}
