package io.lifeguard.engine.future;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;

import io.lifeguard.ContextPropagation;
import io.lifeguard.engine.failure.Failure;
import io.lifeguard.engine.task.Ledger;
import io.lifeguard.engine.task.Task;
import io.lifeguard.engine.task.UncaughtHandlers;
import io.lifeguard.support.Frames;
import io.lifeguard.support.Throwables;
import org.jspecify.annotations.Nullable;

/**
 * A task given to {@code execute}: what it throws, nobody else would see. The worker that
 * ran it lives on.
 */
public class RunnableTask extends Task implements Runnable {

	/** Asked once a class: the JVM searches long for an interface that a class lacks. */
	private static final ClassValue<Boolean> comparable = new ClassValue<>() {

		@Override
		protected Boolean computeValue(Class<?> type) {
			return Comparable.class.isAssignableFrom(type);
		}

	};

	/** The submitting thread, as long as it is in the call of {@code execute}. */
	private @Nullable Thread submitter = Thread.currentThread();

	private final boolean rethrows;

	/** What a decorator has made of the body, there only if it is something else. */
	private @Nullable Runnable decorated;

	/** Runs this task in its submitter's context. */
	private @Nullable Runnable inContext;

	private RunnableTask(Ledger ledger, Runnable body, Runnable decorated, boolean rethrows) {
		super(ledger, body, 0);
		this.decorated = (decorated != body) ? decorated : null;
		this.rethrows = rethrows;
	}

	/**
	 * Create the task in the shape that its queue needs: comparable if what runs is.
	 * @param decorated what a decorator has made of the body, or the body itself
	 * @param rethrows whether to throw what the body throws, since the executor does
	 * something about it
	 */
	public static RunnableTask of(Ledger ledger, Runnable body, Runnable decorated, boolean rethrows) {
		return comparable.get(decorated.getClass()) ? new ComparableTask(ledger, body, decorated, rethrows)
				: new RunnableTask(ledger, body, decorated, rethrows);
	}

	/**
	 * Let the task run in the context that the current thread has now, and be measured
	 * and reported in it too.
	 */
	public final void in(ContextPropagation context) {
		this.inContext = context.wrap(this::runBody);
	}

	/**
	 * Note that the call of {@code execute} has returned.
	 */
	public final void handedOver() {
		this.submitter = null;
	}

	/**
	 * Whether the current thread is the submitter, which runs the task itself.
	 */
	final boolean isBeingSubmittedHere() {
		return this.submitter == Thread.currentThread();
	}

	@Override
	public final void run() {
		Runnable inContext = this.inContext;
		if (inContext == null) {
			runBody();
			return;
		}
		try {
			inContext.run();
		}
		catch (Throwable ex) {
			if (!begin()) {
				throw ex; // the task has run, and this is what the executor is to see
			}
			threwUncaught(ex);
		}
	}

	@Override
	public Runnable own() {
		return (Runnable) body();
	}

	@Override
	protected void release() {
		if (!this.rethrows) {
			this.decorated = null;
			super.release();
		}
	}

	@Override
	protected boolean mayExpire() {
		Object body = body();
		return !(body instanceof Future || body instanceof CompletableFuture.AsynchronousCompletionTask);
	}

	/**
	 * Note which function the task is in, {@code null} once that has ended.
	 */
	final void isIn(@Nullable StageFunction function) {
		completes(function);
	}

	@Override
	public Collection<Object> waiters() {
		if (body() instanceof FutureTask) {
			return List.of(body()); // made by somebody who only wants it executed
		}
		CompletableFuture<?> future = (completes() instanceof StageFunction function) ? function.completes()
				: AsyncCompletions.completedBy(body());
		return (future != null) ? Waiters.of(future) : List.of();
	}

	private void runBody() {
		if (!begin()) {
			if (this.rethrows && hasRun()) {
				// The executor tries once more, and sees what comes of it
				decorated().run();
			}
			return;
		}
		try {
			decorated().run();
		}
		catch (Throwable ex) {
			threwUncaught(ex);
			return;
		}
		returned();
	}

	final Runnable decorated() {
		Runnable decorated = this.decorated;
		return (decorated != null) ? decorated : (Runnable) body();
	}

	private void threwUncaught(Throwable ex) {
		Failure failure = threw(ex);
		if (isBeingSubmittedHere()) {
			// The executor runs its tasks in the caller, to whom the exception goes
			if (failure != null) {
				failure.observe();
			}
			throw Throwables.<RuntimeException>sneaky(ex);
		}
		if (failure != null && ledger().desk().uncaughtHandlers().isRethrownWithin(this, ex)) {
			// The pool of the task within this one has told of it
			failure.observe();
		}
		else if (failure != null) {
			failure.uncaught();
		}
		passOn(ex);
	}

	/**
	 * Let those see a failure who would see it without the guard.
	 */
	private void passOn(Throwable thrown) {
		UncaughtHandlers handlers = ledger().desk().uncaughtHandlers();
		if (this.rethrows || Frames.isApplicationAround()) {
			handlers.prepareRethrow(thrown, this);
			throw Throwables.<RuntimeException>sneaky(thrown);
		}
		handlers.handle(thrown);
	}

	/**
	 * A task for a queue that orders its tasks by themselves.
	 */
	// Such a queue may hold the application's own tasks too
	@SuppressWarnings("ComparableType")
	private static final class ComparableTask extends RunnableTask implements Comparable<Object> {

		ComparableTask(Ledger ledger, Runnable body, Runnable decorated, boolean rethrows) {
			super(ledger, body, decorated, rethrows);
		}

		@Override
		@SuppressWarnings("unchecked")
		public int compareTo(Object other) {
			return ((Comparable<Object>) decorated())
				.compareTo((other instanceof ComparableTask task) ? task.decorated() : other);
		}

	}

}
