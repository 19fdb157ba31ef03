package io.lifeguard.sentry;

import java.lang.ref.WeakReference;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;

import org.jspecify.annotations.Nullable;

/**
 * The moments of a pool's last failures, which alone are kept in full: one with a hundred
 * breadcrumbs and a transaction takes some 50 kB, and any number of failures may wait to
 * be read.
 */
final class FullMoments {

	/**
	 * Moments kept in full at most.
	 */
	static final int SIZE = 128;

	private final AtomicReferenceArray<@Nullable WeakReference<Moment>> last = new AtomicReferenceArray<>(SIZE);

	private final AtomicInteger next = new AtomicInteger();

	void add(Moment moment) {
		int index = this.next.getAndIncrement() & (SIZE - 1);
		WeakReference<Moment> oldest = this.last.getAndSet(index, new WeakReference<>(moment));
		Moment present = (oldest != null) ? oldest.get() : null;
		if (present != null) {
			present.reduce();
		}
	}

}
