package io.lifeguard;

/**
 * Whether the guard answers for a throwable, so that others need not report it.
 */
public enum ClaimState {

	/**
	 * It does not.
	 */
	NONE,

	/**
	 * It does, as long as nobody reads the failure.
	 */
	UNDECIDED,

	/**
	 * It has reported the failure, or is about to.
	 */
	SETTLED

}
