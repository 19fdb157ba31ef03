package io.lifeguard;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

/**
 * Says that a pool has no more room, and what its threads were doing then. Nobody throws
 * it: its stack trace is where most threads were that ran the most frequent kind of task,
 * its suppressed exceptions are the same of other kinds.
 */
public final class PoolFullException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final String[] atWork;

	private final @Nullable String longestWaiting;

	private final double demand;

	/**
	 * Create a report.
	 * @param message how full the pool is, in a sentence
	 * @param atWork what its threads were doing, in a line for each kind of task
	 * @param longestWaiting which task has been waiting for longest, and for how long,
	 * {@code null} if none can be seen
	 * @param demand the threads that the arriving work needs, 0 as long as that is not
	 * known
	 */
	public PoolFullException(String message, List<String> atWork, @Nullable String longestWaiting, double demand,
			StackTraceElement[] stack) {
		super(message);
		this.atWork = atWork.toArray(String[]::new);
		this.longestWaiting = longestWaiting;
		this.demand = demand;
		setStackTrace(stack);
	}

	/**
	 * Return what the pool's threads were doing, what most of them did first: how many
	 * ran a kind of task, and where most of those were, such as
	 * {@code 5 MailService.send, 4 of them at shop.Smtp.read(Smtp.java:88)}.
	 */
	public List<String> atWork() {
		return List.of(this.atWork);
	}

	/**
	 * Return which task has been waiting for longest, and for how long, or {@code null}
	 * if none can be seen.
	 */
	public @Nullable String longestWaiting() {
		return this.longestWaiting;
	}

	/**
	 * Return how many threads the arriving work needs, or 0 as long as that is not known.
	 */
	public double demand() {
		return this.demand;
	}

	/**
	 * Return all that is known of why the pool is full, in a few sentences without a full
	 * stop at their end. Empty if that is nothing.
	 */
	public String explanation() {
		List<String> sentences = new ArrayList<>();
		if (this.atWork.length > 0) {
			sentences.add("At work: " + String.join("; ", this.atWork));
		}
		if (this.longestWaiting != null) {
			sentences.add("Waiting for longest: " + this.longestWaiting);
		}
		if (this.demand > 0) {
			sentences.add(String.format(Locale.ROOT, "What arrives needs %.1f threads", this.demand));
		}
		return String.join(". ", sentences);
	}

}
