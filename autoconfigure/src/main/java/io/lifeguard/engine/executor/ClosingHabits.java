package io.lifeguard.engine.executor;

import io.lifeguard.support.Fields;

import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.scheduling.concurrent.ExecutorConfigurationSupport;

/**
 * What Spring's executors do with running tasks when they are closed.
 */
public final class ClosingHabits {

	private ClosingHabits() {
	}

	/**
	 * Whether the given executor, or what has made one, interrupts the tasks that are
	 * running when it is closed.
	 */
	public static boolean interrupt(Object bean) {
		if (bean instanceof ExecutorConfigurationSupport) {
			return Boolean.FALSE.equals(Fields.get(bean, "waitForTasksToCompleteOnShutdown"));
		}
		return bean instanceof SimpleAsyncTaskExecutor
				&& Fields.get(bean, "taskTerminationTimeout") instanceof Long timeout && timeout > 0;
	}

}
