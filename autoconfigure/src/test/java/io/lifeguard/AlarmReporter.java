package io.lifeguard;

import java.util.Queue;

/**
 * Collects alarms.
 */
public record AlarmReporter(Queue<PoolAlarm> alarms) implements TaskFailureReporter {

	@Override
	public void report(TaskFailure failure) {
	}

	@Override
	public void reportAlarm(PoolAlarm alarm) {
		this.alarms.add(alarm);
	}

}
