package io.lifeguard.engine.failure;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.lifeguard.ReportSettings;
import org.jspecify.annotations.Nullable;

/**
 * Looks up where a task is submitted, for the kinds of task that failed before. Even the
 * cheapest look at a stack costs more than a hand-over, so the tasks that never fail
 * never pay for one.
 */
public final class SiteSampler {

	/**
	 * Kinds remembered at most; those that fail first beyond it go without a site.
	 */
	static final int MAX_KINDS = 256;

	private final ReportSettings.SubmissionSiteMode mode;

	private final Set<Class<?>> failed = ConcurrentHashMap.newKeySet();

	/** Spares the tasks of an application in which nothing failed yet the look-up. */
	private volatile boolean armed;

	SiteSampler(ReportSettings.SubmissionSiteMode mode) {
		this.mode = mode;
		this.armed = mode == ReportSettings.SubmissionSiteMode.ALWAYS;
	}

	public void failed(Class<?> kind) {
		if (this.mode == ReportSettings.SubmissionSiteMode.ADAPTIVE && this.failed.size() < MAX_KINDS) {
			this.failed.add(kind);
			this.armed = true;
		}
	}

	/**
	 * Return the current thread's stack if the task is of a kind to look up.
	 */
	@Nullable SubmitterStack of(Object task) {
		boolean lookedUp = this.armed
				&& (this.mode == ReportSettings.SubmissionSiteMode.ALWAYS || this.failed.contains(task.getClass()));
		return lookedUp ? new SubmitterStack() : null;
	}

}
