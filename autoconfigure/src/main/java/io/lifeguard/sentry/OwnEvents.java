package io.lifeguard.sentry;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import io.lifeguard.SubmissionSite;
import io.sentry.EventProcessor;
import io.sentry.Hint;
import io.sentry.SentryEvent;
import io.sentry.protocol.Mechanism;
import io.sentry.protocol.SentryException;
import io.sentry.protocol.SentryStackFrame;
import io.sentry.protocol.SentryStackTrace;
import org.jspecify.annotations.Nullable;

/**
 * Completes the guard's own events: where the task was submitted is shown as one more
 * exception at the far end of the chain.
 * <p>
 * Sentry groups by all exceptions of a chain that have something to contribute. This one
 * has not: its type is synthetic, it has no value, and none of its frames is the
 * application's. So the same failure stays in one group, with or without it.
 */
final class OwnEvents implements EventProcessor {

	/**
	 * The type of the exception that shows the submission site.
	 */
	static final String SUBMITTED_AT = "submitted at";

	private static final String MARK = "lifeguard:own";

	private static final String REPEATED = "lifeguard:repeated";

	private static final String SITE = "lifeguard:site";

	/**
	 * Mark the hint of an event that nobody is to hold up.
	 */
	static void mark(Hint hint) {
		hint.set(MARK, true);
	}

	/**
	 * Return the hint of an event of the guard's own.
	 */
	static Hint newHint() {
		Hint hint = new Hint();
		mark(hint);
		return hint;
	}

	/**
	 * Return the hint of an event about a task that was submitted at the given place.
	 */
	static Hint newHint(@Nullable SubmissionSite site) {
		Hint hint = newHint();
		if (site != null) {
			hint.set(SITE, site);
		}
		return hint;
	}

	/**
	 * Mark the hint of an event about an exception that was reported before.
	 */
	static void markRepeated(Hint hint) {
		hint.set(REPEATED, true);
	}

	static boolean isRepeated(Hint hint) {
		return hint.get(REPEATED) != null;
	}

	static boolean isOwn(Hint hint) {
		return hint.get(MARK) != null;
	}

	@Override
	public SentryEvent process(SentryEvent event, Hint hint) {
		SubmissionSite site = hint.getAs(SITE, SubmissionSite.class);
		List<SentryException> exceptions = event.getExceptions();
		if (site != null && exceptions != null && !exceptions.isEmpty()) {
			List<SentryException> chain = new ArrayList<>(exceptions.size() + 1);
			chain.add(submittedAt(site, exceptions));
			chain.addAll(exceptions);
			event.setExceptions(chain);
		}
		return event;
	}

	private static SentryException submittedAt(SubmissionSite site, List<SentryException> exceptions) {
		List<SentryStackFrame> frames = new ArrayList<>(site.frames().size());
		for (StackTraceElement element : site.frames()) {
			SentryStackFrame frame = new SentryStackFrame();
			frame.setModule(element.getClassName());
			frame.setFunction(element.getMethodName());
			frame.setFilename(element.getFileName());
			if (element.getLineNumber() >= 0) {
				frame.setLineno(element.getLineNumber());
			}
			frame.setInApp(false);
			frames.add(frame);
		}
		Collections.reverse(frames); // the caller first, as Sentry has it
		Mechanism mechanism = new Mechanism();
		mechanism.setType("chained");
		mechanism.setSynthetic(true);
		mechanism.setExceptionId(exceptions.size());
		mechanism.setParentId(0);
		SentryException exception = new SentryException();
		exception.setType(SUBMITTED_AT);
		exception.setMechanism(mechanism);
		exception.setStacktrace(new SentryStackTrace(frames));
		return exception;
	}

}
