package io.lifeguard.engine.failure;

import java.util.function.LongSupplier;

import io.lifeguard.FailedTask;
import io.lifeguard.FailureContext;
import io.lifeguard.FailureMoment;
import io.lifeguard.ReportSettings;
import org.jspecify.annotations.Nullable;

/**
 * What the failures of all pools of an application share: the watch over those that
 * nobody has read yet, the hand-over to the reporters, and what is captured at submission
 * so that a report can tell where a task came from.
 */
public final class FailureDesk {

	private final UnobservedWatch unobserved = new UnobservedWatch();

	private final SiteSampler sites;

	private final Reports reports;

	private volatile FailureContext context = FailureContext.NONE;

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
	 * Return what samples the places where tasks are submitted.
	 */
	public SiteSampler sites() {
		return this.sites;
	}

	/**
	 * Return what holds on the current thread, as reports are to tell it.
	 */
	public @Nullable Object captureContext() {
		return this.context.capture();
	}

	/**
	 * Return the moment at which a task fails, or raises an alarm.
	 */
	public FailureMoment momentOf(FailedTask task) {
		try {
			return this.context.failed(task);
		}
		catch (Throwable ex) {
			this.reports.faulty(ex);
			return FailureMoment.NONE;
		}
	}

	/**
	 * Ask the given context about each task from now on.
	 */
	public void setContext(FailureContext context) {
		this.context = context;
	}

}
