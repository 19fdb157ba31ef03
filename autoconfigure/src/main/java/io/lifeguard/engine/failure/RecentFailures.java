package io.lifeguard.engine.failure;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;

import io.lifeguard.support.ThrowableReader;

/**
 * A pool's last failures.
 */
final class RecentFailures {

	static final int SIZE = 32;

	private final AtomicReferenceArray<Failure> failures = new AtomicReferenceArray<>(SIZE);

	private final AtomicInteger next = new AtomicInteger();

	void add(Failure failure) {
		this.failures.set(this.next.getAndIncrement() & (SIZE - 1), failure);
	}

	/**
	 * Put the last failures into words, so that they need not keep what was thrown.
	 */
	void describe(ThrowableReader reader) {
		for (int i = 0; i < SIZE; i++) {
			Failure failure = this.failures.get(i);
			if (failure != null) {
				failure.describe(reader);
			}
		}
	}

	/**
	 * Return the last failures, newest first.
	 */
	List<Failure> list() {
		List<Failure> list = new ArrayList<>(SIZE);
		int newest = this.next.get() - 1;
		for (int i = 0; i < SIZE; i++) {
			Failure failure = this.failures.get((newest - i) & (SIZE - 1));
			if (failure != null) {
				list.add(failure);
			}
		}
		return list;
	}

}
