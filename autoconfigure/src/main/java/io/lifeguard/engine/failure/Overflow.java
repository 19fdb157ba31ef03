package io.lifeguard.engine.failure;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ObjLongConsumer;

/**
 * Counts the failures that found the queue to the reporters full, by pool and class of
 * exception: whoever came too late for the queue has no time to look at a stack trace.
 */
final class Overflow {

	private final Map<ReportLimiter.Kind, AtomicLong> counts = new ConcurrentHashMap<>();

	/**
	 * Count a failure. Called by workers: never blocks for long, never throws.
	 */
	void add(Failure failure) {
		ReportLimiter.Kind kind = ReportLimiter.Kind.anywhere(failure);
		AtomicLong count = this.counts.get(kind);
		if (count == null) {
			if (this.counts.size() >= ReportLimiters.MAX_KINDS) {
				kind = new ReportLimiter.Kind(kind.pool(), Throwable.class, null);
			}
			count = this.counts.computeIfAbsent(kind, (key) -> new AtomicLong());
		}
		count.incrementAndGet();
	}

	/**
	 * Hand on what has been counted, and start to count anew.
	 */
	void drain(ObjLongConsumer<ReportLimiter.Kind> action) {
		this.counts.forEach((kind, count) -> {
			long taken = count.getAndSet(0);
			if (taken > 0) {
				action.accept(kind, taken);
			}
		});
	}

}
