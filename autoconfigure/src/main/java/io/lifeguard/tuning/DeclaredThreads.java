package io.lifeguard.tuning;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import io.lifeguard.DeclaredPool;
import io.lifeguard.RejectionPolicy;
import io.lifeguard.engine.executor.RejectionHandlers;
import io.lifeguard.engine.executor.ResizableSemaphore;
import org.jspecify.annotations.Nullable;

import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.core.task.TaskRejectedException;

/**
 * A pool that properties have declared, with a new virtual thread for each task and a
 * limit to how many run at once.
 */
@SuppressWarnings("serial")
public class DeclaredThreads extends SimpleAsyncTaskExecutor implements DeclaredPool {

	private final transient ResizableSemaphore places = new ResizableSemaphore(1);

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
		this.places.resize(concurrencyLimit);
	}

	@Override
	public void execute(Runnable task) {
		execute(task, TIMEOUT_INDEFINITE);
	}

	@Override
	@Deprecated
	public void execute(Runnable task, long startTimeout) {
		if (!enter(task)) {
			switch (this.rejection) {
				case CALLER_RUNS -> task.run();
				case DISCARD -> RejectionHandlers.discard(task);
				default -> throw new TaskRejectedException(
						"Concurrency limit of " + this.places.size() + " reached: did not accept task " + task);
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

	private boolean enter(Runnable task) {
		if (this.rejection != RejectionPolicy.BLOCK) {
			return this.places.tryAcquire();
		}
		try {
			if (this.blockTimeout != null) {
				return this.places.tryAcquire(this.blockTimeout.toNanos(), TimeUnit.NANOSECONDS);
			}
			RejectionHandlers.awaitPlace(task, this.places::acquire);
			return true;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new TaskRejectedException("Interrupted while a task waited for a place", ex);
		}
	}

}
