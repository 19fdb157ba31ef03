package io.lifeguard.shop;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Tasks of three kinds, each of which waits in a place of its own until it is let go.
 */
public class Errands {

	private final CompletableFuture<Void> end = new CompletableFuture<>();

	private final AtomicInteger mails = new AtomicInteger();

	/**
	 * Give the executor three mails, two prints and a count.
	 */
	public void giveTo(Executor executor) {
		for (Runnable errand : List.<Runnable>of(this::mail, this::print, this::mail, this::count, this::print,
				this::mail)) {
			executor.execute(errand);
		}
	}

	/**
	 * Let all errands come to an end.
	 */
	public void end() {
		this.end.complete(null);
	}

	/**
	 * Deliver a mail, the first of them only after a greeting.
	 */
	public void mail() {
		if (this.mails.incrementAndGet() == 1) {
			greet();
		}
		deliver();
	}

	public void print() {
		this.end.join();
	}

	public void count() {
		this.end.join();
	}

	private void greet() {
		this.end.join();
	}

	private void deliver() {
		this.end.join();
	}

}
