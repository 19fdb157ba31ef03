package io.lifeguard.engine.task;

import org.jspecify.annotations.Nullable;

/**
 * Knows which threads are just submitting to a pool through an executor that forwards to
 * it, and that has guarded the task already. Only a pool with such executors pays for the
 * check.
 */
public final class ForwardingScope implements AutoCloseable {

	private volatile @Nullable ThreadLocal<Boolean> inside;

	/**
	 * Note that there is an executor that forwards to the pool's.
	 */
	public synchronized void expect() {
		if (this.inside == null) {
			this.inside = new ThreadLocal<>();
		}
	}

	/**
	 * Note that the current thread submits through such an executor, until this is
	 * closed.
	 * @return {@code null} if the thread was doing so before
	 */
	public @Nullable ForwardingScope enter() {
		ThreadLocal<Boolean> inside = this.inside;
		if (inside == null || inside.get() != null) {
			return null;
		}
		inside.set(Boolean.TRUE);
		return this;
	}

	@Override
	public void close() {
		ThreadLocal<Boolean> inside = this.inside;
		if (inside != null) {
			inside.remove();
		}
	}

	/**
	 * Note that the current thread runs a task, and is not submitting as long as that
	 * takes.
	 * @return whether it was, and has to {@link #enter()} again
	 */
	boolean suspend() {
		boolean suspended = isInside();
		if (suspended) {
			close();
		}
		return suspended;
	}

	/**
	 * Whether the current thread submits through an executor that forwards to the pool's.
	 */
	public boolean isInside() {
		ThreadLocal<Boolean> inside = this.inside;
		return inside != null && inside.get() != null;
	}

}
