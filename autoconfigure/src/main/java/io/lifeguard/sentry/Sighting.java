package io.lifeguard.sentry;

import java.lang.ref.WeakReference;

/**
 * An event of the application's own about a throwable.
 *
 * @param head the throwable that the event was made of
 * @param threadId the thread that brought it about
 * @param threadName that thread's name, or the name of the one that has logged it if an
 * asynchronous appender sends it
 * @param forwarded whether an asynchronous appender sends it
 * @param inTask whether that thread was running a task
 * @param taskStartedAt when the task began, in nanoseconds of {@link System#nanoTime()}
 * @param at when it was seen, in the same nanoseconds
 */
record Sighting(WeakReference<Throwable> head, long threadId, String threadName, boolean forwarded, boolean inTask,
		long taskStartedAt, long at) {

	/**
	 * Whether the thread that failed has brought it about: in the task, or in what its
	 * executor did about the failure.
	 */
	boolean isOfTaskOf(Moment moment) {
		boolean sameThread = this.forwarded ? this.threadName.equals(moment.threadName())
				: this.threadId == moment.threadId();
		return sameThread && this.at - moment.startedAt() >= 0
				&& (!this.inTask || this.taskStartedAt - moment.startedAt() <= 0);
	}

	/**
	 * Whether it is about the given failure: another thread's event is if it is about the
	 * throwable that failed the task or, unless it may be about a failure of that
	 * thread's own, about one of its causes.
	 * @param own whether the throwable that both have in common is the one that failed
	 * the task
	 * @param common what both have in common
	 */
	boolean isAbout(Moment moment, boolean own, Throwable common) {
		if (isOfTaskOf(moment)) {
			return true;
		}
		boolean alone = !this.inTask && !this.forwarded;
		return this.at - moment.failedAt() >= 0 && (own || (alone && this.head.refersTo(common)));
	}

}
