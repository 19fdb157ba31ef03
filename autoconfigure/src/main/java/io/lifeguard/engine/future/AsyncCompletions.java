package io.lifeguard.engine.future;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ForkJoinTask;

import io.lifeguard.engine.task.Patience;
import io.lifeguard.support.JdkFields;
import io.lifeguard.support.OnceLogger;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Looks into the tasks that {@link CompletableFuture} hands to an executor, for
 * {@code supplyAsync}, {@code runAsync}, {@code completeAsync} and each {@code …Async}
 * stage. They catch what their function throws, and no pool ever sees it, so a function
 * of ours ({@link StageFunction}) is put in its place before the task goes on its way.
 * <p>
 * <b>How.</b> The tasks are of private classes of the JDK's ({@link JdkCompletion}),
 * whose fields can be got at ({@link JdkFields}) without opening anything. Where that
 * does not work the task is left as it is, and its failure is not seen.
 * <p>
 * <b>Who reads.</b> The future is the JDK's own and can't tell when it is read. Just
 * before it fails it is asked who is there to be handed the failure ({@link Readers}):
 * handlers, and threads that wait. If nobody is, and the future is only just made,
 * somebody may be about to come ({@link Patience}). A failure that still has no reader
 * then goes on its way in an exception that notices being looked at
 * ({@link GuardedCompletionException}).
 */
public final class AsyncCompletions {

	private static final Log logger = LogFactory.getLog(AsyncCompletions.class);

	private static final OnceLogger faults = new OnceLogger();

	private AsyncCompletions() {
	}

	/**
	 * Return the future that the given task is to complete, {@code null} if there is none
	 * or it does not say.
	 */
	static @Nullable CompletableFuture<?> completedBy(Object task) {
		JdkCompletion completion = (task instanceof CompletableFuture.AsynchronousCompletionTask)
				? JdkCompletion.of(task) : null;
		return (completion != null) ? completion.completedBy(task) : null;
	}

	/**
	 * Let the guard see how the given task ends, if it is one of the JDK's futures.
	 * @param task what was given to the executor, which no other thread has got yet
	 * @param executed the guarded task around it
	 */
	public static void guard(Runnable task, RunnableTask executed) {
		// A class is told at once, an interface that a task lacks is searched for
		if (!(task instanceof ForkJoinTask<?> && task instanceof CompletableFuture.AsynchronousCompletionTask)) {
			return;
		}
		try {
			JdkCompletion completion = JdkCompletion.of(task);
			if (completion != null) {
				completion.guard(task, executed);
			}
		}
		catch (Throwable ex) {
			faults.logOnce(ex.getClass().getName(), () -> logger.warn("Could not look into a " + task.getClass()
					+ ": its failure will not be seen, nor those of others like it", ex));
		}
	}

}
