package io.lifeguard.engine.failure;

import java.lang.ref.WeakReference;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

import io.lifeguard.support.Frames;
import io.lifeguard.support.Throwables;
import org.jspecify.annotations.Nullable;

/**
 * Limits the reports on failures of one kind. Confined to the thread that reports.
 */
public final class ReportLimiter {

	/**
	 * The nanoseconds for which the limit holds. A storm that is quiet for as long is
	 * over.
	 */
	static final long WINDOW = TimeUnit.SECONDS.toNanos(60);

	private final int maxPerMinute;

	/** When the reports of the last window were made, as many as the limit at most. */
	private final Deque<Long> reports = new ArrayDeque<>();

	private WeakReference<Throwable> lastReported = new WeakReference<>(null);

	private long lastSeen;

	private long heldBack;

	private long unreported;

	public ReportLimiter(int maxPerMinute) {
		this.maxPerMinute = maxPerMinute;
	}

	/**
	 * Decide on one more failure.
	 * @param now the time in nanoseconds
	 * @return whether it may be reported
	 */
	public boolean admits(Throwable throwable, long now) {
		while (!this.reports.isEmpty() && now - this.reports.getFirst() >= WINDOW) {
			this.reports.removeFirst();
		}
		// An instance thrown again is the same failure: it was reported a moment ago
		boolean repeated = !this.reports.isEmpty() && this.lastReported.refersTo(throwable);
		if (repeated || this.reports.size() >= this.maxPerMinute) {
			holdBack(1, now);
			return false;
		}
		this.lastSeen = now;
		this.reports.addLast(now);
		this.lastReported = new WeakReference<>(throwable);
		return true;
	}

	/**
	 * Hold back some failures without a closer look.
	 */
	void holdBack(long failures, long now) {
		this.lastSeen = now;
		this.heldBack += failures;
		this.unreported += failures;
	}

	/**
	 * Return how many failures were held back since this was asked last.
	 */
	public long takeUnreported() {
		long taken = this.unreported;
		this.unreported = 0;
		return taken;
	}

	/**
	 * Return how many failures were held back in all.
	 */
	long heldBack() {
		return this.heldBack;
	}

	boolean isOver(long now) {
		return now - this.lastSeen >= WINDOW;
	}

	/**
	 * What makes two failures alike.
	 *
	 * @param pool the pool of the tasks
	 * @param exception the class of what they threw
	 * @param frame the first application frame in its stack trace, {@code null} for
	 * failures of which only the class was looked at, since too many came at once
	 */
	record Kind(String pool, Class<?> exception, @Nullable String frame) {

		static Kind of(Failure failure) {
			StackTraceElement frame = Frames.first(Arrays.asList(Throwables.stack(failure.throwable())));
			return new Kind(failure.log().pool(), failure.type(),
					(frame != null) ? frame.toString() : failure.body().getName());
		}

		/**
		 * Return the kind of those whose place nobody looked at.
		 */
		static Kind anywhere(Failure failure) {
			return new Kind(failure.log().pool(), failure.type(), null);
		}

		/**
		 * Return this kind without its place.
		 */
		Kind anywhere() {
			return new Kind(this.pool, this.exception, null);
		}

		@Override
		public String toString() {
			return this.exception.getName() + ((this.frame != null) ? " at " + this.frame : "") + " in pool "
					+ this.pool;
		}

	}

}
