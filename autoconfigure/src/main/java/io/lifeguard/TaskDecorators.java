package io.lifeguard;

import org.jspecify.annotations.Nullable;

import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.core.task.TaskDecorator;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

/**
 * Takes the decorator out of one of Spring's executors, so that the guard can apply it in
 * its place: there Spring would keep a weak map entry for each task, and a decorator that
 * throws would leave the caller of {@code submit} waiting for ever.
 */
final class TaskDecorators {

	private TaskDecorators() {
	}

	/**
	 * Return the given decorator with the submitter's context around it.
	 */
	static @Nullable TaskDecorator inContext(@Nullable TaskDecorator own, @Nullable ContextPropagation context) {
		if (context == null) {
			return own;
		}
		return (own != null) ? (task) -> context.wrap(own.decorate(task)) : context::wrap;
	}

	/**
	 * Take the decorator out of the given executor, if it has one.
	 */
	static @Nullable TaskDecorator takeFrom(Object executor) {
		boolean suitable = executor instanceof ThreadPoolTaskExecutor
				|| (executor instanceof SimpleAsyncTaskExecutor && !(executor instanceof TaskScheduler));
		return suitable && Fields.take(executor, "taskDecorator") instanceof TaskDecorator decorator ? decorator : null;
	}

}
