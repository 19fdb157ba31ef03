package io.lifeguard.engine.future;

import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;

import io.lifeguard.TaskOwner;
import io.lifeguard.Lifeguard.Ignorable;
import io.lifeguard.Lifeguard;
import io.lifeguard.engine.task.Ledger;
import io.lifeguard.engine.task.Task;
import io.lifeguard.support.Futures;
import io.lifeguard.support.Throwables;
import org.jspecify.annotations.Nullable;

/**
 * The future of a task given to {@code submitCompletable}, and each stage derived from
 * it. A failure travels on as a {@link GuardedCompletionException}, which notices when it
 * is looked at; all that this class adds is that the functions that are handed a failure
 * have seen it, and that a stage whose own function fails has met a new one.
 *
 * @param <T> the type of its result
 */
@SuppressWarnings("NullAway") // the JDK's own signatures leave nullness open
class GuardedCompletableFuture<T> extends CompletableFuture<T> implements Lifeguard.Ignorable {

	private final Ledger ledger;

	private final @Nullable Task task;

	/**
	 * Create the future of the given task, or a stage derived from one.
	 */
	GuardedCompletableFuture(Ledger ledger, @Nullable Task task) {
		this.ledger = ledger;
		this.task = task;
	}

	@Override
	public <U> CompletableFuture<U> newIncompleteFuture() {
		return new GuardedCompletableFuture<>(this.ledger, null);
	}

	@Override
	public CompletionStage<T> minimalCompletionStage() {
		return relayTo(new GuardedMinimalStage<>(this.ledger));
	}

	/**
	 * Let the given stage end as this one does, which reads nothing.
	 */
	final <S extends GuardedCompletableFuture<T>> S relayTo(S stage) {
		GuardedCompletableFuture<T> target = stage;
		super.whenComplete(new Relay<T>(target, target::end));
		return stage;
	}

	private void end(T result, @Nullable Throwable failure) {
		if (failure == null) {
			super.complete(result);
		}
		else {
			super.completeExceptionally(
					(failure instanceof CompletionException) ? failure : new CompletionException(failure));
		}
	}

	final Ledger ledger() {
		return this.ledger;
	}

	@Override
	public boolean cancel(boolean mayInterruptIfRunning) {
		boolean cancelled = super.cancel(mayInterruptIfRunning);
		if (this.task != null && isCancelled()) {
			this.task.cancel();
		}
		return cancelled;
	}

	// What depends on the future belongs to the owner of its task, whoever completes it

	@Override
	public boolean complete(T value) {
		TaskOwner owner = owner();
		return (owner != null) ? owner.call(() -> super.complete(value)) : super.complete(value);
	}

	@Override
	public boolean completeExceptionally(Throwable failure) {
		TaskOwner owner = owner();
		return (owner != null) ? owner.call(() -> super.completeExceptionally(failure))
				: super.completeExceptionally(failure);
	}

	private @Nullable TaskOwner owner() {
		return (this.task != null) ? this.task.owner() : null;
	}

	/**
	 * End as the given future ends, unless this one has: what runs the task is not ours.
	 */
	GuardedCompletableFuture<T> linkedTo(CompletableFuture<?> delegate) {
		super.whenComplete(new Relay<T>(delegate, (result, failure) -> {
			if (isCancelled()) {
				delegate.cancel(true);
			}
		}));
		delegate.whenComplete(new Relay<Object>(this, (result, failure) -> {
			if (failure != null) {
				completeExceptionally(failure);
			}
		}));
		return this;
	}

	@Override
	public void ignore() {
		super.whenComplete((result, failure) -> GuardedCompletionException.observe(failure));
	}

	// Ways to read the failure that do not ask the exception for its cause

	@Override
	public T join() {
		try {
			return super.join();
		}
		catch (CompletionException ex) {
			throw GuardedCompletionException.shown(ex);
		}
	}

	@Override
	public T getNow(T valueIfAbsent) {
		try {
			return super.getNow(valueIfAbsent);
		}
		catch (CompletionException ex) {
			throw GuardedCompletionException.shown(ex);
		}
	}

	/**
	 * Overrides the method that came with Java 19.
	 */
	public T resultNow() {
		return Futures.resultNow(this);
	}

	// Functions that are handed the failure have seen it

	@Override
	public <U> CompletableFuture<U> handle(BiFunction<? super T, Throwable, ? extends U> function) {
		return super.handle(seen(function));
	}

	@Override
	public <U> CompletableFuture<U> handleAsync(BiFunction<? super T, Throwable, ? extends U> function) {
		return super.handleAsync(seen(function));
	}

	@Override
	public <U> CompletableFuture<U> handleAsync(BiFunction<? super T, Throwable, ? extends U> function,
			Executor executor) {
		return super.handleAsync(seen(function), executor);
	}

	@Override
	public CompletableFuture<T> whenComplete(BiConsumer<? super T, ? super Throwable> action) {
		return super.whenComplete(seen(action));
	}

	@Override
	public CompletableFuture<T> whenCompleteAsync(BiConsumer<? super T, ? super Throwable> action) {
		return super.whenCompleteAsync(seen(action));
	}

	@Override
	public CompletableFuture<T> whenCompleteAsync(BiConsumer<? super T, ? super Throwable> action, Executor executor) {
		return super.whenCompleteAsync(seen(action), executor);
	}

	@Override
	public CompletableFuture<T> exceptionally(Function<Throwable, ? extends T> function) {
		return super.exceptionally(seen(function));
	}

	@Override
	public CompletableFuture<T> exceptionallyAsync(Function<Throwable, ? extends T> function) {
		return super.exceptionallyAsync(seen(function));
	}

	@Override
	public CompletableFuture<T> exceptionallyAsync(Function<Throwable, ? extends T> function, Executor executor) {
		return super.exceptionallyAsync(seen(function), executor);
	}

	@Override
	public CompletableFuture<T> exceptionallyCompose(Function<Throwable, ? extends CompletionStage<T>> function) {
		return super.exceptionallyCompose(composed(function, true));
	}

	@Override
	public CompletableFuture<T> exceptionallyComposeAsync(Function<Throwable, ? extends CompletionStage<T>> function) {
		return super.exceptionallyComposeAsync(composed(function, true));
	}

	@Override
	public CompletableFuture<T> exceptionallyComposeAsync(Function<Throwable, ? extends CompletionStage<T>> function,
			Executor executor) {
		return super.exceptionallyComposeAsync(composed(function, true), executor);
	}

	// Functions that can fail on their own

	@Override
	public <U> CompletableFuture<U> thenApply(Function<? super T, ? extends U> function) {
		return super.thenApply(own(function));
	}

	@Override
	public <U> CompletableFuture<U> thenApplyAsync(Function<? super T, ? extends U> function) {
		return super.thenApplyAsync(own(function));
	}

	@Override
	public <U> CompletableFuture<U> thenApplyAsync(Function<? super T, ? extends U> function, Executor executor) {
		return super.thenApplyAsync(own(function), executor);
	}

	@Override
	public CompletableFuture<Void> thenAccept(Consumer<? super T> action) {
		return super.thenAccept(own(action));
	}

	@Override
	public CompletableFuture<Void> thenAcceptAsync(Consumer<? super T> action) {
		return super.thenAcceptAsync(own(action));
	}

	@Override
	public CompletableFuture<Void> thenAcceptAsync(Consumer<? super T> action, Executor executor) {
		return super.thenAcceptAsync(own(action), executor);
	}

	@Override
	public CompletableFuture<Void> thenRun(Runnable action) {
		return super.thenRun(own(action));
	}

	@Override
	public CompletableFuture<Void> thenRunAsync(Runnable action) {
		return super.thenRunAsync(own(action));
	}

	@Override
	public CompletableFuture<Void> thenRunAsync(Runnable action, Executor executor) {
		return super.thenRunAsync(own(action), executor);
	}

	@Override
	public <U, V> CompletableFuture<V> thenCombine(CompletionStage<? extends U> other,
			BiFunction<? super T, ? super U, ? extends V> function) {
		return super.thenCombine(other, own(function));
	}

	@Override
	public <U, V> CompletableFuture<V> thenCombineAsync(CompletionStage<? extends U> other,
			BiFunction<? super T, ? super U, ? extends V> function) {
		return super.thenCombineAsync(other, own(function));
	}

	@Override
	public <U, V> CompletableFuture<V> thenCombineAsync(CompletionStage<? extends U> other,
			BiFunction<? super T, ? super U, ? extends V> function, Executor executor) {
		return super.thenCombineAsync(other, own(function), executor);
	}

	@Override
	public <U> CompletableFuture<Void> thenAcceptBoth(CompletionStage<? extends U> other,
			BiConsumer<? super T, ? super U> action) {
		return super.thenAcceptBoth(other, own(action));
	}

	@Override
	public <U> CompletableFuture<Void> thenAcceptBothAsync(CompletionStage<? extends U> other,
			BiConsumer<? super T, ? super U> action) {
		return super.thenAcceptBothAsync(other, own(action));
	}

	@Override
	public <U> CompletableFuture<Void> thenAcceptBothAsync(CompletionStage<? extends U> other,
			BiConsumer<? super T, ? super U> action, Executor executor) {
		return super.thenAcceptBothAsync(other, own(action), executor);
	}

	@Override
	public CompletableFuture<Void> runAfterBoth(CompletionStage<?> other, Runnable action) {
		return super.runAfterBoth(other, own(action));
	}

	@Override
	public CompletableFuture<Void> runAfterBothAsync(CompletionStage<?> other, Runnable action) {
		return super.runAfterBothAsync(other, own(action));
	}

	@Override
	public CompletableFuture<Void> runAfterBothAsync(CompletionStage<?> other, Runnable action, Executor executor) {
		return super.runAfterBothAsync(other, own(action), executor);
	}

	@Override
	public <U> CompletableFuture<U> applyToEither(CompletionStage<? extends T> other, Function<? super T, U> function) {
		return super.applyToEither(other, own(function));
	}

	@Override
	public <U> CompletableFuture<U> applyToEitherAsync(CompletionStage<? extends T> other,
			Function<? super T, U> function) {
		return super.applyToEitherAsync(other, own(function));
	}

	@Override
	public <U> CompletableFuture<U> applyToEitherAsync(CompletionStage<? extends T> other,
			Function<? super T, U> function, Executor executor) {
		return super.applyToEitherAsync(other, own(function), executor);
	}

	@Override
	public CompletableFuture<Void> acceptEither(CompletionStage<? extends T> other, Consumer<? super T> action) {
		return super.acceptEither(other, own(action));
	}

	@Override
	public CompletableFuture<Void> acceptEitherAsync(CompletionStage<? extends T> other, Consumer<? super T> action) {
		return super.acceptEitherAsync(other, own(action));
	}

	@Override
	public CompletableFuture<Void> acceptEitherAsync(CompletionStage<? extends T> other, Consumer<? super T> action,
			Executor executor) {
		return super.acceptEitherAsync(other, own(action), executor);
	}

	@Override
	public CompletableFuture<Void> runAfterEither(CompletionStage<?> other, Runnable action) {
		return super.runAfterEither(other, own(action));
	}

	@Override
	public CompletableFuture<Void> runAfterEitherAsync(CompletionStage<?> other, Runnable action) {
		return super.runAfterEitherAsync(other, own(action));
	}

	@Override
	public CompletableFuture<Void> runAfterEitherAsync(CompletionStage<?> other, Runnable action, Executor executor) {
		return super.runAfterEitherAsync(other, own(action), executor);
	}

	@Override
	public <U> CompletableFuture<U> thenCompose(Function<? super T, ? extends CompletionStage<U>> function) {
		return super.thenCompose(composed(function, false));
	}

	@Override
	public <U> CompletableFuture<U> thenComposeAsync(Function<? super T, ? extends CompletionStage<U>> function) {
		return super.thenComposeAsync(composed(function, false));
	}

	@Override
	public <U> CompletableFuture<U> thenComposeAsync(Function<? super T, ? extends CompletionStage<U>> function,
			Executor executor) {
		return super.thenComposeAsync(composed(function, false), executor);
	}

	private <R> Function<Throwable, R> seen(Function<Throwable, R> function) {
		return new StageFunction.Unary<>(function, true, this.ledger);
	}

	private <U> BiFunction<T, Throwable, U> seen(BiFunction<? super T, Throwable, ? extends U> function) {
		return new StageFunction.Binary<>(function, true, this.ledger);
	}

	private BiConsumer<? super T, ? super Throwable> seen(BiConsumer<? super T, ? super Throwable> action) {
		// orTimeout and completeOnTimeout wait for the end and read nothing
		return (action.getClass().getNestHost() == CompletableFuture.class) ? action
				: new StageFunction.Binary<T, Throwable, Void>(Objects.requireNonNull(action), true, this.ledger);
	}

	private Runnable own(Runnable action) {
		return new StageFunction.Unary<>(action, false, this.ledger);
	}

	private <A> Consumer<A> own(Consumer<A> action) {
		return new StageFunction.Unary<A, Void>(action, false, this.ledger);
	}

	private <A, B> BiConsumer<A, B> own(BiConsumer<A, B> action) {
		return new StageFunction.Binary<A, B, Void>(action, false, this.ledger);
	}

	private <A, R> Function<A, R> own(Function<A, R> function) {
		return new StageFunction.Unary<>(function, false, this.ledger);
	}

	private <A, B, R> BiFunction<A, B, R> own(BiFunction<A, B, R> function) {
		return new StageFunction.Binary<>(function, false, this.ledger);
	}

	private <A, U> Function<A, CompletionStage<U>> composed(Function<A, ? extends CompletionStage<U>> function,
			boolean handler) {
		return new Composing<>(function, handler);
	}

	/**
	 * A function whose stage carries its failure on as a guarded one.
	 */
	private final class Composing<A, U> extends StageFunction.Unary<A, CompletionStage<U>> {

		Composing(Function<A, ? extends CompletionStage<U>> function, boolean handler) {
			super(function, handler, GuardedCompletableFuture.this.ledger);
		}

		@Override
		public CompletionStage<U> apply(A argument) {
			CompletionStage<U> stage = super.apply(argument);
			if (stage == null || stage instanceof GuardedCompletableFuture) {
				return stage;
			}
			GuardedCompletableFuture<U> carrier = new GuardedCompletableFuture<>(GuardedCompletableFuture.this.ledger,
					null);
			stage.whenComplete(
					new Relay<U>(carrier, (result, failure) -> carrier.end(result, guarded(function(), failure))));
			return carrier;
		}

	}

	private @Nullable Throwable guarded(Object function, @Nullable Throwable failure) {
		if (failure == null || failure instanceof GuardedCompletionException
				|| Throwables.unwrap(failure) instanceof CancellationException) {
			return failure;
		}
		return GuardedCompletionException.carry(this.ledger.failed(function.getClass(), failure), failure, false);
	}

}
