package io.lifeguard.engine.future;

import java.util.concurrent.ForkJoinTask;

import io.lifeguard.engine.failure.Failure;
import io.lifeguard.engine.task.Ledger;
import io.lifeguard.engine.task.Task;

/**
 * Runs a fork-join task that came ready made, and sees how it ends.
 */
public final class ForkJoinTaskRun extends Task implements Runnable {

	public ForkJoinTaskRun(Ledger ledger, ForkJoinTask<?> body) {
		super(ledger, body, 0);
	}

	@Override
	protected boolean endFuture(Exception exception) {
		ForkJoinTask<?> task = (ForkJoinTask<?>) body();
		Failure failure = failure();
		if (failure != null) {
			failure.watch(task);
		}
		ledger().sideline().begin(() -> task.completeExceptionally(exception));
		return true;
	}

	@Override
	public void run() {
		ForkJoinTask<?> task = (ForkJoinTask<?>) body();
		if (task.isDone()) {
			cancelQueued();
			return;
		}
		if (!begin()) {
			return;
		}
		task.quietlyInvoke();
		Throwable thrown = task.getException();
		if (task.isCancelled()) {
			cancel();
			thrown = null;
		}
		if (thrown == null) {
			returned();
			return;
		}
		Failure failure = threw(thrown);
		if (failure != null) {
			failure.watch(task);
		}
	}

}
