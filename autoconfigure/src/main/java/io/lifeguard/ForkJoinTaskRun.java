package io.lifeguard;

import java.util.concurrent.ForkJoinTask;

/**
 * Runs a fork-join task that came ready made, and sees how it ends.
 */
final class ForkJoinTaskRun extends Task implements Runnable {

	ForkJoinTaskRun(Pool pool, ForkJoinTask<?> body) {
		super(pool, body, 0);
	}

	@Override
	boolean endFuture(Exception exception) {
		ForkJoinTask<?> task = (ForkJoinTask<?>) body();
		Failure failure = failure();
		if (failure != null) {
			failure.watch(task);
		}
		task.completeExceptionally(exception);
		return true;
	}

	@Override
	public void run() {
		ForkJoinTask<?> task = (ForkJoinTask<?>) body();
		if (task.isDone()) {
			cancel();
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
