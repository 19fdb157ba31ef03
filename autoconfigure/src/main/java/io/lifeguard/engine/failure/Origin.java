package io.lifeguard.engine.failure;

import io.lifeguard.SubmissionSite;
import io.lifeguard.SubmitterContext;
import io.lifeguard.TaskOwner;
import org.jspecify.annotations.Nullable;

/**
 * Where a task comes from.
 *
 * @param trace the submitting thread's stack, if that was looked up
 * @param context what the {@link SubmitterContext} captured there
 * @param owner who answers for the task, if anybody does
 */
public record Origin(@Nullable SubmitterStack trace, @Nullable Object context, @Nullable TaskOwner owner) {

	/**
	 * Return what a task has to keep of the thread that submits it: most often a context
	 * alone, which spares the task an origin.
	 * @param body what was submitted
	 * @param owner who answers for it, and wants to know where that was; {@code null} if
	 * nobody does
	 */
	public static @Nullable Object capture(FailureDesk desk, Object body, @Nullable TaskOwner owner) {
		Object context = desk.submitterContext().capture();
		SubmitterStack trace = (owner != null) ? new SubmitterStack() : desk.sites().of(body);
		return (trace != null) ? new Origin(trace, context, owner) : context;
	}

	/**
	 * Return the origin behind what was captured.
	 */
	public static @Nullable Origin of(@Nullable Object captured) {
		return (captured == null || captured instanceof Origin) ? (Origin) captured : new Origin(null, captured, null);
	}

	/**
	 * Return the owner in what was captured, or {@code null} if there is none.
	 */
	public static @Nullable TaskOwner ownerIn(@Nullable Object captured) {
		return (captured instanceof Origin origin) ? origin.owner() : null;
	}

	public @Nullable SubmissionSite site() {
		return (this.trace != null) ? this.trace.site() : null;
	}

}
