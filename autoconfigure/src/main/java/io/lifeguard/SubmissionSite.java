package io.lifeguard;

import java.util.List;

import io.lifeguard.support.Frames;

/**
 * Where a task was submitted.
 *
 * @param frames the submitting thread's frames, innermost first, without the guard's own;
 * never empty
 */
public record SubmissionSite(List<StackTraceElement> frames) {

	/**
	 * Return the first frame that belongs to the application.
	 */
	@Override
	public String toString() {
		StackTraceElement first = Frames.first(this.frames);
		return ((first != null) ? first : this.frames.get(0)).toString();
	}

}
