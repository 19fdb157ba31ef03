package io.lifeguard.engine.executor;

import java.util.ArrayList;
import java.util.List;

import io.lifeguard.PoolSnapshot;
import io.lifeguard.support.Fields;

import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

/**
 * Names settings that cannot work as they are probably meant.
 */
public final class PoolAdvice {

	private PoolAdvice() {
	}

	/**
	 * Return the advice on an executor, each in a sentence.
	 * @param properties finds what the executor can take
	 */
	public static List<String> of(Object executor, ExecutorView view, PropertyFinder properties) {
		List<String> advice = new ArrayList<>();
		PoolSnapshot.Size size = view.size();
		PoolSnapshot.Queue queue = view.queue();
		Integer max = (size != null) ? size.max() : null;
		if (queue != null && queue.capacity() == null && size != null && max != null) {
			String bound = properties.cure("queue-capacity", "Bound it where the executor is made");
			advice.add("The queue is unbounded: it grows until memory ends. " + bound);
			if (max > size.core()) {
				advice.add("max-size " + ((max == Integer.MAX_VALUE) ? "" : max + " ")
						+ "is never reached, since the unbounded queue takes every task that the " + size.core()
						+ " core threads have no time for. " + bound);
			}
		}
		if (executor instanceof ThreadPoolTaskExecutor
				&& Boolean.FALSE.equals(Fields.get(executor, "waitForTasksToCompleteOnShutdown"))) {
			advice.add("Waiting tasks are lost at shutdown, and running ones interrupted. "
					+ properties.cure("await-termination", "Have it wait for its tasks where it is made"));
		}
		if (executor instanceof SimpleAsyncTaskExecutor
				&& Long.valueOf(0).equals(Fields.get(executor, "taskTerminationTimeout"))) {
			advice.add("Nothing waits for running tasks at shutdown. "
					+ properties.cure("await-termination", "Set its task termination timeout where it is made"));
		}
		return advice;
	}

}
