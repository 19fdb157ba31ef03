package io.lifeguard;

import java.lang.ref.WeakReference;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

/**
 * Limits the reports on failures of one kind. Confined to the thread that reports.
 */
final class Storm {

	static final long WINDOW = TimeUnit.SECONDS.toNanos(60);

	private final Kind kind;

	private final int maxPerMinute;

	private final Deque<Long> reports = new ArrayDeque<>();

	private WeakReference<Throwable> lastReported = new WeakReference<>(null);

	private long lastSeen;

	private long heldBack;

	Storm(Kind kind, int maxPerMinute) {
		this.kind = kind;
		this.maxPerMinute = maxPerMinute;
	}

	/**
	 * Decide on one more failure.
	 * @param now the time in nanoseconds
	 * @return whether it may be reported
	 */
	boolean admits(Throwable throwable, long now) {
		this.lastSeen = now;
		while (!this.reports.isEmpty() && now - this.reports.getFirst() >= WINDOW) {
			this.reports.removeFirst();
		}
		// An instance thrown again is the same failure: it was reported a moment ago
		boolean repeated = !this.reports.isEmpty() && this.lastReported.refersTo(throwable);
		if (repeated || this.reports.size() >= this.maxPerMinute) {
			this.heldBack++;
			return false;
		}
		this.reports.addLast(now);
		this.lastReported = new WeakReference<>(throwable);
		return true;
	}

	/**
	 * Return how many failures were held back, and start to count anew.
	 */
	long takeHeldBack() {
		long taken = this.heldBack;
		this.heldBack = 0;
		return taken;
	}

	boolean isOver(long now) {
		return now - this.lastSeen >= WINDOW;
	}

	Kind kind() {
		return this.kind;
	}

	/**
	 * What makes two failures alike.
	 *
	 * @param pool the pool of the tasks
	 * @param exception the class of what they threw
	 * @param frame the first application frame in its stack trace
	 */
	record Kind(String pool, Class<?> exception, String frame) {

		static Kind of(Failure failure) {
			Throwable throwable = failure.throwable();
			String frame = Arrays.stream(throwable.getStackTrace())
				.filter(Frames::isApplication)
				.findFirst()
				.map(StackTraceElement::toString)
				.orElseGet(() -> failure.body().getName());
			return new Kind(failure.pool().name(), throwable.getClass(), frame);
		}

		@Override
		public String toString() {
			return this.exception.getName() + " at " + this.frame + " in pool " + this.pool;
		}

	}

}
