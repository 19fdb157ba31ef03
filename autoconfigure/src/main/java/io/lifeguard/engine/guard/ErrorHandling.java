package io.lifeguard.engine.guard;

import io.lifeguard.support.Fields;
import org.jspecify.annotations.Nullable;

import org.springframework.scheduling.support.DelegatingErrorHandlingRunnable;
import org.springframework.scheduling.support.TaskUtils;
import org.springframework.util.ErrorHandler;

/**
 * The error handling that Spring puts around a task, from which mostly no failure of the
 * task comes out. The guard goes within.
 *
 * @param within the task itself
 * @param handler what is around it
 */
record ErrorHandling(Runnable within, @Nullable ErrorHandler handler) {

	static ErrorHandling of(Runnable task) {
		return (task instanceof DelegatingErrorHandlingRunnable
				&& Fields.get(task, "errorHandler") instanceof ErrorHandler handler
				&& Fields.get(task, "delegate") instanceof Runnable within) ? new ErrorHandling(within, handler)
						: none(task);
	}

	static ErrorHandling none(Runnable task) {
		return new ErrorHandling(task, null);
	}

	boolean isThere() {
		return this.handler != null;
	}

	/**
	 * Whether what the task throws comes out of it.
	 */
	boolean propagates() {
		return this.handler == null || this.handler == TaskUtils.LOG_AND_PROPAGATE_ERROR_HANDLER;
	}

	/**
	 * Put the same around the given task.
	 */
	Runnable around(Runnable task) {
		return (this.handler != null) ? new DelegatingErrorHandlingRunnable(task, this.handler) : task;
	}

}
