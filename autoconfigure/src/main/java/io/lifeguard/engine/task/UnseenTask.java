package io.lifeguard.engine.task;

import java.lang.ref.WeakReference;

import io.lifeguard.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * A task of an application's own class, for which the executor is to know it, and which
 * therefore runs unseen. Its future tells of its end.
 */
public final class UnseenTask extends Task implements UnseenFutures.Ending {

	private volatile @Nullable WeakReference<Object> handle;

	/**
	 * Record the submission of a task.
	 * @param delay the nanoseconds until it is due
	 */
	public UnseenTask(Ledger ledger, Object body, long delay) {
		super(ledger, body, delay);
		ledger.counts().unseen().use();
	}

	/**
	 * Take the given object for the only one through which a failure can be read.
	 */
	public void readThrough(Object handle) {
		this.handle = new WeakReference<>(handle);
	}

	@Override
	public void ended(Outcome outcome, @Nullable Throwable thrown) {
		if (outcome == Outcome.CANCELLED) {
			cancel();
			return;
		}
		if (!drop()) {
			return;
		}
		if (thrown == null) {
			ledger().counts().unseen.returned();
		}
		else {
			failUnseen(thrown, (this.handle != null) ? this.handle.get() : null);
		}
		release();
	}

}
