package io.lifeguard;

/**
 * What a pool does with a task for which it has neither a thread nor a place in its
 * queue.
 */
public enum RejectionPolicy {

	/**
	 * Throws at the submitter.
	 */
	ABORT,

	/**
	 * Runs the task in the submitter's thread.
	 */
	CALLER_RUNS,

	/**
	 * Lets the task go. Its future is cancelled.
	 */
	DISCARD,

	/**
	 * Lets the task go that waits for longest, and takes the new one in its place.
	 */
	DISCARD_OLDEST,

	/**
	 * Makes the submitter wait for a place, and throws if there is none in time.
	 */
	BLOCK

}
