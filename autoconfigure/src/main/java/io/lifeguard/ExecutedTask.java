package io.lifeguard;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;

import org.jspecify.annotations.Nullable;

/**
 * A task given to {@code execute}: what it throws, nobody else would see. The worker that
 * ran it lives on.
 */
class ExecutedTask extends Task implements Runnable {

	/** The submitting thread, as long as it is in the call of {@code execute}. */
	private @Nullable Thread submitter = Thread.currentThread();

	private final boolean rethrows;

	/** Runs this task in its submitter's context. */
	private @Nullable Runnable inContext;

	private ExecutedTask(Pool pool, Runnable body, boolean rethrows) {
		super(pool, body, 0);
		this.rethrows = rethrows;
	}

	/**
	 * Create the task in the shape that the given body needs: comparable if that is.
	 * @param rethrows whether to throw what the body throws, since the executor does
	 * something about it
	 */
	static ExecutedTask of(Pool pool, Runnable body, boolean rethrows) {
		return (body instanceof Comparable) ? new ComparableTask(pool, body, rethrows)
				: new ExecutedTask(pool, body, rethrows);
	}

	/**
	 * Let the task run in the context that the current thread has now, and be measured
	 * and reported in it too.
	 */
	final void in(ContextPropagation context) {
		this.inContext = context.wrap(this::runBody);
	}

	/**
	 * Note that the call of {@code execute} has returned.
	 */
	final void handedOver() {
		this.submitter = null;
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
	void release() {
		if (!this.rethrows) {
			super.release();
		}
	}

	@Override
	boolean mayExpire() {
		Object body = body();
		return !(body instanceof Future || body instanceof CompletableFuture.AsynchronousCompletionTask);
	}

	private void runBody() {
		if (!begin()) {
			if (this.rethrows && hasRun()) {
				// The executor tries once more, and sees what comes of it
				((Runnable) body()).run();
			}
			return;
		}
		try {
			((Runnable) body()).run();
		}
		catch (Throwable ex) {
			threwUncaught(ex);
			return;
		}
		returned();
	}

	private void threwUncaught(Throwable ex) {
		Failure failure = threw(ex);
		if (this.submitter == Thread.currentThread()) {
			// The executor runs its tasks in the caller, to whom the exception goes
			if (failure != null) {
				failure.observe();
			}
			throw ExecutedTask.<RuntimeException>sneaky(ex);
		}
		if (failure != null && pool().registry().uncaughtHandlers().isRethrownWithin(this, ex)) {
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
		UncaughtHandlers handlers = pool().registry().uncaughtHandlers();
		if (this.rethrows) {
			handlers.prepareRethrow(thrown, this);
			throw ExecutedTask.<RuntimeException>sneaky(thrown);
		}
		handlers.handle(thrown);
	}

	@SuppressWarnings("unchecked")
	static <E extends Throwable> E sneaky(Throwable thrown) throws E {
		throw (E) thrown;
	}

	/**
	 * A task for a queue that orders its tasks by themselves.
	 */
	private static final class ComparableTask extends ExecutedTask implements Comparable<Object> {

		ComparableTask(Pool pool, Runnable body, boolean rethrows) {
			super(pool, body, rethrows);
		}

		@Override
		@SuppressWarnings("unchecked")
		public int compareTo(Object other) {
			return ((Comparable<Object>) body())
				.compareTo((other instanceof ComparableTask task) ? task.body() : other);
		}

	}

}
