package io.lifeguard.engine.future;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import io.lifeguard.engine.task.Ledger;

/**
 * A guarded future that can be used as a stage only, as the JDK's minimal stages can.
 *
 * @param <T> the type of its result
 */
@SuppressWarnings("NullAway") // the JDK's own signatures leave nullness open
final class GuardedMinimalStage<T> extends GuardedCompletableFuture<T> {

	GuardedMinimalStage(Ledger ledger) {
		super(ledger, null);
	}

	@Override
	public <U> CompletableFuture<U> newIncompleteFuture() {
		return new GuardedMinimalStage<>(ledger());
	}

	@Override
	public CompletableFuture<T> toCompletableFuture() {
		return relayTo(new GuardedCompletableFuture<>(ledger(), null));
	}

	@Override
	public T get() {
		throw new UnsupportedOperationException();
	}

	@Override
	public T get(long timeout, TimeUnit unit) {
		throw new UnsupportedOperationException();
	}

	@Override
	public T getNow(T valueIfAbsent) {
		throw new UnsupportedOperationException();
	}

	@Override
	public T join() {
		throw new UnsupportedOperationException();
	}

	@Override
	public T resultNow() {
		throw new UnsupportedOperationException();
	}

	/**
	 * Overrides the method that came with Java 19.
	 */
	public Throwable exceptionNow() {
		throw new UnsupportedOperationException();
	}

	@Override
	public boolean complete(T value) {
		throw new UnsupportedOperationException();
	}

	@Override
	public boolean completeExceptionally(Throwable failure) {
		throw new UnsupportedOperationException();
	}

	@Override
	public boolean cancel(boolean mayInterruptIfRunning) {
		throw new UnsupportedOperationException();
	}

	@Override
	public void obtrudeValue(T value) {
		throw new UnsupportedOperationException();
	}

	@Override
	public void obtrudeException(Throwable failure) {
		throw new UnsupportedOperationException();
	}

	@Override
	public boolean isDone() {
		throw new UnsupportedOperationException();
	}

	@Override
	public boolean isCancelled() {
		throw new UnsupportedOperationException();
	}

	@Override
	public boolean isCompletedExceptionally() {
		throw new UnsupportedOperationException();
	}

	@Override
	public int getNumberOfDependents() {
		throw new UnsupportedOperationException();
	}

	@Override
	public CompletableFuture<T> completeAsync(Supplier<? extends T> supplier) {
		throw new UnsupportedOperationException();
	}

	@Override
	public CompletableFuture<T> completeAsync(Supplier<? extends T> supplier, Executor executor) {
		throw new UnsupportedOperationException();
	}

	@Override
	public CompletableFuture<T> orTimeout(long timeout, TimeUnit unit) {
		throw new UnsupportedOperationException();
	}

	@Override
	public CompletableFuture<T> completeOnTimeout(T value, long timeout, TimeUnit unit) {
		throw new UnsupportedOperationException();
	}

}
