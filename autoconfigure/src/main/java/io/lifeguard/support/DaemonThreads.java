package io.lifeguard.support;

import java.util.function.Consumer;

/**
 * Starts the guard's own threads: daemons that know nothing of the thread that happens to
 * start them, but the class loader in which reporters find what they need.
 */
public final class DaemonThreads {

	private DaemonThreads() {
	}

	public static Thread start(String name, Runnable body) {
		Thread thread = new Thread(null, body, name, 0, false);
		thread.setDaemon(true);
		thread.setContextClassLoader(Thread.currentThread().getContextClassLoader());
		thread.start();
		return thread;
	}

	/**
	 * Start a thread that takes the given step again and again, whatever that throws:
	 * running out of memory for a while, or an interrupt that a reporter has left, ends
	 * no thread of the guard's.
	 * @param fault is told what a step has thrown
	 */
	public static Thread repeat(String name, Step step, Consumer<Throwable> fault) {
		return start(name, () -> {
			boolean goesOn = true;
			while (goesOn) {
				goesOn = take(step, fault);
			}
		});
	}

	private static boolean take(Step step, Consumer<Throwable> fault) {
		try {
			return step.take();
		}
		catch (InterruptedException ex) {
			return true;
		}
		catch (Throwable ex) {
			try {
				fault.accept(ex);
			}
			catch (Throwable again) {
				// As without memory, there is nothing to tell it with
			}
			return true;
		}
	}

	/**
	 * What one of the guard's threads does again and again.
	 */
	@FunctionalInterface
	public interface Step {

		/**
		 * Take one step.
		 * @return whether there is another one to take
		 */
		boolean take() throws InterruptedException;

	}

}
