package io.lifeguard.engine.guard;

import java.util.concurrent.Callable;

import io.lifeguard.ContextPropagation;
import io.lifeguard.engine.task.DecoratedTask;
import io.lifeguard.engine.task.Ledger;
import io.lifeguard.engine.task.Task;
import io.lifeguard.support.Fields;
import org.jspecify.annotations.Nullable;

import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.core.task.TaskDecorator;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

/**
 * What comes around an executor's tasks: its own decorator, and the submitter's context
 * around that. The guard takes the decorator out of Spring's executors and applies it in
 * their place: they would keep a weak map entry for each task, and a decorator that
 * throws would leave the caller of {@code submit} waiting for ever.
 */
final class Decoration {

	private static final String FIELD = "taskDecorator";

	/** What a thread runs that has been made for no task. */
	private static final Runnable NONE = () -> {
	};

	private final @Nullable TaskDecorator decorator;

	private final @Nullable ContextPropagation context;

	private final Ledger ledger;

	/** What the executor makes of no task at all. */
	private final @Nullable Runnable none;

	private Decoration(@Nullable TaskDecorator decorator, @Nullable ContextPropagation context, Ledger ledger,
			Object executor) {
		this.decorator = decorator;
		this.context = context;
		this.ledger = ledger;
		this.none = (executor instanceof ThreadPoolTaskExecutor) ? null : NONE;
	}

	/**
	 * Take the decorator out of the given executor, if it has one, for what comes through
	 * the guard. Whatever else the executor is given, it decorates as before.
	 * @param context propagates the submitter's context, if that is wanted
	 */
	static Decoration takenFrom(Object executor, @Nullable ContextPropagation context, Ledger ledger) {
		Object field = isDecorating(executor) ? Fields.get(executor, FIELD) : null;
		if (!(field instanceof TaskDecorator decorator)) {
			return new Decoration(null, context, ledger, executor);
		}
		if (executor instanceof TaskScheduler) {
			set(executor, SchedulerDecorator.around(decorator, executor, ledger));
			return new Decoration(null, context, ledger, executor);
		}
		if (decorator instanceof Rest rest) {
			return new Decoration(rest.decorator(), context, ledger, executor);
		}
		set(executor, new Rest(decorator));
		return new Decoration(decorator, context, ledger, executor);
	}

	/**
	 * Replace the decorator of the given executor, which may be in use: no task gets
	 * both.
	 */
	Decoration replacedBy(@Nullable TaskDecorator decorator, Object executor) {
		boolean scheduler = executor instanceof TaskScheduler;
		if (decorator != null && !scheduler) {
			set(executor, new Rest(decorator));
			return new Decoration(decorator, this.context, this.ledger, executor);
		}
		set(executor, (decorator != null) ? SchedulerDecorator.around(decorator, executor, this.ledger) : null);
		return new Decoration(null, this.context, this.ledger, executor);
	}

	private static boolean isDecorating(Object executor) {
		return executor instanceof ThreadPoolTaskExecutor || executor instanceof SimpleAsyncTaskExecutor
				|| executor instanceof ThreadPoolTaskScheduler;
	}

	@SuppressWarnings("NullAway") // null takes the decorator away
	private static void set(Object executor, @Nullable TaskDecorator decorator) {
		if (executor instanceof ThreadPoolTaskExecutor pool) {
			pool.setTaskDecorator(decorator);
		}
		else if (executor instanceof ThreadPoolTaskScheduler scheduler) {
			scheduler.setTaskDecorator(decorator);
		}
		else {
			((SimpleAsyncTaskExecutor) executor).setTaskDecorator(decorator);
		}
	}

	/**
	 * Return what the decorator makes of the task, or the task itself.
	 */
	Runnable decorate(Runnable task) {
		return (this.decorator != null) ? made(this.decorator.decorate(task)) : task;
	}

	/**
	 * Return what the decorator has made, which may be nothing at all.
	 */
	private Runnable made(@Nullable Runnable decorated) {
		if (decorated != null) {
			return decorated;
		}
		if (this.none == null) {
			throw new NullPointerException(); // as the JDK's pool does
		}
		return this.none;
	}

	/**
	 * Return what the decorator makes of what was submitted, or that itself.
	 */
	Runnable decorateBody(Ledger ledger, Runnable body) {
		return made(DecoratedTask.decorate(ledger, body, this.decorator));
	}

	/**
	 * Return what the decorator makes of a task that the executor takes for one of the
	 * guard's, and would leave alone.
	 */
	Runnable decorateOnce(Runnable task) {
		return (this.decorator != null && Task.of(task) != null) ? new Decorated(made(this.decorator.decorate(task)))
				: task;
	}

	/**
	 * Return a task that runs the given one in the submitter's context, if the pool wants
	 * that.
	 */
	Runnable inContext(Runnable task) {
		return (this.context != null) ? this.context.wrap(task) : task;
	}

	/**
	 * Return a task that calls the given one in the submitter's context, if the pool
	 * wants that.
	 */
	<V extends @Nullable Object> Callable<V> inContext(Callable<V> task) {
		return (this.context != null) ? this.context.wrap(task) : task;
	}

	/**
	 * Return what there is to run in place of the given task, so that it runs decorated
	 * and in the submitter's context; {@code null} if that is the task itself. A task
	 * that the decorator does not want is taken back.
	 */
	@Nullable Runnable around(Task task, Runnable shape) {
		if (this.decorator == null && this.context == null) {
			return null;
		}
		try {
			Runnable around = inContext(decorate(shape));
			return (around != shape) ? around : null;
		}
		catch (Throwable ex) {
			task.rejected();
			throw ex;
		}
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
	private record Decorated(Runnable task) implements Runnable {

		@Override
		public void run() {
			this.task.run();
		}

	}

}
