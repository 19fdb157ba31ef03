package io.lifeguard;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;

/**
 * Looks up where a task is submitted, for the kinds of task that failed before. A stack
 * walk costs more than most hand-overs, so the tasks that never fail never pay for one.
 */
final class SubmissionSites {

	/**
	 * Kinds remembered at most; those that fail first beyond it go without a site.
	 */
	static final int MAX_KINDS = 256;

	private static final int MAX_FRAMES = 32;

	private static final StackWalker WALKER = StackWalker.getInstance();

	private final ReportSettings.SubmissionSites mode;

	private final Set<Class<?>> failed = ConcurrentHashMap.newKeySet();

	/** Spares the tasks of an application in which nothing failed yet the look-up. */
	private volatile boolean armed;

	SubmissionSites(ReportSettings.SubmissionSites mode) {
		this.mode = mode;
		this.armed = mode == ReportSettings.SubmissionSites.ALWAYS;
	}

	void failed(Class<?> kind) {
		if (this.mode == ReportSettings.SubmissionSites.ADAPTIVE && this.failed.size() < MAX_KINDS) {
			this.failed.add(kind);
			this.armed = true;
		}
	}

	@Nullable SubmissionSite of(Object task) {
		if (!this.armed
				|| (this.mode == ReportSettings.SubmissionSites.ADAPTIVE && !this.failed.contains(task.getClass()))) {
			return null;
		}
		List<StackTraceElement> frames = WALKER
			.walk((stack) -> stack.dropWhile((frame) -> Frames.isGuard(frame.getClassName()))
				.limit(MAX_FRAMES)
				.map(StackWalker.StackFrame::toStackTraceElement)
				.toList());
		return frames.isEmpty() ? null : new SubmissionSite(frames);
	}

}
