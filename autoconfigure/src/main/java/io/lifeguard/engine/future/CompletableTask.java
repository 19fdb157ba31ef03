package io.lifeguard.engine.future;

import java.time.Duration;
import java.util.Collection;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

import io.lifeguard.engine.failure.Failure;
import io.lifeguard.engine.task.Ledger;
import io.lifeguard.engine.task.Task;
import org.jspecify.annotations.Nullable;

/**
 * A task given to {@code submitCompletable}.
 *
 * @param <V> the type of its result
 */
public final class CompletableTask<V extends @Nullable Object> extends Task
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
	public CompletableTask(Ledger ledger, Object body, Callable<V> callable) {
		super(ledger, body, 0);
		this.callable = callable;
		this.future = new GuardedCompletableFuture<>(ledger, this);
	}

	/**
	 * Have the given task run, which runs this one in turn.
	 * @param decorated {@code null} for this one alone
	 */
	public void runWithin(@Nullable Runnable decorated) {
		this.decorated = decorated;
	}

	public CompletableFuture<V> future() {
		return this.future;
	}

	/**
	 * Return the future, which ends as the given one ends unless it has before.
	 */
	public CompletableFuture<V> futureLinkedTo(CompletableFuture<?> delegate) {
		return this.future.linkedTo(delegate);
	}

	@Override
	protected boolean isCancelled() {
		return super.isCancelled() || this.future.isCancelled();
	}

	/**
	 * {@inheritDoc} What depends on the future runs as part of the task.
	 */
	@Override
	public boolean isPending(Duration within) {
		return super.isPending(within) || (hasRun() && !this.future.isDone());
	}

	@Override
	public Collection<Object> waiters() {
		return Waiters.of(this.future);
	}

	@Override
	protected boolean endFuture(Exception exception) {
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
		else if (!this.future.completeExceptionally(completion(failure, thrown))) {
			failure.missed(this.future.isCancelled());
		}
	}

	/**
	 * Return what stages get to see of a failure.
	 */
	private CompletionException completion(Failure failure, Throwable thrown) {
		Throwable carried = GuardedCompletionException.carry(failure, thrown, Readers.areAttachedTo(this.future));
		return (carried instanceof CompletionException completion) ? completion : new CompletionException(carried);
	}

}
