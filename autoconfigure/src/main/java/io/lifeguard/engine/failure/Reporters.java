package io.lifeguard.engine.failure;

import java.util.List;
import java.util.function.Consumer;

import io.lifeguard.LoggingTaskFailureReporter;
import io.lifeguard.SubmitterContext;
import io.lifeguard.TaskFailureReporter;
import io.lifeguard.support.OnceLogger;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Tells all reporters, of which none hurts another.
 */
final class Reporters {

	private static final Log logger = LogFactory.getLog(LoggingTaskFailureReporter.LOGGER);

	private final List<TaskFailureReporter> reporters;

	private final SubmitterContext context;

	private final OnceLogger faults = new OnceLogger();

	Reporters(List<TaskFailureReporter> reporters, SubmitterContext context) {
		this.reporters = List.copyOf(reporters);
		this.context = context;
	}

	/**
	 * Tell each reporter, in the captured context if there is one.
	 * @return whether all of them took it
	 */
	boolean tell(@Nullable Object captured, Consumer<TaskFailureReporter> message) {
		boolean told = true;
		for (TaskFailureReporter reporter : this.reporters) {
			try {
				if (captured != null) {
					this.context.within(captured, () -> message.accept(reporter));
				}
				else {
					message.accept(reporter);
				}
			}
			catch (Throwable ex) {
				told = false;
				faulty(reporter.getClass(), ex);
			}
		}
		return told;
	}

	/**
	 * Log what has gone wrong in reporting, once for each culprit and kind of fault.
	 */
	void faulty(Class<?> culprit, Throwable fault) {
		this.faults.logOnce(culprit.getName() + ":" + fault.getClass().getName(),
				() -> logger.warn("Reporting failed in " + culprit.getName() + ". Its failures with "
						+ fault.getClass().getName() + " are counted, and not logged again", fault));
	}

}
