package io.lifeguard.tuning;

import java.time.Duration;

import io.lifeguard.Places;
import io.lifeguard.RejectionPolicy;
import org.jspecify.annotations.Nullable;

import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.core.task.TaskRejectedException;

/**
 * A pool that properties have declared, with a new virtual thread for each task and a
 * limit to how many run at once.
 */
@SuppressWarnings("serial")
public class DeclaredThreads extends SimpleAsyncTaskExecutor {

	private final transient Places places = new Places(1);

	private RejectionPolicy rejection = RejectionPolicy.BLOCK;

	private @Nullable Duration blockTimeout;

	/**
	 * Set what to do with a task at the limit, and how long {@code block} waits at most.
	 */
	void setRejection(RejectionPolicy rejection, @Nullable Duration blockTimeout) {
		this.rejection = rejection;
		this.blockTimeout = blockTimeout;
	}

	@Override
	public void setConcurrencyLimit(int concurrencyLimit) {
		super.setConcurrencyLimit(concurrencyLimit);
		this.places.set(concurrencyLimit);
	}

	@Override
	public void execute(Runnable task) {
		execute(task, TIMEOUT_INDEFINITE);
	}

	@Override
	@Deprecated(since = "0.1.0")
	public void execute(Runnable task, long startTimeout) {
		if (!enter()) {
			switch (this.rejection) {
				case CALLER_RUNS -> task.run();
				case DISCARD -> RejectionPolicy.discard(task);
				default -> throw new TaskRejectedException(
						"Concurrency limit of " + this.places.get() + " reached: did not accept task " + task);
			}
			return;
		}
		try {
			super.execute(task, startTimeout);
		}
		catch (Throwable ex) {
			this.places.release();
			throw ex;
		}
	}

	@Override
	protected void doExecute(Runnable task) {
		super.doExecute(() -> {
			try {
				task.run();
			}
			finally {
				this.places.release();
			}
		});
	}

	private boolean enter() {
		if (this.rejection != RejectionPolicy.BLOCK) {
			return this.places.tryAcquire();
		}
		try {
			return this.places.acquire(this.blockTimeout);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new TaskRejectedException("Interrupted while a task waited for a place", ex);
		}
	}

}
