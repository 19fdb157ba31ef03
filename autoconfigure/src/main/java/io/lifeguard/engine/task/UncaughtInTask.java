package io.lifeguard.engine.task;

import java.lang.Thread.UncaughtExceptionHandler;

import org.jspecify.annotations.Nullable;

/**
 * Stands before the JVM's default handler, for what libraries hand to the handler of a
 * thread that goes on, as RxJava, Kotlin's coroutines and Reactor's schedulers do. If the
 * thread runs a task, that has failed: the application's own default handler is called as
 * it would be without the guard, an error tracker's is not. Whatever else comes here goes
 * where it would have gone.
 */
public final class UncaughtInTask implements UncaughtExceptionHandler {

	private final FailedTasks failed;

	private final @Nullable UncaughtExceptionHandler next;

	private UncaughtInTask(FailedTasks failed, @Nullable UncaughtExceptionHandler next) {
		this.failed = failed;
		this.next = next;
	}

	/**
	 * Stand before the JVM's default handler, unless one like this does already.
	 */
	public static synchronized void install(FailedTasks failed) {
		UncaughtExceptionHandler present = Thread.getDefaultUncaughtExceptionHandler();
		if (!(present instanceof UncaughtInTask)) {
			Thread.setDefaultUncaughtExceptionHandler(new UncaughtInTask(failed, present));
		}
	}

	/**
	 * Stand before the JVM's default handler no more. Where another has come before this
	 * one since, this stays behind that, and only hands on.
	 */
	public static synchronized void uninstall() {
		if (Thread.getDefaultUncaughtExceptionHandler() instanceof UncaughtInTask own) {
			Thread.setDefaultUncaughtExceptionHandler(own.next);
		}
	}

	@Nullable UncaughtExceptionHandler next() {
		return this.next;
	}

	@Override
	public void uncaughtException(Thread thread, Throwable thrown) {
		if (thread == Thread.currentThread() && this.failed.take(thrown, this.next)) {
			return;
		}
		if (this.next != null) {
			this.next.uncaughtException(thread, thrown);
		}
		else {
			print(thread, thrown);
		}
	}

	/**
	 * Do what the JVM does without a default handler.
	 */
	@SuppressWarnings("CatchAndPrintStackTrace")
	private static void print(Thread thread, Throwable thrown) {
		System.err.print("Exception in thread \"" + thread.getName() + "\" ");
		thrown.printStackTrace(System.err);
	}

	@Override
	public String toString() {
		return "Lifeguard's, before " + this.next;
	}

	/**
	 * Takes what a task has failed with.
	 */
	public interface FailedTasks {

		/**
		 * Fail the task that the current thread is running, if it is.
		 * @param next the default handler without the guard
		 * @return whether it is
		 */
		boolean take(Throwable thrown, @Nullable UncaughtExceptionHandler next);

	}

}
