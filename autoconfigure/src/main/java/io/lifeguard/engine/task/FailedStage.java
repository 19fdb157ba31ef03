package io.lifeguard.engine.task;

import java.time.Duration;

import io.lifeguard.OwnedTask;
import io.lifeguard.TaskFailure;
import io.lifeguard.engine.failure.Failure;

/**
 * Shows the failure of what was never submitted, such as a derived stage, as that of a
 * task.
 */
record FailedStage(String poolName, Failure failure) implements OwnedTask {

	@Override
	public boolean isPending(Duration within) {
		return false;
	}

	@Override
	public boolean hasRun() {
		return true;
	}

	@Override
	public TaskFailure taskFailure() {
		return this.failure.asItStands();
	}

	@Override
	public boolean isDecided() {
		return this.failure.isDecided();
	}

	@Override
	public boolean isReportable() {
		return this.failure.isReportable();
	}

}
