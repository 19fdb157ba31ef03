package io.lifeguard.sentry;

import java.util.ArrayList;
import java.util.List;

import io.lifeguard.support.StandInException;
import io.sentry.EventProcessor;
import io.sentry.Hint;
import io.sentry.SentryEvent;
import io.sentry.protocol.SentryException;
import io.sentry.protocol.SentryThread;
import org.jspecify.annotations.Nullable;

/**
 * Stands around Sentry's own de-duplication for the guard's own events. It remembers
 * those, but does not decide over them: an exception that is kept and thrown for hours,
 * or the cause that two failures share, is one failure each time. And the thread that
 * crashed is the task's, not the one that reports.
 *
 * @param delegate what drops each event but the first about an exception
 */
record OwnEvents(EventProcessor delegate) implements EventProcessor {

	private static final String OWN = "lifeguard:own";

	/**
	 * Return the hint of an event of the guard's own.
	 */
	static Hint newHint() {
		Hint hint = new Hint();
		hint.set(OWN, true);
		return hint;
	}

	static boolean isOwn(Hint hint) {
		return hint.get(OWN) != null;
	}

	@Override
	public @Nullable SentryEvent process(SentryEvent event, Hint hint) {
		SentryEvent unique = this.delegate.process(event, hint);
		if (!isOwn(hint)) {
			return unique;
		}
		Moment moment = Moment.current();
		nameStandIns(event);
		if (moment != null && event.getExceptions() != null) {
			event.getExceptions().forEach((exception) -> exception.setThreadId(moment.threadId()));
			setCrashedThread(event, moment, event.getExceptions());
		}
		return event;
	}

	/**
	 * Call stand-ins by the classes that they stand in for.
	 */
	private static void nameStandIns(SentryEvent event) {
		List<SentryException> exceptions = (event.getExceptions() != null) ? event.getExceptions() : List.of();
		Throwable next = event.getThrowable();
		for (int i = exceptions.size() - 1; i >= 0 && next instanceof StandInException standIn; i--) {
			String type = standIn.type();
			int dot = type.lastIndexOf('.');
			exceptions.get(i).setType(type.substring(dot + 1));
			exceptions.get(i).setModule((dot > 0) ? type.substring(0, dot) : null);
			next = standIn.getCause();
		}
	}

	private static void setCrashedThread(SentryEvent event, Moment moment, List<SentryException> exceptions) {
		if (event.getThreads() == null) {
			return;
		}
		List<SentryThread> threads = new ArrayList<>(event.getThreads());
		SentryThread crashed = threads.stream()
			.filter((thread) -> thread.getId() != null && thread.getId() == moment.threadId())
			.findFirst()
			.orElse(null);
		if (crashed == null) { // it has ended since
			crashed = new SentryThread();
			crashed.setId(moment.threadId());
			crashed.setName(moment.threadName());
			threads.add(crashed);
		}
		for (SentryThread thread : threads) {
			thread.setCrashed(thread == crashed);
		}
		// Where it was when it failed, not where it is now
		crashed.setStacktrace(exceptions.isEmpty() ? null : exceptions.get(exceptions.size() - 1).getStacktrace());
		event.setThreads(threads);
	}

	@Override
	public @Nullable Long getOrder() {
		return this.delegate.getOrder();
	}

}
