package io.lifeguard.engine.task;

import org.jspecify.annotations.Nullable;

import org.springframework.core.task.TaskDecorator;

/**
 * What a decorator is given in place of a lambda, to see what the thread holds as the
 * task throws: the decorator tidies up before anybody further out could look.
 *
 * @param ledger that of the pool which runs the task
 * @param task what was submitted
 */
public record DecoratedTask(Ledger ledger, Runnable task) implements Runnable {

	/**
	 * Return what the given decorator makes of the task. A task of a named class may be
	 * one that the decorator knows, and is given to it as it is.
	 */
	public static Runnable decorate(Ledger ledger, Runnable task, @Nullable TaskDecorator decorator) {
		if (decorator == null) {
			return task;
		}
		return decorator.decorate(task.getClass().isHidden() ? new DecoratedTask(ledger, task) : task);
	}

	@Override
	public void run() {
		try {
			this.task.run();
		}
		catch (Throwable ex) {
			Task running = this.ledger.running().on(Thread.currentThread());
			if (running != null) {
				running.throwsNow();
			}
			throw ex;
		}
	}

	@Override
	public String toString() {
		return this.task.toString();
	}

}
