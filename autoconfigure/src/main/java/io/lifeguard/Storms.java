package io.lifeguard;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * The storms of all kinds of failure: what is held back is told with the next report of
 * its kind, or logged when the storm is over. Confined to the thread that reports.
 */
final class Storms {

	/**
	 * Kinds of failure that are followed at most; the one quiet for longest makes room
	 * for a new one.
	 */
	static final int MAX_KINDS = 1000;

	private static final Log logger = LogFactory.getLog(LoggingTaskFailureReporter.LOGGER);

	/** Ordered by when they were seen last. */
	private final Map<Storm.Kind, Storm> storms = new LinkedHashMap<>(16, 0.75f, true);

	private final int maxPerMinute;

	private final LongSupplier clock;

	/**
	 * Create storms without any failure.
	 * @param maxPerMinute reports of one kind at most
	 * @param clock tells the time in nanoseconds, as {@link System#nanoTime()} does
	 */
	Storms(int maxPerMinute, LongSupplier clock) {
		this.maxPerMinute = maxPerMinute;
		this.clock = clock;
	}

	/**
	 * Return the report on a failure, or {@code null} if it is held back.
	 */
	@Nullable TaskFailure admit(Failure failure) {
		Storm.Kind kind = Storm.Kind.of(failure);
		Storm storm = storm(kind);
		if (!storm.admits(failure.throwable(), this.clock.getAsLong())) {
			return null;
		}
		Storm unseen = this.storms.get(kind.anywhere());
		return failure.toTaskFailure(storm.takeUntold() + ((unseen != null) ? unseen.takeUntold() : 0));
	}

	/**
	 * Hold back some failures without a closer look.
	 */
	void holdBack(Storm.Kind kind, long failures) {
		storm(kind).holdBack(failures, this.clock.getAsLong());
	}

	private Storm storm(Storm.Kind kind) {
		return this.storms.computeIfAbsent(kind, (key) -> new Storm(this.maxPerMinute));
	}

	/**
	 * Forget the storms that are over, and those for which there is no room.
	 */
	void endQuiet() {
		long now = this.clock.getAsLong();
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

	/**
	 * Log what all storms have held back.
	 */
	void endAll() {
		this.storms.forEach(Storms::sumUp);
		this.storms.clear();
	}

	private static void sumUp(Storm.Kind kind, Storm storm) {
		if (storm.heldBack() > 0) {
			Faults.log(() -> logger.info("Held back " + storm.heldBack() + " reports of " + kind + ", "
					+ storm.takeUntold() + " of them since the last one"));
		}
	}

}
