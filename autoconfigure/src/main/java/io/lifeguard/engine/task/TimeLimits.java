package io.lifeguard.engine.task;

import java.time.Duration;
import java.util.List;

import io.lifeguard.PoolSettings;

/**
 * For how long the tasks of a pool may wait and run, if there is a limit.
 */
public final class TimeLimits {

	private final Duration taskTimeout;

	private final Duration queueTimeout;

	/** In nanoseconds, since each task that begins asks for it. */
	private final long mayWait;

	TimeLimits(PoolSettings settings) {
		this.taskTimeout = settings.taskTimeout();
		this.queueTimeout = settings.queueTimeout();
		this.mayWait = this.queueTimeout.toNanos();
	}

	/**
	 * Whether a task has waited for longer than it may.
	 * @param waited the nanoseconds since its submission
	 */
	boolean isOverdue(long waited) {
		return this.mayWait > 0 && waited > this.mayWait;
	}

	/**
	 * Whether there is a limit at all.
	 */
	public boolean areSet() {
		return !this.taskTimeout.isZero() || this.mayWait > 0;
	}

	/**
	 * Return the shortest limit, or a very long time.
	 */
	public Duration shortest() {
		Duration shortest = Duration.ofDays(1);
		for (Duration limit : List.of(this.taskTimeout, this.queueTimeout)) {
			if (!limit.isZero() && limit.compareTo(shortest) < 0) {
				shortest = limit;
			}
		}
		return shortest;
	}

	/**
	 * End the tasks that have run for longer than they may.
	 */
	public void checkRunning(RunningTasks running) {
		if (!this.taskTimeout.isZero()) {
			long mayRun = this.taskTimeout.toNanos();
			long now = System.nanoTime();
			for (Task task : running.tasks()) {
				if (task.runningFor(now) > mayRun) {
					task.timeOut(this.taskTimeout);
				}
			}
		}
	}

	/**
	 * Whether there is a limit for tasks that wait.
	 */
	public boolean limitWaiting() {
		return this.mayWait > 0;
	}

}
