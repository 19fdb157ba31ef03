package io.lifeguard;

import org.jspecify.annotations.Nullable;

/**
 * Carries what a report needs to know of the submitter from the submission of a task to
 * the report of its failure.
 */
public interface SubmitterContext {

	/**
	 * Captures nothing.
	 */
	SubmitterContext NONE = new SubmitterContext() {

		@Override
		public @Nullable Object capture() {
			return null;
		}

		@Override
		public void within(Object captured, Runnable action) {
			action.run();
		}

	};

	/**
	 * Capture the context of the current thread. Called on every submission, so it must
	 * do no more than take a reference.
	 */
	@Nullable Object capture();

	/**
	 * Run the action on the current thread in a context that was captured, and leave the
	 * thread as it was.
	 */
	void within(Object captured, Runnable action);

}
