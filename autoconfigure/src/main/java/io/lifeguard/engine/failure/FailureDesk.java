package io.lifeguard.engine.failure;

import java.util.function.LongSupplier;

import io.lifeguard.ReportSettings;
import io.lifeguard.SubmitterContext;

/**
 * What the failures of all pools of an application share: the watch over those that
 * nobody has read yet, the hand-over to the reporters, and what is captured at submission
 * so that a report can tell where a task came from.
 */
public final class FailureDesk {

	private final UnobservedWatch unobserved = new UnobservedWatch();

	private final Claims claims = new Claims();

	private final SiteSampler sites;

	private final Reports reports;

	private volatile SubmitterContext submitterContext = SubmitterContext.NONE;

	/**
	 * Create a desk that collects failures until its reports are opened.
	 * @param clock tells the time in nanoseconds, as {@link System#nanoTime()} does
	 */
	public FailureDesk(ReportSettings settings, LongSupplier clock) {
		this.sites = new SiteSampler(settings.submissionSites());
		this.reports = new Reports(settings, clock);
	}

	/**
	 * Return the watch over failures that can still be read.
	 */
	public UnobservedWatch unobserved() {
		return this.unobserved;
	}

	/**
	 * Return the hand-over to the reporters.
	 */
	public Reports reports() {
		return this.reports;
	}

	/**
	 * Return the throwables that the guard answers for.
	 */
	public Claims claims() {
		return this.claims;
	}

	/**
	 * Return what samples the places where tasks are submitted.
	 */
	public SiteSampler sites() {
		return this.sites;
	}

	/**
	 * Return what is captured with each task.
	 */
	public SubmitterContext submitterContext() {
		return this.submitterContext;
	}

	/**
	 * Capture the given context with each task from now on.
	 */
	public void setSubmitterContext(SubmitterContext submitterContext) {
		this.submitterContext = submitterContext;
	}

}
