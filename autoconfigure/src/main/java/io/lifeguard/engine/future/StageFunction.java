package io.lifeguard.engine.future;

import java.lang.reflect.Field;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

import io.lifeguard.engine.failure.Failure;
import io.lifeguard.engine.task.Ledger;
import io.lifeguard.support.Throwables;
import org.jspecify.annotations.Nullable;

import org.springframework.util.ReflectionUtils;

/**
 * Stands in for the function of a stage, and notes what that throws before the JDK
 * catches it. A function that is handed a failure has read it.
 */
@SuppressWarnings("NullAway") // the JDK's own signatures leave nullness open
abstract class StageFunction {

	private final Object function;

	/** Whether the function is handed the failure of the stage before. */
	private final boolean handler;

	/** Answers for the function where no task of its does. */
	private final @Nullable Ledger ledger;

	private @Nullable RunnableTask task;

	/** The future that the function completes, or a stage which knows it until then. */
	private @Nullable Object completes;

	private StageFunction(Object function, boolean handler, @Nullable Ledger ledger) {
		this.function = Objects.requireNonNull(function); // as the JDK asks for one
		this.handler = handler;
		this.ledger = ledger;
	}

	/**
	 * Return what stands in for the given function.
	 * @param handler whether that is handed the failure of the stage before
	 */
	static StageFunction of(Object function, boolean handler) {
		return (function instanceof StageFunction ours) ? ours
				: (function instanceof BiFunction || function instanceof BiConsumer)
						? new Binary<>(function, handler, null) : new Unary<>(function, handler, null);
	}

	/**
	 * Let the given task answer for the function.
	 * @param completes the future that it completes, or the stage that knows it
	 */
	final void runBy(RunnableTask task, Object completes) {
		this.task = task;
		this.completes = completes;
	}

	/**
	 * Note that the function begins. The JDK's task forgets its future before that.
	 */
	final void begins() {
		RunnableTask task = this.task;
		if (task != null && task.isRunningHere()) {
			task.isIn(this);
		}
	}

	/**
	 * Note that the function has ended.
	 */
	final void ends() {
		RunnableTask task = this.task;
		if (task != null && task.isRunningHere()) {
			task.isIn(null);
		}
	}

	final boolean isHandler() {
		return this.handler;
	}

	@SuppressWarnings({ "unchecked", "TypeParameterUnusedInFormals" })
	final <F> F function() {
		return (F) this.function;
	}

	/**
	 * Return what the function gets to see of an argument.
	 */
	final <A> A shown(A argument) {
		return this.handler ? GuardedCompletionException.shown(argument) : argument;
	}

	/**
	 * Note that the function has failed.
	 * @return what to throw in its place
	 */
	final Throwable failed(Throwable thrown) {
		RunnableTask task = this.task;
		Throwable cause = GuardedCompletionException.unwrap(thrown);
		if (task == null) {
			Failure failure = Objects.requireNonNull(this.ledger).failed(this.function.getClass(), cause);
			return GuardedCompletionException.carry(failure, thrown, false);
		}
		if (!isAnswerable(task)) {
			return thrown;
		}
		Failure failure = task.fail(cause);
		CompletableFuture<?> future = completes();
		if (future == null || Readers.hasEnded(future)) {
			failure.missed(future == null || Readers.isCancelled(future));
			return thrown;
		}
		boolean read = Readers.comeTo(future, task);
		return GuardedCompletionException.carry(failure, thrown, read);
	}

	/**
	 * Note that the function has failed after it was handed a failure, which goes on: the
	 * JDK only adds to that what the function throws.
	 */
	final void failedToo(Throwable thrown) {
		RunnableTask task = this.task;
		if (task == null) {
			Objects.requireNonNull(this.ledger).failed(this.function.getClass(), thrown).uncaught();
		}
		else if (isAnswerable(task)) {
			Failure failure = task.fail(thrown);
			CompletableFuture<?> future = completes();
			if (future != null && Readers.areAttachedTo(future)) {
				failure.observe();
			}
			else {
				failure.uncaught();
			}
		}
	}

	/**
	 * Whether it is the task that has failed: it may have been taken out of the pool's
	 * queue, or be out of time.
	 */
	private static boolean isAnswerable(RunnableTask task) {
		return task.isRunningHere() && task.failure() == null;
	}

	final @Nullable CompletableFuture<?> completes() {
		Object completes = this.completes;
		return (completes instanceof CompletableFuture<?> future) ? future : JdkCompletion.dependent(completes);
	}

	/**
	 * A function with one argument or none.
	 */
	static class Unary<A, R> extends StageFunction implements Supplier<R>, Runnable, Function<A, R>, Consumer<A> {

		/** Catches what a {@link Callable} throws and completes the future itself. */
		private static final String SPRINGS_SUPPLIER = "org.springframework.util.concurrent.FutureUtils$$Lambda";

		Unary(Object function, boolean handler, @Nullable Ledger ledger) {
			super(function, handler, ledger);
		}

		@Override
		public R get() {
			begins();
			try {
				Callable<R> callable = callable(function());
				return (callable != null) ? callable.call() : this.<Supplier<R>>function().get();
			}
			catch (Throwable ex) {
				throw Throwables.<RuntimeException>sneaky(failed(ex));
			}
			finally {
				ends();
			}
		}

		/**
		 * Return what Spring's supplier would call, if the given one is that. The JDK
		 * then completes the future in the way that the supplier would.
		 */
		@SuppressWarnings("unchecked")
		private static <R> @Nullable Callable<R> callable(Object supplier) {
			Class<?> type = supplier.getClass();
			if (type.getName().startsWith(SPRINGS_SUPPLIER)) {
				for (Field field : type.getDeclaredFields()) {
					if (field.getType() == Callable.class && field.trySetAccessible()) {
						return (Callable<R>) ReflectionUtils.getField(field, supplier);
					}
				}
			}
			return null;
		}

		@Override
		public void run() {
			begins();
			try {
				this.<Runnable>function().run();
			}
			catch (Throwable ex) {
				throw Throwables.<RuntimeException>sneaky(failed(ex));
			}
			finally {
				ends();
			}
		}

		@Override
		public R apply(A argument) {
			A shown = shown(argument);
			try {
				return this.<Function<A, R>>function().apply(shown);
			}
			catch (Throwable ex) {
				throw Throwables.<RuntimeException>sneaky(failed((ex == shown) ? (Throwable) argument : ex));
			}
		}

		@Override
		public void accept(A argument) {
			try {
				this.<Consumer<A>>function().accept(argument);
			}
			catch (Throwable ex) {
				throw Throwables.<RuntimeException>sneaky(failed(ex));
			}
		}

	}

	/**
	 * A function with two arguments: two results, or the result and the failure of the
	 * stage before.
	 */
	static final class Binary<A, B, R> extends StageFunction implements BiFunction<A, B, R>, BiConsumer<A, B> {

		Binary(Object function, boolean handler, @Nullable Ledger ledger) {
			super(function, handler, ledger);
		}

		@Override
		public R apply(A result, B other) {
			B shown = shown(other);
			try {
				return this.<BiFunction<A, B, R>>function().apply(result, shown);
			}
			catch (Throwable ex) {
				throw Throwables.<RuntimeException>sneaky(failed((ex == shown) ? (Throwable) other : ex));
			}
		}

		@Override
		public void accept(A result, B other) {
			B shown = shown(other);
			try {
				this.<BiConsumer<A, B>>function().accept(result, shown);
			}
			catch (Throwable ex) {
				throw Throwables.<RuntimeException>sneaky(failed(ex, other, shown));
			}
		}

		private Throwable failed(Throwable thrown, B other, B shown) {
			if (thrown == shown) {
				return (Throwable) other; // which goes on anyway
			}
			if (isHandler() && other != null) {
				failedToo(thrown);
				return thrown;
			}
			return failed(thrown);
		}

	}

}
