package io.lifeguard;

import org.jspecify.annotations.Nullable;

/**
 * Where a task comes from.
 *
 * @param trace the submitting thread's stack, if that was looked up
 * @param context what the {@link SubmitterContext} captured there
 */
record Origin(@Nullable SubmissionTrace trace, @Nullable Object context) {

	/**
	 * Return what a task has to keep of the thread that submits it: most often a context
	 * alone, which spares the task an origin.
	 * @param body what was submitted
	 */
	static @Nullable Object capture(PoolRegistry registry, Object body) {
		Object context = registry.submitterContext().capture();
		SubmissionTrace trace = registry.submissionSites().of(body);
		return (trace != null) ? new Origin(trace, context) : context;
	}

	/**
	 * Return the origin behind what was captured.
	 */
	static @Nullable Origin of(@Nullable Object captured) {
		return (captured == null || captured instanceof Origin) ? (Origin) captured : new Origin(null, captured);
	}

	@Nullable SubmissionSite site() {
		return (this.trace != null) ? this.trace.site() : null;
	}

}
