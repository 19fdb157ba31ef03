package io.lifeguard.engine.failure;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

import io.lifeguard.LoggingTaskFailureReporter;
import io.lifeguard.support.OnceLogger;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * The storms of all kinds of failure: what is held back is told with the next report of
 * its kind, or logged when the storm is over. Confined to the thread that reports.
 */
final class ReportLimiters {

	/**
	 * Kinds of failure that are followed at most; the one quiet for longest makes room
	 * for a new one.
	 */
	static final int MAX_KINDS = 1000;

	private static final Log logger = LogFactory.getLog(LoggingTaskFailureReporter.LOGGER);

	/** Ordered by when they were seen last. */
	private final Map<ReportLimiter.Kind, ReportLimiter> storms = new LinkedHashMap<>(16, 0.75f, true);

	private final int maxPerMinute;

	private final LongSupplier clock;

	/**
	 * Create storms without any failure.
	 * @param maxPerMinute reports of one kind at most
	 * @param clock tells the time in nanoseconds, as {@link System#nanoTime()} does
	 */
	ReportLimiters(int maxPerMinute, LongSupplier clock) {
		this.maxPerMinute = maxPerMinute;
		this.clock = clock;
	}

	/**
	 * Return how many failures of the kind were held back before the given one, or
	 * {@code null} if that is held back itself.
	 */
	@Nullable Long admit(Failure failure) {
		ReportLimiter.Kind kind = ReportLimiter.Kind.of(failure);
		ReportLimiter storm = storm(kind);
		if (!storm.admits(failure.throwable(), this.clock.getAsLong())) {
			return null;
		}
		ReportLimiter unseen = this.storms.get(kind.anywhere());
		return storm.takeUnreported() + ((unseen != null) ? unseen.takeUnreported() : 0);
	}

	/**
	 * Hold back some failures without a closer look.
	 */
	void holdBack(ReportLimiter.Kind kind, long failures) {
		storm(kind).holdBack(failures, this.clock.getAsLong());
	}

	private ReportLimiter storm(ReportLimiter.Kind kind) {
		return this.storms.computeIfAbsent(kind, (key) -> new ReportLimiter(this.maxPerMinute));
	}

	/**
	 * Forget the storms that are over, and those for which there is no room.
	 */
	void endQuiet() {
		long now = this.clock.getAsLong();
		for (Iterator<Map.Entry<ReportLimiter.Kind, ReportLimiter>> storms = this.storms.entrySet().iterator(); storms
			.hasNext();) {
			Map.Entry<ReportLimiter.Kind, ReportLimiter> next = storms.next();
			ReportLimiter storm = next.getValue();
			if (!storm.isOver(now) && this.storms.size() <= MAX_KINDS) {
				break; // those after it were seen later
			}
			sumUp(next.getKey(), storm);
			storms.remove();
		}
	}

	boolean isEmpty() {
		return this.storms.isEmpty();
	}

	/**
	 * Log what all storms have held back.
	 */
	void endAll() {
		this.storms.forEach(ReportLimiters::sumUp);
		this.storms.clear();
	}

	private static void sumUp(ReportLimiter.Kind kind, ReportLimiter storm) {
		if (storm.heldBack() > 0) {
			OnceLogger.log(() -> logger.info("Held back " + storm.heldBack() + " reports of " + kind + ", "
					+ storm.takeUnreported() + " of them since the last one"));
		}
	}

}
