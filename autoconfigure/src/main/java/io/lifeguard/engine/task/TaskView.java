package io.lifeguard.engine.task;

import java.time.Duration;

import io.lifeguard.OwnedTask;
import io.lifeguard.TaskFailure;
import io.lifeguard.engine.failure.Failure;
import org.jspecify.annotations.Nullable;

/**
 * Shows a task to its owner.
 */
record TaskView(Task task) implements OwnedTask {

	@Override
	public String pool() {
		return this.task.ledger().pool();
	}

	@Override
	public boolean isPending(Duration within) {
		return this.task.isPending(within.toNanos());
	}

	@Override
	public boolean hasRun() {
		return this.task.hasRun();
	}

	@Override
	public @Nullable TaskFailure failure() {
		Failure failure = this.task.failure();
		return (failure != null) ? failure.asItStands() : null;
	}

	@Override
	public boolean isDecided() {
		Failure failure = this.task.failure();
		return failure == null || failure.isDecided();
	}

	@Override
	public boolean isReportable() {
		Failure failure = this.task.failure();
		return failure != null && failure.isReportable();
	}

}
