package io.lifeguard.actuate;

import java.time.Instant;
import java.util.List;

import io.lifeguard.PoolHealth;
import io.lifeguard.PoolSnapshot;
import io.lifeguard.ThreadsSnapshot;
import io.lifeguard.engine.pool.Pool;
import io.lifeguard.engine.pool.ReadOnlyPool;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.OperationResponseBody;
import org.springframework.boot.actuate.endpoint.SanitizableData;

/**
 * Describes one pool in the endpoint's responses. What is {@code null} is left out.
 *
 * @param readOnly {@code true} for a pool that is not the application's, of which no
 * tasks are known, and otherwise absent
 * @param reason why the status is not {@code UP}
 * @param recentFailures only where one pool is asked for
 * @param runningTasks only where one pool is asked for: those that have been running for
 * longest
 * @param runningTasksOmitted how many running tasks are not listed, if any
 */
public record PoolDescriptor(@Nullable Boolean readOnly, String type, String threads, String status,
		@Nullable String reason, PoolSnapshot.@Nullable Size size, @Nullable Integer active,
		PoolSnapshot.@Nullable Queue queue, PoolSnapshot.@Nullable Tasks tasks,
		PoolSnapshot.@Nullable Failures failures, @Nullable Integer stuck, @Nullable LoadDescriptor load,
		@Nullable List<String> advice, @Nullable List<RecentFailureDescriptor> recentFailures,
		@Nullable List<RunningTaskDescriptor> runningTasks,
		@Nullable Long runningTasksOmitted) implements OperationResponseBody {

	static PoolDescriptor summary(Pool pool) {
		return of(pool, null, null);
	}

	static PoolDescriptor details(Pool pool, boolean showValues) {
		return of(pool,
				pool.recentFailures()
					.stream()
					.map((failure) -> RecentFailureDescriptor.of(failure, showValues))
					.toList(),
				pool.runningTasks(showValues)
					.stream()
					.map((task) -> RunningTaskDescriptor.of(task, showValues))
					.toList());
	}

	private static PoolDescriptor of(Pool pool, @Nullable List<RecentFailureDescriptor> recentFailures,
			@Nullable List<RunningTaskDescriptor> runningTasks) {
		PoolSnapshot snapshot = pool.snapshot();
		PoolHealth health = pool.health();
		return new PoolDescriptor(null, snapshot.type(), snapshot.threads(), health.status().name(), reason(health),
				snapshot.size(), snapshot.active(), snapshot.queue(), snapshot.tasks(), snapshot.failures(),
				snapshot.stuck(), LoadDescriptor.of(pool.load()), pool.advice(), recentFailures, runningTasks,
				omitted(snapshot, runningTasks));
	}

	static PoolDescriptor of(ReadOnlyPool pool) {
		ThreadsSnapshot snapshot = pool.snapshot();
		PoolHealth health = pool.health();
		return new PoolDescriptor(true, snapshot.type(), snapshot.threads(), health.status().name(), reason(health),
				snapshot.size(), snapshot.active(), snapshot.queue(), null, null, null, null, null, null, null, null);
	}

	private static @Nullable String reason(PoolHealth health) {
		return health.reasons().isEmpty() ? null : String.join("; ", health.reasons());
	}

	private static @Nullable Long omitted(PoolSnapshot snapshot, @Nullable List<RunningTaskDescriptor> listed) {
		if (listed == null || listed.size() < Pool.MAX_RUNNING || snapshot.tasks().running() <= listed.size()) {
			return null;
		}
		return snapshot.tasks().running() - listed.size();
	}

	/**
	 * Describes what a pool had to do. No record, since none can have a component "wait".
	 */
	public static final class LoadDescriptor {

		private final PoolSnapshot.Load load;

		private LoadDescriptor(PoolSnapshot.Load load) {
			this.load = load;
		}

		static @Nullable LoadDescriptor of(PoolSnapshot.@Nullable Load load) {
			return (load != null) ? new LoadDescriptor(load) : null;
		}

		public double getArrivals() {
			return this.load.arrivals();
		}

		public double getBusy() {
			return this.load.busy();
		}

		public double getDemand() {
			return this.load.demand();
		}

		public String getWait() {
			return this.load.meanWait().toString();
		}

	}

	/**
	 * Describes a failure that happened not long ago.
	 */
	public record RecentFailureDescriptor(Instant at, String exception, @Nullable String message, String task,
			String thread, String handling, String waited, String ran, @Nullable String submittedFrom) {

		static RecentFailureDescriptor of(PoolSnapshot.RecentFailure failure, boolean showValues) {
			String message = (showValues || failure.message() == null) ? failure.message()
					: SanitizableData.SANITIZED_VALUE;
			return new RecentFailureDescriptor(failure.at(), failure.exception(), message, failure.task(),
					failure.thread(), failure.handling(), failure.waited().toString(), failure.ran().toString(),
					failure.submittedFrom());
		}

	}

	/**
	 * Describes a task that is running.
	 */
	public record RunningTaskDescriptor(String task, String thread, Instant since, List<String> stack) {

		static RunningTaskDescriptor of(PoolSnapshot.RunningTask task, boolean showValues) {
			return new RunningTaskDescriptor(task.task(), task.thread(), task.since(),
					showValues ? task.stack() : List.of(SanitizableData.SANITIZED_VALUE));
		}

	}

}
