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

	private static final String FIELD = "taskDecorator";

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
	 * Take the decorator out of the given executor, if it has one, for what comes through
	 * the guard. Whatever else the executor is given, it decorates as before.
	 */
	static @Nullable TaskDecorator takeFrom(Object executor) {
		boolean suitable = executor instanceof ThreadPoolTaskExecutor
				|| (executor instanceof SimpleAsyncTaskExecutor && !(executor instanceof TaskScheduler));
		if (!suitable || !(Fields.get(executor, FIELD) instanceof TaskDecorator decorator)) {
			return null;
		}
		if (decorator instanceof Rest rest) {
			return rest.decorator();
		}
		Fields.set(executor, FIELD, new Rest(decorator));
		return decorator;
	}

	/**
	 * Leaves alone what the guard has decorated.
	 */
	private record Rest(TaskDecorator decorator) implements TaskDecorator {

		@Override
		public Runnable decorate(Runnable task) {
			return (Task.of(task) != null || task instanceof Decorated) ? task : this.decorator.decorate(task);
		}

	}

	/**
	 * What the guard has decorated on behalf of the executor, other than its own tasks.
	 */
	record Decorated(Runnable task) implements Runnable {

		@Override
		public void run() {
			this.task.run();
		}

	}

}
