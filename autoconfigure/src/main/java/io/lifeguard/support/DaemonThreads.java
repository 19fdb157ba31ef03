package io.lifeguard.support;

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

}
