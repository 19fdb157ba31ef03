package io.lifeguard;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A pool's state and numbers at one moment. What a kind of pool does not have is
 * {@code null}.
 *
 * @param type the class name of the executor
 * @param threads {@code platform} or {@code virtual}
 * @param size the number of threads and its bounds
 * @param active the number of threads at work
 * @param queue the executor's own queue
 * @param tasks how the tasks submitted so far ended
 * @param failures how the failures so far were handled
 * @param stuck the number of tasks that run for longer than the pool's settings allow
 */
public record PoolSnapshot(String type, String threads, @Nullable Size size, @Nullable Integer active,
		@Nullable Queue queue, Tasks tasks, Failures failures, int stuck) {

	/**
	 * A pool's number of threads.
	 *
	 * @param core the number it keeps
	 * @param max the most it will start
	 * @param current the number there is
	 * @param largest the most there ever were
	 */
	public record Size(int core, @Nullable Integer max, int current, @Nullable Integer largest) {

	}

	/**
	 * An executor's queue.
	 *
	 * @param size the tasks in it
	 * @param capacity the most it takes, {@code null} for no bound
	 */
	public record Queue(int size, @Nullable Integer capacity) {

	}

	/**
	 * The tasks of a pool. At any quiet moment
	 * {@code submitted = succeeded + failed + cancelled + lost + running + queued}.
	 */
	public record Tasks(long submitted, long succeeded, long failed, long cancelled, long rejected, long lost,
			long timedOut, long running, long queued) {

	}

	/**
	 * The failures of a pool. At any quiet moment
	 * {@code uncaught + unobserved + observed + watched} is the number of failed tasks,
	 * and {@code uncaught + unobserved = reported + suppressed}.
	 */
	public record Failures(long uncaught, long unobserved, long observed, long watched, long reported,
			long suppressed) {

	}

	/**
	 * What a pool had to do in the last five minutes, or since its first task.
	 *
	 * @param arrivals the tasks that were submitted in a second
	 * @param busy the threads that were at work on average
	 * @param demand the threads that the arriving work needs: arrivals times mean run
	 * time
	 * @param meanWait the time that a task waited on average
	 */
	public record Load(double arrivals, double busy, double demand, Duration meanWait) {

	}

	/**
	 * A failure that happened not long ago.
	 *
	 * @param handling a {@link Handling}, or {@code watched} while that is open
	 */
	public record RecentFailure(Instant at, String exception, @Nullable String message, String task, String thread,
			String handling, Duration waited, Duration ran, @Nullable String submittedFrom) {

	}

	/**
	 * A task that is running.
	 *
	 * @param stack its thread's frames, innermost first
	 */
	public record RunningTask(String task, String thread, Instant since, List<String> stack) {

	}

}
