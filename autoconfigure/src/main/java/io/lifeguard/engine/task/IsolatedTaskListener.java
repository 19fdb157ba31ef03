package io.lifeguard.engine.task;

import java.util.concurrent.atomic.AtomicBoolean;

import io.lifeguard.Outcome;
import io.lifeguard.TaskListener;
import io.lifeguard.support.OnceLogger;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Stops a listener's exceptions from reaching the task that it is notified of.
 */
final class IsolatedTaskListener implements TaskListener {

	private static final Log logger = LogFactory.getLog(IsolatedTaskListener.class);

	private final String pool;

	private final TaskListener listener;

	private final AtomicBoolean logged = new AtomicBoolean();

	IsolatedTaskListener(String pool, TaskListener listener) {
		this.pool = pool;
		this.listener = listener;
	}

	@Override
	public void ended(Outcome outcome, long waited, long ran) {
		try {
			this.listener.ended(outcome, waited, ran);
		}
		catch (Throwable ex) { // no reason for the task to fail
			if (this.logged.compareAndSet(false, true)) {
				OnceLogger.log(() -> logger.warn("A listener to the tasks of pool " + this.pool
						+ " has failed. That is not logged again, even if it does each time", ex));
			}
		}
	}

}
