package io.lifeguard;

import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

import org.jspecify.annotations.Nullable;

/**
 * A task given to {@code submitCompletable}.
 *
 * @param <V> the type of its result
 */
final class CompletableTask<V extends @Nullable Object> extends Task
		implements Runnable, CompletableFuture.AsynchronousCompletionTask {

	private final GuardedCompletableFuture<V> future;

	private @Nullable Callable<V> callable;

	private @Nullable Runnable decorated;

	/** What has ended the future before the task has ended. */
	private volatile @Nullable CompletionException ended;

	/**
	 * Record the submission of a task.
	 * @param body what was submitted, for the task's name
	 * @param callable what to call
	 */
	CompletableTask(Pool pool, Object body, Callable<V> callable) {
		super(pool, body, 0);
		this.callable = callable;
		this.future = new GuardedCompletableFuture<>(pool, this);
	}

	/**
	 * Have the given task run, which runs this one in turn.
	 * @param decorated {@code null} for this one alone
	 */
	void runWithin(@Nullable Runnable decorated) {
		this.decorated = decorated;
	}

	// Of the JDK's type: the guard's own, the largest class of all, need not be loaded to
	// verify the caller

	CompletableFuture<V> future() {
		return this.future;
	}

	/**
	 * Return the future, which ends as the given one ends unless it has before.
	 */
	CompletableFuture<V> futureLinkedTo(CompletableFuture<?> delegate) {
		return this.future.linkedTo(delegate);
	}

	@Override
	boolean isCancelled() {
		return super.isCancelled() || this.future.isCancelled();
	}

	@Override
	boolean endFuture(Exception exception) {
		Failure failure = failure();
		if (exception instanceof CancellationException) {
			this.future.cancel(false);
		}
		else {
			CompletionException ended = (failure != null) ? GuardedCompletionException.of(exception, failure)
					: new CompletionException(exception);
			this.ended = ended;
			// What depends on the future is the application's, and may take its time
			this.future.defaultExecutor().execute(() -> this.future.completeExceptionally(ended));
		}
		return true;
	}

	@Override
	public void run() {
		Runnable decorated = this.decorated;
		if (decorated == null) {
			call();
			return;
		}
		this.decorated = null; // it calls back to run what it decorates
		Throwable thrown = beginWithin(decorated);
		if (thrown != null) {
			completeExceptionally(thrown);
		}
	}

	private void call() {
		if (this.future.isDone()) {
			cancel(); // as the JDK does, leave a task alone whose future has ended
			return;
		}
		if (!begin()) {
			return;
		}
		Callable<V> callable = Objects.requireNonNull(this.callable);
		this.callable = null;
		V result;
		try {
			result = callable.call();
		}
		catch (Throwable ex) {
			completeExceptionally(ex);
			return;
		}
		returned();
		CompletionException ended = this.ended;
		if (ended != null) {
			this.future.completeExceptionally(ended);
		}
		else {
			this.future.complete(result);
		}
	}

	private void completeExceptionally(Throwable thrown) {
		Failure failure = threw(thrown);
		// Asked for now: the time limit may have come after the task threw
		if (failure == null || this.ended != null) {
			this.future.completeExceptionally(Objects.requireNonNullElse(this.ended, thrown));
		}
		else if (!this.future.completeExceptionally(GuardedCompletionException.of(thrown, failure))) {
			// The future had ended otherwise and shows it to nobody, which who cancelled
			// it wanted
			if (this.future.isCancelled()) {
				failure.observe();
			}
			else {
				failure.uncaught();
			}
		}
	}

}
