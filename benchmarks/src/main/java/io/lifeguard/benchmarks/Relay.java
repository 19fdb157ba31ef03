package io.lifeguard.benchmarks;

import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

import io.sentry.Sentry;

/**
 * A task that submits itself again on the thread that runs it, until it has run often
 * enough: the queue keeps its length and the thread is never idle, so that the time a
 * task takes is all spent on submitting and running it.
 */
class Relay implements Runnable, Callable<Object> {

	private final Submission submission;

	private CountDownLatch start = new CountDownLatch(0);

	private CountDownLatch end = new CountDownLatch(0);

	private boolean started;

	private int toSubmit;

	private int toRun;

	Relay(Submission submission) {
		this.submission = submission;
	}

	/**
	 * Run a number of times.
	 * @param queued how many of them wait at any time
	 */
	void run(int times, int queued) throws InterruptedException {
		this.start = new CountDownLatch(1);
		this.end = new CountDownLatch(1);
		this.started = false;
		this.toRun = times;
		this.toSubmit = times - queued;
		for (int i = 0; i < queued; i++) {
			submit();
		}
		this.start.countDown();
		this.end.await();
	}

	@Override
	public void run() {
		if (!this.started) {
			awaitStart();
		}
		boolean last = --this.toRun == 0;
		if (--this.toSubmit >= 0) { // from here on, the next one may run on another
									// thread
			submitted(submit());
		}
		if (last) {
			this.end.countDown();
		}
		work();
	}

	@Override
	public final Object call() {
		run();
		return null;
	}

	final Future<?> submit() {
		return this.submission.submit(this);
	}

	/**
	 * Do what the task is there for.
	 */
	void work() {
	}

	/**
	 * Take the future of the task that was submitted.
	 */
	void submitted(Future<?> future) {
	}

	private void awaitStart() {
		try {
			this.start.await();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
		if (Sentry.isEnabled()) {
			Sentry.getCurrentScopes(); // gives the submitter scopes, as a request has
										// them
		}
		this.started = true;
	}

	/**
	 * A way to submit a task.
	 */
	interface Submission {

		Future<?> submit(Relay relay);

	}

	/**
	 * A task that one thread submits as often as it is to run, so that many of them run
	 * at once.
	 */
	static final class Burst extends Relay {

		private final AtomicInteger toRun = new AtomicInteger();

		private CountDownLatch end = new CountDownLatch(0);

		Burst(Submission submission) {
			super(submission);
		}

		@Override
		void run(int times, int queued) throws InterruptedException {
			this.end = new CountDownLatch(1);
			this.toRun.set(times);
			for (int i = 0; i < times; i++) {
				submit();
			}
			this.end.await();
		}

		@Override
		public void run() {
			if (this.toRun.decrementAndGet() == 0) {
				this.end.countDown();
			}
		}

	}

	/**
	 * Takes some time.
	 */
	static final class Working extends Relay {

		private final long nanos;

		Working(Submission submission, long nanos) {
			super(submission);
			this.nanos = nanos;
		}

		@Override
		void work() {
			long end = System.nanoTime() + this.nanos;
			while (System.nanoTime() < end) {
				Thread.onSpinWait();
			}
		}

	}

	/**
	 * Fails.
	 */
	static final class Failing extends Relay {

		private final boolean reading;

		private Future<?> future;

		private Future<?> own;

		private Future<?> previous;

		Failing(Submission submission, boolean reading) {
			super(submission);
			this.reading = reading;
		}

		@Override
		void submitted(Future<?> future) {
			if (this.reading) {
				this.previous = this.own;
				this.own = this.future;
				this.future = future;
			}
		}

		@Override
		void work() {
			Future<?> done = this.previous;
			if (done != null) {
				this.previous = null;
				try {
					done.get();
				}
				catch (ExecutionException ex) {
					// as expected
				}
				catch (InterruptedException ex) {
					throw new IllegalStateException(ex);
				}
			}
			throw new IllegalStateException("failed");
		}

	}

}
