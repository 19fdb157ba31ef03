package io.lifeguard.engine.future;

import java.lang.reflect.Field;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

import io.lifeguard.engine.failure.Failure;
import io.lifeguard.support.Throwables;
import org.jspecify.annotations.Nullable;

import org.springframework.util.ReflectionUtils;

/**
 * Looks into the tasks that {@link CompletableFuture#supplyAsync} and {@code runAsync}
 * hand to an executor: they catch what their function throws, and no pool ever sees it.
 * Works only where the application has opened {@code java.util.concurrent}, and leaves
 * such tasks alone elsewhere.
 * <p>
 * The future is the JDK's own and can't tell when it is read; only the exception in it
 * can. {@code get} asks that for its cause, and so has read the failure. {@code join},
 * {@code getNow} and the functions given to {@code handle}, {@code whenComplete} or
 * {@code exceptionally} get the exception as it is, and the failure counts as read once
 * anybody looks at the exception: who catches or replaces it blindly has not read it.
 */
public final class AsyncCompletions {

	private static final @Nullable Shape SUPPLY = Shape.of("AsyncSupply");

	private static final @Nullable Shape RUN = Shape.of("AsyncRun");

	/** Catches what a {@link Callable} throws and completes the future itself. */
	private static final String SPRINGS_SUPPLIER = "org.springframework.util.concurrent.FutureUtils$$Lambda";

	private AsyncCompletions() {
	}

	/**
	 * Let the guard see how the given one ends, if it is a task of the JDK's futures and
	 * can be looked into.
	 * @param task what was given to the executor
	 * @param executed the guarded task around it
	 */
	public static void guard(Runnable task, RunnableTask executed) {
		Class<?> type = task.getClass();
		if (SUPPLY != null && SUPPLY.type == type) {
			SUPPLY.guard(task, executed);
		}
		else if (RUN != null && RUN.type == type) {
			RUN.guard(task, executed);
		}
	}

	/**
	 * One of the JDK's classes.
	 */
	private record Shape(Class<?> type, Field function, Field future) {

		static @Nullable Shape of(String name) {
			try {
				Class<?> type = Class.forName(CompletableFuture.class.getName() + "$" + name);
				Field function = type.getDeclaredField("fn");
				Field future = type.getDeclaredField("dep");
				boolean fits = function.getType().isAssignableFrom(Function.class) && function.trySetAccessible()
						&& future.trySetAccessible();
				return fits ? new Shape(type, function, future) : null;
			}
			catch (ReflectiveOperationException | RuntimeException ex) {
				return null;
			}
		}

		void guard(Runnable task, RunnableTask executed) {
			Object function = ReflectionUtils.getField(this.function, task);
			if (function instanceof Function guarded) { // of an executor that refused it
				function = guarded.function;
			}
			if (function != null
					&& ReflectionUtils.getField(this.future, task) instanceof CompletableFuture<?> future) {
				ReflectionUtils.setField(this.function, task, new Function(executed, function, future));
			}
		}

	}

	/**
	 * Stands in for the function of a task, and notes what that throws.
	 */
	private static final class Function implements Supplier<@Nullable Object>, Runnable {

		private final RunnableTask task;

		private final Object function;

		private final CompletableFuture<?> future;

		Function(RunnableTask task, Object function, CompletableFuture<?> future) {
			this.task = task;
			this.function = function;
			this.future = future;
		}

		@Override
		public @Nullable Object get() {
			try {
				Callable<?> callable = callable();
				return (callable != null) ? callable.call() : ((Supplier<?>) this.function).get();
			}
			catch (Throwable ex) {
				throw Throwables.<RuntimeException>sneaky(failed(ex));
			}
		}

		@Override
		public void run() {
			try {
				((Runnable) this.function).run();
			}
			catch (Throwable ex) {
				throw Throwables.<RuntimeException>sneaky(failed(ex));
			}
		}

		/**
		 * Return what Spring's supplier would call, if the function is that. The JDK then
		 * completes the future in the way that the supplier would.
		 */
		private @Nullable Callable<?> callable() {
			Class<?> type = this.function.getClass();
			if (type.getName().startsWith(SPRINGS_SUPPLIER)) {
				for (Field field : type.getDeclaredFields()) {
					if (field.getType() == Callable.class && field.trySetAccessible()) {
						return (Callable<?>) ReflectionUtils.getField(field, this.function);
					}
				}
			}
			return null;
		}

		/**
		 * Return what to complete the future with.
		 */
		private Throwable failed(Throwable thrown) {
			if (!this.task.isRunningHere() || this.task.failure() != null) {
				return thrown; // taken out of the pool's queue, or out of time
			}
			Failure failure = this.task.fail(thrown);
			if (this.future.isDone()) { // and shows the failure to nobody
				if (this.future.isCancelled()) {
					failure.observe();
				}
				else {
					failure.uncaught();
				}
				return thrown;
			}
			if (isToBeKept(thrown)) {
				failure.observe(); // by those who catch what is made for them
				return thrown;
			}
			return GuardedCompletionException.of(thrown, failure);
		}

		/**
		 * Whether the JDK would hand on this very instance, and one of ours would not be
		 * the same to those who get it.
		 */
		private static boolean isToBeKept(Throwable thrown) {
			return thrown instanceof CompletionException && !(thrown instanceof GuardedCompletionException)
					&& (thrown.getClass() != CompletionException.class || thrown.getCause() == null);
		}

	}

}
