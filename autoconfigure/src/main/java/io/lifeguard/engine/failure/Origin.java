package io.lifeguard.engine.failure;

import io.lifeguard.SubmissionSite;
import io.lifeguard.FailureContext;
import io.lifeguard.TaskOwner;
import org.jspecify.annotations.Nullable;

/**
 * Where a task comes from.
 *
 * @param trace the submitting thread's stack, if that was looked up
 * @param context what the {@link FailureContext} captured there
 * @param owner who answers for the task, if anybody does
 * @param at when that was, in nanoseconds of {@link System#nanoTime()}; 0 for when the
 * task began to wait
 * @param started what was captured when a thread began with the task, ahead of a
 * decorator
 */
@SuppressWarnings("AmbiguousMethodReference") // none of them is referred to
public record Origin(@Nullable SubmitterStack trace, @Nullable Object context, @Nullable TaskOwner owner, long at,
		@Nullable Object started) {

	/**
	 * Return what a task has to keep of the thread that submits it: most often a context
	 * alone, which spares the task an origin.
	 * @param body what was submitted
	 * @param owner who answers for it, and wants to know where that was; {@code null} if
	 * nobody does
	 */
	public static @Nullable Object capture(FailureDesk desk, Object body, @Nullable TaskOwner owner) {
		Object context = desk.captureContext();
		SubmitterStack trace = (owner != null) ? new SubmitterStack() : desk.sites().of(body);
		return (trace != null) ? new Origin(trace, context, owner, 0, null) : context;
	}

	/**
	 * Return the same for a task that does not begin to wait at once.
	 */
	public static @Nullable Object captureNow(FailureDesk desk, Object body, @Nullable TaskOwner owner) {
		Origin origin = of(capture(desk, body, owner));
		return (origin != null) ? new Origin(origin.trace, origin.context, origin.owner, System.nanoTime(), null)
				: null;
	}

	/**
	 * Return what was captured together with what the current thread holds as it begins
	 * with the task.
	 */
	public static @Nullable Object captureStart(FailureDesk desk, @Nullable Object captured) {
		Object started = desk.captureContext();
		if (started == null) {
			return captured;
		}
		Origin origin = of(captured);
		return (origin != null) ? new Origin(origin.trace, origin.context, origin.owner, origin.at, started)
				: new Origin(null, null, null, 0, started);
	}

	/**
	 * Return the origin behind what was captured.
	 */
	public static @Nullable Origin of(@Nullable Object captured) {
		return (captured == null || captured instanceof Origin) ? (Origin) captured
				: new Origin(null, captured, null, 0, null);
	}

	/**
	 * Return when the given origin was captured, or else the given time.
	 */
	public static long at(@Nullable Origin origin, long otherwise) {
		return (origin != null && origin.at != 0) ? origin.at : otherwise;
	}

	/**
	 * Return what was captured at submission.
	 */
	public static @Nullable Object contextOf(@Nullable Origin origin) {
		return (origin != null) ? origin.context : null;
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
