package io.lifeguard.engine.future;

import java.util.concurrent.Future;
import java.util.function.Function;

import io.lifeguard.Outcome;
import io.lifeguard.engine.failure.Failure;
import io.lifeguard.engine.task.Ledger;
import io.lifeguard.engine.task.Task;
import io.lifeguard.engine.task.UnseenFutures;
import org.jspecify.annotations.Nullable;

/**
 * A task that a scheduler runs again and again, each run counted as a task of its own.
 */
public final class PeriodicTask implements Runnable, UnseenFutures.Ending {

	private final Ledger ledger;

	private final Runnable body;

	private final boolean diesOnFailure;

	/** Of the thread that schedules the task: its runs come from the scheduler. */
	private final @Nullable Object origin;

	private volatile @Nullable Future<?> future;

	/**
	 * Create a task.
	 * @param diesOnFailure whether the scheduler runs the task no more once it has thrown
	 */
	public PeriodicTask(Ledger ledger, Runnable body, boolean diesOnFailure) {
		this.ledger = ledger;
		this.body = body;
		this.diesOnFailure = diesOnFailure;
		this.origin = ledger.captureOrigin(body);
		ledger.failures().deadTasks().remove(body.getClass());
	}

	/**
	 * Note the future that the scheduler has made for the task.
	 */
	public void scheduled(@Nullable Future<?> future) {
		this.future = future;
	}

	@Override
	public void run() {
		Run run = newRun();
		run.begin();
		try {
			this.body.run();
		}
		catch (Throwable ex) {
			Future<?> future = this.future;
			if (future != null && future.isCancelled()) {
				run.cancel();
			}
			Failure failure = run.threw(ex);
			if (failure != null) {
				if (this.diesOnFailure) {
					this.ledger.failures().deadTasks().add(failure);
				}
				failure.uncaught();
			}
			throw ex;
		}
		run.returned();
	}

	private Run newRun() {
		return new Run(this.ledger, this.body, this.origin);
	}

	/**
	 * Note that the scheduler has not accepted the task.
	 */
	public void rejected() {
		newRun().rejected();
	}

	/**
	 * Note that the task will not run again, of whose runs nothing was to be seen.
	 */
	@Override
	public void ended(Outcome outcome, @Nullable Throwable thrown) {
		if (thrown != null) {
			Failure failure = this.ledger.failed(this.body.getClass(), thrown, Task.UNKNOWN_THREAD);
			this.ledger.failures().deadTasks().add(failure);
			failure.uncaught();
		}
	}

	@Override
	public String toString() {
		return this.body.toString();
	}

	private static final class Run extends Task {

		Run(Ledger ledger, Runnable body, @Nullable Object origin) {
			super(ledger, body, 0, origin);
		}

		@Override
		protected long waited(long sinceSubmission) {
			return -1;
		}

	}

}
