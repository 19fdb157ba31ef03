package io.lifeguard;

import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The throwables that the guard answers for, so that another channel can leave them to
 * it. Remembers the last 1,024 and keeps none of them alive.
 */
final class Claims {

	private static final int SIZE = 1024;

	private final AtomicReferenceArray<Reference<Throwable>> recent = new AtomicReferenceArray<>(SIZE);

	private final AtomicInteger next = new AtomicInteger();

	/**
	 * Claim a throwable until the returned reference is cleared.
	 */
	Reference<Throwable> add(Throwable throwable) {
		Reference<Throwable> claim = new WeakReference<>(throwable);
		this.recent.set(this.next.getAndIncrement() & (SIZE - 1), claim);
		return claim;
	}

	/**
	 * Whether the throwable or one of its causes is claimed.
	 */
	boolean cover(Throwable throwable) {
		Throwable candidate = throwable;
		for (int depth = 0; candidate != null && depth < 32; depth++) {
			for (int i = 0; i < SIZE; i++) {
				Reference<Throwable> claim = this.recent.get(i);
				if (claim != null && claim.refersTo(candidate)) {
					return true;
				}
			}
			candidate = candidate.getCause();
		}
		return false;
	}

}
