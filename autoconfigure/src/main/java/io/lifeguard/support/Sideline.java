package io.lifeguard.support;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Calls other people's methods, which may throw and may never return, one after another
 * on a thread of its own: whoever wants that done waits a tenth of a second at most, and
 * not at all as long as an earlier call hangs. So what hangs keeps one thread, however
 * often it is wanted. The threads are daemons, shared by all sidelines, and end when
 * idle.
 */
public final class Sideline {

	/**
	 * Calls that wait their turn at most; one more is not made.
	 */
	static final int CAPACITY = 1000;

	private static final long PATIENCE = TimeUnit.MILLISECONDS.toNanos(100);

	private static final Executor threads = new ThreadPoolExecutor(0, Integer.MAX_VALUE, 1, TimeUnit.SECONDS,
			new SynchronousQueue<>(), Sideline::newThread);

	private static final Log logger = LogFactory.getLog(Sideline.class);

	private static final OnceLogger faults = new OnceLogger();

	private final Queue<Runnable> calls = new ArrayDeque<>();

	private boolean busy;

	private volatile boolean hanging;

	private static Thread newThread(Runnable worker) {
		Thread thread = new Thread(null, worker, "lifeguard-sideline", 0, false);
		thread.setDaemon(true);
		thread.setContextClassLoader(Sideline.class.getClassLoader());
		return thread;
	}

	/**
	 * Make the given call when those before it have returned, and wait for nothing.
	 * @return whether it will be made, unless one before it never returns
	 */
	public boolean begin(Runnable call) {
		synchronized (this.calls) {
			if (this.calls.size() >= CAPACITY) {
				return false;
			}
			if (!this.busy) {
				threads.execute(this::work); // which waits for this lock
				this.busy = true;
			}
			return this.calls.add(call);
		}
	}

	/**
	 * Make the given call, and wait for it a tenth of a second at most.
	 * @return whether it has returned or thrown by now; otherwise it may still do so
	 */
	public boolean attempt(Runnable call) {
		CountDownLatch returned = new CountDownLatch(1);
		boolean begun = !this.hanging && begin(() -> {
			try {
				call.run();
			}
			finally {
				returned.countDown();
			}
		});
		if (!begun) {
			return false;
		}
		this.hanging = !awaitUninterruptibly(returned);
		if (this.hanging && returned.getCount() == 0) {
			this.hanging = false; // it has returned at the last moment
		}
		return !this.hanging;
	}

	private static boolean awaitUninterruptibly(CountDownLatch returned) {
		boolean interrupted = false;
		long deadline = System.nanoTime() + PATIENCE;
		try {
			while (true) {
				try {
					return returned.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
				}
				catch (InterruptedException ex) {
					interrupted = true;
				}
			}
		}
		finally {
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}
	}

	private void work() {
		for (Runnable call = next(); call != null; call = next()) {
			try {
				call.run();
			}
			catch (Throwable ex) {
				faults.logOnce(ex.getClass().getName(), () -> logger
					.warn("A call of the application's code failed; others that fail so are not logged", ex));
			}
			this.hanging = false;
			Thread.interrupted(); // what a call leaves behind is not for the next one
		}
	}

	private @Nullable Runnable next() {
		synchronized (this.calls) {
			Runnable next = this.calls.poll();
			this.busy = next != null;
			return next;
		}
	}

}
