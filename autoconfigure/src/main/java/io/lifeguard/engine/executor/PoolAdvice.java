package io.lifeguard.engine.executor;

import java.util.ArrayList;
import java.util.List;

import io.lifeguard.PoolSnapshot;
import io.lifeguard.support.Fields;

import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

/**
 * Tells of settings that cannot work as they are probably meant.
 */
public final class PoolAdvice {

	private PoolAdvice() {
	}

	public static List<String> of(Object executor, ExecutorView view) {
		List<String> advice = new ArrayList<>();
		PoolSnapshot.Size size = view.size();
		PoolSnapshot.Queue queue = view.queue();
		Integer max = (size != null) ? size.max() : null;
		if (queue != null && queue.capacity() == null && size != null && max != null) {
			advice.add("The queue is unbounded: it grows until memory ends. Set queue-capacity");
			if (max > size.core()) {
				advice.add("max-size " + ((max == Integer.MAX_VALUE) ? "" : max + " ")
						+ "is never reached, since the unbounded queue takes every task that the " + size.core()
						+ " core threads have no time for. Set queue-capacity, or core-size");
			}
		}
		if (executor instanceof ThreadPoolTaskExecutor
				&& Boolean.FALSE.equals(Fields.get(executor, "waitForTasksToCompleteOnShutdown"))) {
			advice.add("Waiting tasks are lost at shutdown, and running ones interrupted. Set await-termination");
		}
		if (executor instanceof SimpleAsyncTaskExecutor
				&& Long.valueOf(0).equals(Fields.get(executor, "taskTerminationTimeout"))) {
			advice.add("Nothing waits for running tasks at shutdown. Set await-termination");
		}
		return advice;
	}

}
