package io.lifeguard.engine.guard;

import io.lifeguard.engine.failure.Failure;
import io.lifeguard.engine.schedule.PeriodicTask;
import io.lifeguard.engine.task.Ledger;
import io.lifeguard.engine.task.Printed;
import io.lifeguard.engine.task.Task;
import org.jspecify.annotations.Nullable;

import org.springframework.core.task.TaskDecorator;
import org.springframework.scheduling.concurrent.SimpleAsyncTaskScheduler;

/**
 * Stands in for the decorator of one of Spring's schedulers, which puts it around futures
 * and wrappers of its own. What it throws before the task in there begins is that task's
 * failure: only a thread would die of it, and nobody hear of the task again.
 *
 * @param decorator the scheduler's own
 * @param late whether the scheduler decorates a task when that is due, rather than when
 * it is scheduled
 */
record SchedulerDecorator(TaskDecorator decorator, Ledger ledger, boolean late) implements TaskDecorator {

	static TaskDecorator around(TaskDecorator decorator, Object scheduler, Ledger ledger) {
		return (decorator instanceof SchedulerDecorator) ? decorator
				: new SchedulerDecorator(decorator, ledger, scheduler instanceof SimpleAsyncTaskScheduler);
	}

	@Override
	@SuppressWarnings("NullAway") // a decorator's null has the scheduler throw, as ever
	public Runnable decorate(Runnable task) {
		Object inside = Printed.by(task);
		if (inside == null) {
			return this.decorator.decorate(task);
		}
		long runs = runs(inside);
		Runnable decorated;
		try {
			decorated = this.decorator.decorate(task);
		}
		catch (Throwable ex) { // which is the caller's to see unless this is the run
			if (this.late) {
				fail(inside, runs, ex);
			}
			throw ex;
		}
		if (decorated == null && this.late) {
			fail(inside, runs, missing());
			return null;
		}
		return () -> run(decorated, inside);
	}

	private void run(@Nullable Runnable decorated, Object inside) {
		long runs = runs(inside);
		try {
			if (decorated == null) {
				throw missing();
			}
			decorated.run();
		}
		catch (Throwable ex) {
			fail(inside, runs, ex);
			throw ex;
		}
	}

	private static NullPointerException missing() {
		return new NullPointerException("The task decorator has returned null");
	}

	private static long runs(Object inside) {
		return (inside instanceof PeriodicTask periodic) ? periodic.runs() : 0;
	}

	/**
	 * Let the task fail, unless it has begun.
	 */
	private void fail(Object inside, long runs, Throwable thrown) {
		boolean failed = false;
		if (inside instanceof PeriodicTask periodic && periodic.runs() == runs) {
			periodic.failedOutside(thrown);
			failed = true;
		}
		else if (inside instanceof Task task && task.begin()) {
			Failure failure = task.threw(thrown);
			if (failure != null) {
				failure.uncaught();
			}
			failed = true;
		}
		if (failed) {
			this.ledger.desk().uncaughtHandlers().prepareRethrow(thrown, null);
		}
	}

}
