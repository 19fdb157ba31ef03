package io.lifeguard;

import java.util.concurrent.atomic.AtomicBoolean;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Keeps what a listener throws from the task that it is told of.
 */
final class IsolatedTaskListener implements TaskListener {

	private static final Log logger = LogFactory.getLog(IsolatedTaskListener.class);

	private final Pool pool;

	private final TaskListener listener;

	private final AtomicBoolean told = new AtomicBoolean();

	IsolatedTaskListener(Pool pool, TaskListener listener) {
		this.pool = pool;
		this.listener = listener;
	}

	@Override
	public void ended(Outcome outcome, long waited, long ran) {
		try {
			this.listener.ended(outcome, waited, ran);
		}
		catch (Throwable ex) { // no reason for the task to fail
			if (this.told.compareAndSet(false, true)) {
				Faults.log(() -> logger.warn("A listener to the tasks of " + this.pool
						+ " has failed. That is not logged again, even if it does each time", ex));
			}
		}
	}

}
