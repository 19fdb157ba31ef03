package io.lifeguard.engine.future;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

import io.lifeguard.engine.task.Patience;
import io.lifeguard.support.JdkFields;
import org.jspecify.annotations.Nullable;

/**
 * Finds out, before a future fails, whether anybody will be handed the failure: a handler
 * or a waiting thread, attached to the future itself or to one that fails with it. Where
 * that can't be made out, somebody will.
 */
final class Readers {

	/** Attached completions looked at; who attaches more than that, reads. */
	private static final int MAX_ATTACHED = 256;

	private static final @Nullable JdkFields STATE = JdkFields.of(CompletableFuture.class, "result", "stack");

	/** Stands for what is attached where that can't be reached. */
	static final Object UNKNOWN = new Object();

	/** Whether a class of the application's answers for itself. */
	static final ClassValue<Boolean> CHANGED = new ClassValue<>() {

		@Override
		protected Boolean computeValue(Class<?> type) {
			return declares(type, "getNumberOfDependents") || declares(type, "newIncompleteFuture")
					|| declares(type, "applyToEitherAsync", CompletionStage.class, Function.class, Executor.class);
		}

		private boolean declares(Class<?> type, String name, Class<?>... parameterTypes) {
			try {
				Class<?> declarer = type.getMethod(name, parameterTypes).getDeclaringClass();
				return declarer.getNestHost() != CompletableFuture.class
						&& !GuardedCompletableFuture.class.isAssignableFrom(declarer);
			}
			catch (NoSuchMethodException ex) {
				return true;
			}
		}

	};

	/**
	 * In nanoseconds: a future is young as long, and then gets as much time once more.
	 */
	private static final long MOMENT = Duration.ofMillis(1).toNanos();

	/** A submitter on another processor takes less time than it takes to fall asleep. */
	private static final int SPINS = 100;

	private static final long PAUSE = Duration.ofNanos(20_000).toNanos();

	private Readers() {
	}

	/**
	 * Whether somebody is there to be handed a failure of the given future, or comes
	 * within a moment. A task that fails at once is often faster than its submitter, who
	 * is about to attach a handler, and once the future has failed nobody can tell
	 * whether that has looked at the failure.
	 * @param future the future, which has not ended
	 * @param task the task that fails, running on the current thread
	 */
	@SuppressWarnings("ThreadPriorityCheck") // a yield that fails costs a millisecond
	static boolean comeTo(CompletableFuture<?> future, RunnableTask task) {
		if (areAttachedTo(future)) {
			return true;
		}
		if (task.isBeingSubmittedHere()) {
			return false;
		}
		Thread.yield(); // where there are fewer processors than threads, it is the
						// submitter's turn
		if (areAttachedTo(future)) {
			return true;
		}
		Patience patience = task.ledger().patience();
		if (task.age() > MOMENT || patience.isLost()) {
			return false;
		}
		long start = System.nanoTime();
		for (int i = 0; System.nanoTime() - start < MOMENT; i++) {
			if (i < SPINS) {
				Thread.onSpinWait();
			}
			else {
				LockSupport.parkNanos(PAUSE);
			}
			if (areAttachedTo(future)) {
				return true;
			}
		}
		patience.waitedInVain();
		return false;
	}

	/**
	 * Whether somebody is there to be handed a failure of the given future, which has not
	 * ended.
	 */
	static boolean areAttachedTo(CompletableFuture<?> future) {
		try {
			return find(future);
		}
		catch (Throwable ex) { // an application's own future may do as it likes
			return true;
		}
	}

	private static boolean find(CompletableFuture<?> failing) {
		Deque<CompletableFuture<?>> ahead = new ArrayDeque<>();
		ahead.add(failing);
		int attached = 0;
		while (!ahead.isEmpty()) {
			Object completion = firstAttachedTo(ahead.remove());
			while (completion != null) {
				JdkCompletion kind = JdkCompletion.of(completion);
				if (kind == null || kind.reads(completion) || ++attached > MAX_ATTACHED) {
					return true;
				}
				CompletableFuture<?> next = kind.leadsTo(completion);
				if (next != null) {
					ahead.add(next);
				}
				completion = JdkCompletion.next(completion);
			}
		}
		return false;
	}

	/**
	 * Return what was attached last to the given future, {@code null} if there is nothing
	 * or the future has ended.
	 */
	static @Nullable Object firstAttachedTo(CompletableFuture<?> future) {
		if (STATE != null) {
			@Nullable Object[] state = STATE.read(future);
			return (state[0] == null) ? state[1] : null;
		}
		if (!isMinimal(future) && future.getNumberOfDependents() == 0) {
			return null;
		}
		return CHANGED.get(future.getClass()) ? UNKNOWN : reach(future);
	}

	/**
	 * Reach what is attached to a future by attaching a stage to it, which takes a place
	 * before the rest. The stage has an executor and ends as soon as either the future or
	 * another one does: end that, and the executor gets the stage while it is in its
	 * place. Once it has run, the JDK takes it out.
	 */
	private static @Nullable Object reach(CompletableFuture<?> future) {
		AtomicReference<@Nullable Runnable> reached = new AtomicReference<>();
		CompletableFuture<Object> other = new CompletableFuture<>();
		attach(future, other, reached::set);
		other.complete(null);
		Runnable stage = reached.get();
		if (stage == null) {
			return null; // the future has failed
		}
		Object rest = JdkCompletion.next(stage);
		stage.run();
		return rest;
	}

	@SuppressWarnings("unchecked")
	private static <T> void attach(CompletableFuture<T> future, CompletableFuture<?> other, Executor executor) {
		future.applyToEitherAsync((CompletableFuture<T>) other, Function.identity(), executor);
	}

	/**
	 * Whether the future has ended and will hand a further failure to nobody.
	 */
	static boolean hasEnded(CompletableFuture<?> future) {
		try {
			return (STATE != null) ? STATE.get(future) != null : !isMinimal(future) && future.isDone();
		}
		catch (Throwable ex) {
			return false;
		}
	}

	static boolean isCancelled(CompletableFuture<?> future) {
		try {
			return !isMinimal(future) && future.isCancelled();
		}
		catch (Throwable ex) {
			return true;
		}
	}

	/**
	 * Whether the future is one of those that are stages only, and refuse to tell
	 * anything about themselves: the JDK's or one of ours.
	 */
	private static boolean isMinimal(CompletableFuture<?> future) {
		Class<?> type = future.getClass();
		return future instanceof GuardedMinimalStage<?>
				|| (type != CompletableFuture.class && type.getNestHost() == CompletableFuture.class);
	}

}
