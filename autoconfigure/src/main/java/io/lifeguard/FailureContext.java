package io.lifeguard;

import org.jspecify.annotations.Nullable;

/**
 * Knows what a report tells of the threads that a failed task has been on: the one that
 * submitted it, and the one that ran it.
 */
public interface FailureContext {

	/**
	 * Knows nothing.
	 */
	FailureContext NONE = new FailureContext() {

		@Override
		public @Nullable Object capture() {
			return null;
		}

		@Override
		public FailureMoment failed(FailedTask task) {
			return FailureMoment.NONE;
		}

	};

	/**
	 * Return what holds on the current thread, by value. Called at each submission and at
	 * each start of a task, so it must take next to no time while that stays the same.
	 */
	@Nullable Object capture();

	/**
	 * Note that a task has failed. Called before anybody else can learn of the failure,
	 * on the thread that has met it: that of the task, unless it ran out of time.
	 */
	FailureMoment failed(FailedTask task);

}
