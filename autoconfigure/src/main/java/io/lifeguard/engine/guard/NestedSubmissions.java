package io.lifeguard.engine.guard;

import java.util.Collection;
import java.util.Objects;
import java.util.concurrent.Callable;

import io.lifeguard.engine.schedule.PeriodicTask;
import io.lifeguard.engine.pool.Pool;
import io.lifeguard.engine.task.ForwardingScope;
import io.lifeguard.engine.task.Task;
import io.lifeguard.support.Fields;
import org.jspecify.annotations.Nullable;

import org.springframework.scheduling.support.DelegatingErrorHandlingRunnable;

/**
 * Tells the tasks that come to a guard from those that another one has guarded before,
 * since its executor forwards to this one's: such a task becomes one of this pool, and is
 * neither guarded nor counted twice.
 */
final class NestedSubmissions {

	private final Pool pool;

	/** Whether the executor forwards to the one that the pool is about. */
	private final boolean forwards;

	/**
	 * Look after the tasks of the given executor.
	 */
	NestedSubmissions(Object executor, Pool pool) {
		this.pool = pool;
		this.forwards = !pool.guards(executor);
		if (this.forwards) {
			pool.ledger().forwarding().expect();
		}
	}

	/**
	 * Whether the executor forwards to the one that the pool is about.
	 */
	boolean forwards() {
		return this.forwards;
	}

	/**
	 * Adopt the given task, if another guard has made it.
	 * @return whether the executor may have the task as it is: a guarded one, or
	 * {@code null}, which it refuses in its own way
	 */
	boolean adopt(@Nullable Object task) {
		if (task == null) {
			return true;
		}
		Task guarded = Task.of(task);
		if (guarded != null && guarded.ledger() != this.pool.ledger()) {
			guarded.moveTo(this.pool.ledger());
		}
		return guarded != null || this.pool.ledger().forwarding().isInside();
	}

	/**
	 * Adopt the given task also within the error handling of one of Spring's schedulers,
	 * for which the executor works.
	 * @return whether the executor may have the task as it is
	 */
	boolean adoptScheduled(@Nullable Runnable task) {
		Object within = (task instanceof DelegatingErrorHandlingRunnable) ? Fields.get(task, "delegate") : null;
		Object guarded = (within != null) ? within : task;
		return guarded instanceof PeriodicTask || adopt(guarded);
	}

	/**
	 * Adopt those of the given tasks that another guard has made.
	 * @return whether the executor may have the tasks as they are
	 */
	boolean adoptAll(@Nullable Collection<? extends Callable<?>> tasks) {
		if (tasks == null || tasks.stream().anyMatch(Objects::isNull)) {
			return true;
		}
		boolean guarded = false;
		for (Callable<?> task : tasks) {
			guarded |= adopt(task);
		}
		return guarded;
	}

	/**
	 * Let the executor that this one forwards to, if there is one, know that the current
	 * thread's tasks are guarded, until what is returned is closed.
	 */
	@Nullable ForwardingScope enter() {
		return this.forwards ? this.pool.ledger().forwarding().enter() : null;
	}

}
