package io.lifeguard.engine.task;

import java.lang.Thread.UncaughtExceptionHandler;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

/**
 * Stands before the JVM's default handler, for what libraries hand to the handler of a
 * thread that goes on, as RxJava, Kotlin's coroutines and Reactor's schedulers do. If the
 * thread runs a task, that has failed: the application's own default handler is called as
 * it would be without the guard, an error tracker's is not. Whatever else comes here goes
 * where it would have gone.
 */
public final class UncaughtInTask implements UncaughtExceptionHandler {

	private final Function<Throwable, @Nullable Task> failing;

	private final @Nullable UncaughtExceptionHandler next;

	private UncaughtInTask(Function<Throwable, @Nullable Task> failing, @Nullable UncaughtExceptionHandler next) {
		this.failing = failing;
		this.next = next;
	}

	/**
	 * Stand before the JVM's default handler, unless one like this does already.
	 * @param failing fails the task that the current thread runs and returns it,
	 * {@code null} if there is none
	 */
	public static synchronized void install(Function<Throwable, @Nullable Task> failing) {
		UncaughtExceptionHandler present = Thread.getDefaultUncaughtExceptionHandler();
		if (!(present instanceof UncaughtInTask)) {
			Thread.setDefaultUncaughtExceptionHandler(new UncaughtInTask(failing, present));
		}
	}

	/**
	 * Do the same if an error tracker's handler is the first, which came later. One of
	 * the application's that came later has its way.
	 */
	public static void installBeforeTracker(UncaughtHandlers handlers, Function<Throwable, @Nullable Task> failing) {
		if (handlers.isTracker(Thread.getDefaultUncaughtExceptionHandler())) {
			install(failing);
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
		Task task = (thread == Thread.currentThread()) ? this.failing.apply(thrown) : null;
		UncaughtExceptionHandler handler = (task != null)
				? task.ledger().desk().uncaughtHandlers().applicationDefault(this.next) : this.next;
		if (handler != null) {
			handler.uncaughtException(thread, thrown);
		}
		else if (task == null) {
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

}
