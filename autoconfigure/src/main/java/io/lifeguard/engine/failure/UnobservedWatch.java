package io.lifeguard.engine.failure;

import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;

/**
 * Watches failures that can still be read, and decides that they were not once the object
 * through which they could be is garbage, or their pool's deadline is over. Only failures
 * come here: a task that succeeds leaves no trace. There is no limit to their number,
 * since the application keeps the future of each: one that it lets go of is decided on.
 * <p>
 * An entry is a phantom reference to the handle through which the failure can be read:
 * the future, or the exception in it. The failure must never refer to the handle, or it
 * would keep it alive. Three may end an entry, and the failure's own compare-and-set (see
 * {@link Failure}) lets one of them decide:
 *
 * <pre>
 * who                  when                        what becomes of the entry
 * -------------------  --------------------------  ---------------------------------------
 * the reader           reads the handle            stop: removed, cleared, never enqueued
 * the collector        the handle is garbage       enqueued; the watch decides: unobserved
 * the watch            the deadline is over        decides: unobserved; a later read is late
 * the close            the application ends        decides on all, and on each that comes
 * </pre>
 *
 * <b>Why none is missed.</b> A failure is given its entry before the entry is added, and
 * whoever adds looks at the failure again afterwards; a reader marks the failure before
 * it looks for an entry. So either the reader finds the entry and stops it, or who adds
 * it finds the failure handled. The close sets its mark before it goes through the
 * entries, and who adds one looks for the mark afterwards: either finds it.
 */
public final class UnobservedWatch {

	private final ReferenceQueue<Object> garbage = new ReferenceQueue<>();

	private final Set<Entry> watched = ConcurrentHashMap.newKeySet();

	private volatile boolean closed;

	/**
	 * Return what watches a failure once it is added.
	 * @param handle the object through which it can be read
	 */
	Entry newEntry(Failure failure, Object handle) {
		return new Entry(failure, handle);
	}

	/**
	 * Begin to watch a failure.
	 */
	void add(Entry entry) {
		this.watched.add(entry);
		if (this.closed) {
			entry.decide();
		}
	}

	/**
	 * Wait for a handle to become garbage, and decide on all that have.
	 * @param millis how long to wait at most
	 */
	public void awaitGarbage(long millis) throws InterruptedException {
		Reference<?> reference = this.garbage.remove(millis);
		while (reference instanceof Entry entry) {
			entry.decide();
			reference = this.garbage.poll();
		}
	}

	/**
	 * Decide on all failures whose deadline is over, and keep the others.
	 */
	public void checkDeadlines() {
		long now = System.nanoTime();
		for (Entry entry : this.watched) {
			if (now - entry.deadline >= 0) {
				entry.decide();
			}
			else {
				entry.failure.keep();
			}
		}
	}

	/**
	 * Decide on all failures, since nobody will read them any more, and on each that
	 * comes late.
	 */
	public void close() {
		this.closed = true;
		this.watched.forEach(Entry::decide);
	}

	/**
	 * Return how many failures are watched.
	 */
	int size() {
		return this.watched.size();
	}

	/**
	 * One watched failure.
	 */
	final class Entry extends PhantomReference<@Nullable Object> {

		private final Failure failure;

		private final long deadline;

		private Entry(Failure failure, Object handle) {
			super(handle, UnobservedWatch.this.garbage);
			this.failure = failure;
			this.deadline = System.nanoTime() + failure.log().settings().unobservedAfter().toNanos();
		}

		void stop() {
			UnobservedWatch.this.watched.remove(this);
			clear();
		}

		private void decide() {
			UnobservedWatch.this.watched.remove(this);
			this.failure.unobserved();
		}

	}

}
