package io.lifeguard.engine.failure;

import io.lifeguard.SubmissionSite;
import io.lifeguard.SubmitterContext;
import org.jspecify.annotations.Nullable;

/**
 * Where a task comes from.
 *
 * @param trace the submitting thread's stack, if that was looked up
 * @param context what the {@link SubmitterContext} captured there
 */
public record Origin(@Nullable SubmitterStack trace, @Nullable Object context) {

	/**
	 * Return what a task has to keep of the thread that submits it: most often a context
	 * alone, which spares the task an origin.
	 * @param body what was submitted
	 */
	public static @Nullable Object capture(FailureDesk desk, Object body) {
		Object context = desk.submitterContext().capture();
		SubmitterStack trace = desk.sites().of(body);
		return (trace != null) ? new Origin(trace, context) : context;
	}

	/**
	 * Return the origin behind what was captured.
	 */
	public static @Nullable Origin of(@Nullable Object captured) {
		return (captured == null || captured instanceof Origin) ? (Origin) captured : new Origin(null, captured);
	}

	public @Nullable SubmissionSite site() {
		return (this.trace != null) ? this.trace.site() : null;
	}

}
