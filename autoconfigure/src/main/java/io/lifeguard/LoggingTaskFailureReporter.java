package io.lifeguard;

import java.util.List;
import java.util.stream.Collectors;

import io.lifeguard.support.PoolProperties;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Reports each failure as one line at level {@code ERROR} with its stack trace, to the
 * logger {@value #LOGGER}.
 */
public final class LoggingTaskFailureReporter implements TaskFailureReporter {

	/**
	 * The name of the logger.
	 */
	public static final String LOGGER = "io.lifeguard.failures";

	private static final Log logger = LogFactory.getLog(LOGGER);

	@Override
	public void report(TaskFailure failure) {
		StringBuilder line = new StringBuilder("Task ").append(failure.task())
			.append(failure.interrupted() ? " was interrupted by the shutdown of its pool " : " failed in pool ")
			.append(failure.pool())
			.append(" (")
			.append(failure.handling())
			.append(", waited ")
			.append(failure.waited().toMillis())
			.append(" ms, ran ")
			.append(failure.ran().toMillis())
			.append(" ms, thread ")
			.append(failure.thread())
			.append(')');
		if (failure.submissionSite() != null) {
			line.append(", submitted at ").append(failure.submissionSite());
		}
		if (failure.dead()) {
			line.append(", it was periodic and will not run again");
		}
		if (failure.heldBack() > 0) {
			line.append(", ").append(failure.heldBack()).append(" alike held back before");
		}
		logger.error(line, failure.throwable());
	}

	/**
	 * Log what does not pass by itself, a deadlock and a dead schedule, at level
	 * {@code ERROR}, all else at {@code WARN}, with the stack traces of the threads.
	 */
	@Override
	public void reportAlarm(PoolAlarm alarm) {
		String line = alarm.throwable().getMessage() + ", since " + alarm.since()
				+ ((alarm.heldBack() > 0) ? ", " + alarm.heldBack() + " alike held back before" : "") + more(alarm);
		if (alarm.kind().isFinal()) {
			logger.error(line, alarm.throwable());
		}
		else {
			logger.warn(line, alarm.throwable());
		}
	}

	private static String more(PoolAlarm alarm) {
		if (alarm.throwable() instanceof PoolFullException full) {
			return ". " + full.explanation();
		}
		return (alarm.kind() == PoolAlarm.Kind.STUCK) ? ". If it is meant to run for so long, set "
				+ PoolProperties.of(alarm.pool()) + ".stuck-after to what it may take, or to 0" : "";
	}

	@Override
	public void reportLost(List<LostTasks> lost) {
		long count = lost.stream().mapToLong(LostTasks::count).sum();
		logger.error("Lost " + count + " tasks that had not run when their pools closed: "
				+ lost.stream().map(LostTasks::toString).collect(Collectors.joining("; ")));
	}

}
