package io.lifeguard.engine.failure;

import java.util.Arrays;
import java.util.List;

import io.lifeguard.SubmissionSite;
import io.lifeguard.support.Frames;
import org.jspecify.annotations.Nullable;

/**
 * The stack of a submitting thread. A throwable, though never thrown, since that is the
 * cheapest way to keep a stack of which hardly anybody will ever ask for the elements: a
 * stack walker takes four to twelve times as long.
 */
@SuppressWarnings("serial") // never serialised
final class SubmitterStack extends Throwable {

	private static final int MAX_FRAMES = 32;

	/**
	 * Take the current thread's stack.
	 */
	SubmitterStack() {
		super(null, null, false, true);
	}

	/**
	 * Return the site that the stack shows, its 32 innermost frames at most, or
	 * {@code null} where the JVM keeps no stacks.
	 */
	@Nullable SubmissionSite site() {
		List<StackTraceElement> frames = Arrays.stream(getStackTrace())
			.dropWhile((frame) -> Frames.isGuard(frame.getClassName()))
			.limit(MAX_FRAMES)
			.toList();
		return frames.isEmpty() ? null : new SubmissionSite(frames);
	}

}
