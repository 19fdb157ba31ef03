package io.lifeguard.engine.failure;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import io.lifeguard.FailureMoment;
import io.lifeguard.ReportOutcome;
import io.lifeguard.TaskFailureReporter;
import org.jspecify.annotations.Nullable;

/**
 * What all reporters are told, and how many of them have been.
 */
final class Report {

	private final String pool;

	private final FailureMoment moment;

	private final long at;

	private final Consumer<TaskFailureReporter> message;

	private final @Nullable FailureCounts counts;

	private final AtomicInteger open;

	private final AtomicBoolean reported = new AtomicBoolean();

	private volatile boolean failed;

	/**
	 * Create a report.
	 * @param at when it happened, in nanoseconds of {@link System#nanoTime()}
	 * @param message tells it to one reporter
	 * @param counts counts what becomes of it, {@code null} for what is no failure
	 * @param reporters the number of those that will be told
	 */
	Report(String pool, FailureMoment moment, long at, Consumer<TaskFailureReporter> message,
			@Nullable FailureCounts counts, int reporters) {
		this.pool = pool;
		this.moment = moment;
		this.at = at;
		this.message = message;
		this.counts = counts;
		this.open = new AtomicInteger(reporters);
	}

	String pool() {
		return this.pool;
	}

	long at() {
		return this.at;
	}

	void tell(TaskFailureReporter reporter) {
		this.moment.within(() -> this.message.accept(reporter));
	}

	/**
	 * Note that one more reporter is done with it. The failure counts as reported with
	 * the first one, and its report as sent or failed with the last one.
	 */
	void done(boolean told) {
		FailureCounts counts = this.counts;
		if (counts == null) {
			return;
		}
		if (!told) {
			this.failed = true;
		}
		if (this.reported.compareAndSet(false, true)) {
			counts.addReported();
		}
		if (this.open.decrementAndGet() <= 0) {
			counts.add(this.failed ? ReportOutcome.FAILED : ReportOutcome.SENT);
		}
	}

}
